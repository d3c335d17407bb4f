"""One request as the front door knows it, carried along in the ASGI scope."""

from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from starlette.types import Scope

from chassis.auth import Caller
from gateway.headers import RawHeaders

# A scope's keys come from our own server and from our own code: nothing a visitor sends can write one.
_KEY = "toadlane.visit"


@dataclass(frozen=True, slots=True)
class Principal:
    """Whom the caller was found to be, and by what; `factor_shown` says whether the session has seen a second one."""

    caller: Caller
    session_id: UUID | None = None
    factor_shown: bool = False


ANONYMOUS = Principal(Caller(kind="anonymous"))


@dataclass(slots=True)
class Visit:
    """`inner` marks what a page asks on behalf of a visitor who was already counted and checked."""

    address: str
    traceparent: str
    inner: bool = False
    principal: Principal = ANONYMOUS
    cookie: str | None = None
    limit_headers: RawHeaders = field(default_factory=list)
    set_cookies: RawHeaders = field(default_factory=list)


def visit_of(scope: Scope) -> Visit:
    visit = scope[_KEY]
    assert isinstance(visit, Visit)
    return visit


def with_visit(scope: Scope, visit: Visit) -> Scope:
    return {**scope, _KEY: visit}


def without_visit(scope: Scope) -> Scope:
    return {key: value for key, value in scope.items() if key != _KEY}


def address_of(scope: Scope) -> str:
    """Whom limits are counted against: an IPv4 address, or the /64 that one IPv6 household is given."""
    client = scope.get("client")
    return _household(client[0]) if client is not None else "unknown"


@lru_cache(maxsize=10_000)
def _household(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address) and not address.is_loopback:
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address)


@lru_cache(maxsize=10_000)
def is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
