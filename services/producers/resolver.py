"""Asking name servers for TXT records, over real sockets, and keeping what each of them said."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import dns.asyncresolver
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rdatatype
import dns.resolver

from chassis.nameservers import client_of, system_nameservers
from services.producers.challenge import record_name

LONGEST_CHAIN = 8  # CNAMEs we follow ourselves where a server hands back only the alias
MOST_RECORDS = 50  # a hostile zone may answer with thousands; more than this are neither compared nor kept


class Said(StrEnum):
    RECORDS = "records"
    NOTHING = "nothing"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class TxtAnswer:
    """What one name server said, or a web server of its file; a record's character-strings are already joined."""

    nameserver: str
    said: Said
    records: tuple[bytes, ...] = ()
    aliases: tuple[str, ...] = ()
    authenticated_data: bool = False
    failure: str | None = None


class TxtResolver(Protocol):
    async def ask(self, name: str) -> Sequence[TxtAnswer]: ...


class Asker(Protocol):
    """One way to look for what a domain publishes; says of every server asked what it answered."""

    async def ask(self, domain: str) -> Sequence[TxtAnswer]: ...


@dataclass(frozen=True)
class RecordAsker:
    """Looks under the challenge's own name, through every configured name server."""

    resolver: TxtResolver

    async def ask(self, domain: str) -> Sequence[TxtAnswer]:
        return await self.resolver.ask(record_name(domain))


class DnsTxtResolver:
    """Asks every configured name server, each on its own, so that their answers can be compared."""

    def __init__(self, nameservers: Sequence[str], *, timeout: float) -> None:
        self._nameservers = tuple(nameservers) or system_nameservers()
        self._timeout = timeout

    async def ask(self, name: str) -> Sequence[TxtAnswer]:
        """One answer per name server, in their order; never raises for what the network or a zone does."""
        return await asyncio.gather(*(self._ask_one(nameserver, name) for nameserver in self._nameservers))

    async def _ask_one(self, nameserver: str, name: str) -> TxtAnswer:
        try:
            async with asyncio.timeout(self._timeout):
                return await _follow(client_of(nameserver), nameserver, dns.name.from_text(name))
        except (dns.exception.DNSException, TimeoutError, OSError) as error:
            reason = str(error) or "no answer in time"
            return TxtAnswer(nameserver, Said.UNREACHABLE, failure=reason[:500])


async def _follow(client: dns.asyncresolver.Resolver, nameserver: str, name: dns.name.Name) -> TxtAnswer:
    aliases: list[str] = []
    authenticated = True
    while len(aliases) < LONGEST_CHAIN:
        response, final, records = await _query(client, name)
        authenticated = authenticated and bool(response.flags & dns.flags.AD)
        if final != name:
            aliases.append(final.to_text(omit_final_dot=True))
        if records or final == name:
            said = Said.RECORDS if records else Said.NOTHING
            return TxtAnswer(nameserver, said, records, tuple(aliases), authenticated)
        name = final
    return TxtAnswer(nameserver, Said.NOTHING, (), tuple(aliases), authenticated)


async def _query(
    client: dns.asyncresolver.Resolver, name: dns.name.Name
) -> tuple[dns.message.Message, dns.name.Name, tuple[bytes, ...]]:
    try:
        answer = await client.resolve(name, dns.rdatatype.TXT, raise_on_no_answer=False, search=False)
    except dns.resolver.NXDOMAIN as error:
        return error.response(name), name, ()  # type: ignore[no-untyped-call]
    records = tuple(b"".join(record.strings) for record in answer.rrset or ())[:MOST_RECORDS]
    return answer.response, answer.canonical_name, records
