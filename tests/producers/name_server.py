"""A small authoritative name server on loopback, so that the resolver is tried over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.CNAME
import dns.rdtypes.ANY.TXT
import dns.rrset

from tests.ports import free_port

TTL = 1


@dataclass
class Zone:
    """TXT records are lists of character-strings; `aliases` are answered without following them."""

    txt: Mapping[str, Sequence[Sequence[bytes]]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    addresses: Mapping[str, Sequence[str]] = field(default_factory=dict)
    authenticated: bool = False
    rcode: dns.rcode.Rcode = dns.rcode.NOERROR

    def answer(self, query: dns.message.Message) -> dns.message.Message:
        response = dns.message.make_response(query)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True)
        response.set_rcode(self.rcode)
        if self.authenticated:
            response.flags |= dns.flags.AD
        if name in self.aliases:
            target = dns.name.from_text(self.aliases[name])
            alias = dns.rdtypes.ANY.CNAME.CNAME(dns.rdataclass.IN, dns.rdatatype.CNAME, target)  # type: ignore[no-untyped-call]
            response.answer.append(dns.rrset.from_rdata(question.name, TTL, alias))
        elif name in self.addresses:
            kind = dns.rdatatype.to_text(question.rdtype)
            fitting = [one for one in self.addresses[name] if (":" in one) == (kind == "AAAA")]
            if fitting:
                response.answer.append(dns.rrset.from_text(question.name, TTL, "IN", kind, *fitting))
        elif name in self.txt:
            records = [
                dns.rdtypes.ANY.TXT.TXT(dns.rdataclass.IN, dns.rdatatype.TXT, strings) for strings in self.txt[name]
            ]
            if records:
                response.answer.append(dns.rrset.from_rdata_list(question.name, TTL, records))
        elif self.rcode == dns.rcode.NOERROR:
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, zone: Zone) -> None:
        self._zone = zone

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        response = self._zone.answer(query)
        limit = query.payload or 512
        wire = response.to_wire(max_size=65535)
        if len(wire) > limit:
            truncated = dns.message.make_response(query)
            truncated.flags |= dns.flags.TC
            wire = truncated.to_wire()
        self._transport.sendto(wire, addr)


@asynccontextmanager
async def serving(zone: Zone) -> AsyncIterator[str]:
    """The address of a server which answers from the zone, on UDP and on TCP."""

    async def answer_stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = int.from_bytes(await reader.readexactly(2))
        wire = zone.answer(dns.message.from_wire(await reader.readexactly(length))).to_wire(max_size=65535)
        writer.write(len(wire).to_bytes(2) + wire)
        await writer.drain()
        writer.close()

    port = free_port()
    tcp = await asyncio.start_server(answer_stream, "127.0.0.1", port)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Udp(zone), ("127.0.0.1", port))
    try:
        yield f"127.0.0.1:{port}"
    finally:
        transport.close()
        tcp.close()


@asynccontextmanager
async def silent() -> AsyncIterator[str]:
    """The address of a server which takes every question and answers none."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", 0))
    try:
        yield f"127.0.0.1:{transport.get_extra_info('sockname')[1]}"
    finally:
        transport.close()
