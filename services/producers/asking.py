"""Whom this house asks about a domain, made from its settings: name servers, web servers, the registry."""

from collections.abc import Mapping

from chassis.clock import Clock
from chassis.safe_client import SafeClient
from services.producers.challenge import Way
from services.producers.rdap_client import RdapRegistry
from services.producers.resolver import Asker, DnsTxtResolver, RecordAsker, TxtResolver
from services.producers.settings import Settings
from services.producers.web_file import GUARD, WebFileAsker


def askers(
    settings: Settings, *, resolver: TxtResolver | None = None, client: SafeClient | None = None
) -> Mapping[Way, Asker]:
    """Every way to prove a domain; both ask the same name servers."""
    servers, timeout = settings.nameservers, settings.dns_timeout_seconds
    return {
        Way.DNS: RecordAsker(resolver or DnsTxtResolver(servers, timeout=timeout)),
        Way.HTTPS: WebFileAsker(client or settings.safe_client(GUARD)),
    }


def registry(settings: Settings, clock: Clock) -> RdapRegistry:
    return RdapRegistry(settings.rdap_bootstrap_url, timeout=settings.rdap_timeout_seconds, clock=clock)
