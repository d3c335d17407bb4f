"""How name servers are asked: over sockets, one server by one client, with DNSSEC's bits wanted."""

from urllib.parse import urlsplit

import dns.asyncresolver
import dns.flags
import dns.resolver

EDNS_PAYLOAD = 1232
DNS_PORT = 53


def client_of(nameserver: str) -> dns.asyncresolver.Resolver:
    """A client of this one server, `127.0.0.1:5353` or `[::1]:53`; no search domain, no hosts file, no cache."""
    endpoint = urlsplit(f"//{nameserver}")
    client = dns.asyncresolver.Resolver(configure=False)
    client.nameservers = [endpoint.hostname or ""]
    client.port = endpoint.port or DNS_PORT
    client.use_edns(0, dns.flags.DO, EDNS_PAYLOAD)
    client.set_flags(dns.flags.RD | dns.flags.AD)
    return client


def system_nameservers() -> tuple[str, ...]:
    """The resolvers of this machine, where the settings name none."""
    servers = [str(server) for server in dns.resolver.Resolver().nameservers]
    return tuple(f"[{server}]" if ":" in server else server for server in servers)
