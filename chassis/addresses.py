"""Which addresses of the internet are anybody's to reach, and which lead back inside."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Protocol

import dns.exception
import dns.resolver

from chassis.nameservers import client_of, system_nameservers

_UNICAST = IPv6Network("2000::/3")  # all that was ever handed out for the public internet
_TRANSLATED = IPv6Network("64:ff9b::/96")  # the last four octets are an IPv4 address behind a NAT64

# Public by the registry's letter, and yet none of them is somebody's web server: a cloud's wire server for its own
# guests, 6to4's relays, and what IETF protocols (Teredo among them) and documents keep for themselves.
_NOBODYS = tuple(
    map(ip_network, ("168.63.129.16/32", "192.88.99.0/24", "192.0.0.0/24", "100.64.0.0/10", "2001::/23", "3fff::/20"))
)


class HostResolver(Protocol):
    """Finds the addresses of a host; none where it has none or nobody answers."""

    async def addresses(self, host: str) -> Sequence[str]: ...


def is_public(address: str) -> bool:
    """Whether an address, and every one it wraps, is one that a stranger may send us to."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return all(_stands_alone_public(one) for one in _unwrapped(parsed))


def _unwrapped(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """The address where packets end up: a tunnel's or a translator's inside as well as its outside."""
    if isinstance(address, IPv4Address):
        yield address
    elif address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    elif address in _TRANSLATED:
        yield IPv4Address(int(address) & 0xFFFF_FFFF)
    else:
        yield address
        if address.sixtofour is not None:
            yield address.sixtofour


def _stands_alone_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and (address not in _UNICAST or address.scope_id is not None):
        return False
    return address.is_global and not address.is_multicast and not any(address in network for network in _NOBODYS)


class DnsHostResolver:
    """Asks name servers over sockets of our own, so that a slow zone never holds a thread."""

    def __init__(self, nameservers: Sequence[str], *, timeout: float) -> None:
        self._clients = [client_of(nameserver) for nameserver in nameservers or system_nameservers()]
        self._timeout = timeout

    async def addresses(self, host: str) -> Sequence[str]:
        """Of the first name server that answers; a name is looked up as it is, never below a search domain."""
        for client in self._clients:
            try:
                found = await client.resolve_name(host, lifetime=self._timeout, search=False)
            except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
                return ()
            except (dns.exception.DNSException, OSError):
                continue
            return tuple(found.addresses())
        return ()
