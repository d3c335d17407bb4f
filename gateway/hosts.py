"""Answers under our own names only: a forged Host header reaches neither a link nor a cache."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.errors import DomainError
from gateway.headers import header
from gateway.visit import visit_of

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
LOOPBACK = frozenset((*LOOPBACK_NAMES, "::1"))


class UnknownHost(DomainError):
    status, code, title = 421, "unknown_host", "This address is not served here"


def own_hosts(public_url: str, others: Iterable[str]) -> frozenset[str]:
    """Host names as the Host header carries them, with their port where it is not the usual one.

    On loopback every name of this machine will do: people type "localhost", and no name server can point it elsewhere.
    """
    url = urlsplit(public_url)
    port = f":{url.port}" if url.port else ""
    here = [f"{name}{port}" for name in LOOPBACK_NAMES] if url.hostname in LOOPBACK else []
    return frozenset((url.netloc.lower(), *here, *(other.lower() for other in others)))


def own_origins(public_url: str, others: Iterable[str]) -> frozenset[bytes]:
    """The origins our own pages may have."""
    scheme = urlsplit(public_url).scheme
    return frozenset(f"{scheme}://{host}".encode() for host in own_hosts(public_url, others))


class HostGuard:
    def __init__(self, app: ASGIApp, *, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.encode() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Whoever asks for our health asks a machine by its number, not the marketplace by its name.
        if not visit_of(scope).inner and not scope["path"].startswith("/health"):
            host = header(scope["headers"], b"host")
            if host is None or host.lower() not in self._hosts:
                raise UnknownHost("Please use the marketplace's own address.")
        await self._app(scope, receive, send)
