"""What a stranger's URL may ask for: a name of the public internet, on a port of the web, and nothing else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

import httpcore
import idna

from chassis.addresses import is_public
from chassis.errors import Refused

PORTS = {"http": 80, "https": 443}
LONGEST = 2000
_UNCLEAN = re.compile(r"[\x00-\x20\x7f\\]")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")  # what a resolver may take for a part of an IPv4 address


class AddressRefused(Refused):
    code = "address_refused"
    title = "This address may not be used"


@dataclass(frozen=True)
class Target:
    """A URL read once; what is connected to is made of these parts, so that no second reading can differ."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> httpcore.URL:
        return httpcore.URL(scheme=self.scheme, host=self.host, port=self.port, target=self.path)

    @property
    def text(self) -> str:
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}"


@dataclass(frozen=True)
class Guard:
    """Reads and judges. A test hands in one that does not, to show what this one holds off."""

    schemes: frozenset[str] = frozenset(PORTS)
    ports: frozenset[int] = frozenset(PORTS.values())

    def target(self, url: str) -> Target:
        """The one reading of the URL; raises AddressRefused, which says what to write instead."""
        parts, port = _split(url)
        if parts.scheme not in self.schemes:
            raise AddressRefused(f"Write an address that begins with {' or '.join(sorted(self.schemes))}://.")
        if "@" in parts.netloc:
            raise AddressRefused("Write the address without a user name or password.")
        port = PORTS[parts.scheme] if port is None else port
        if port not in self.ports:
            raise AddressRefused(f"Port {port} is not one of the web's: leave it out.")
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
        return Target(parts.scheme, _host(parts.hostname or ""), port, f"{path}?{query}" if query else path)

    def judge(self, addresses: Sequence[str]) -> None:
        """Every address must be public: one bad one among the rest is somebody trying."""
        if not all(map(is_public, addresses)):
            raise AddressRefused("This name does not lead to the public internet.")


def _split(url: str) -> tuple[SplitResult, int | None]:
    if len(url) > LONGEST or _UNCLEAN.search(url):
        raise AddressRefused("Write the address in one piece, without spaces.")
    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError as error:
        raise AddressRefused("This is not an address on the web.") from error


def _host(written: str) -> str:
    """As DNS knows it, judged after mapping: other scripts have digits and dots too."""
    try:
        host = idna.encode(written, uts46=True, std3_rules=True).decode("ascii").lower().removesuffix(".")
    except (idna.IDNAError, UnicodeError) as error:
        raise AddressRefused("Write the address with an ordinary host name.") from error
    labels = host.split(".")
    if len(labels) < 2 or _NUMERIC.fullmatch(labels[-1]):
        raise AddressRefused("Write the address with a full host name, not with a number.")
    return host
