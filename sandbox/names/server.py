"""DNS over UDP and TCP on one port."""

import asyncio
import struct
from contextlib import suppress
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.rcode

from sandbox.names.zone import Manner, Zones, answer

PLAIN_UDP = 512
LARGEST_UDP = 1232
IDLE_SECONDS = 10.0
LATE_SECONDS = 0.5
"""Late, and yet within the patience of whoever asks."""


def respond(zones: Zones, wire: bytes, *, manner: Manner, limit: int | None) -> bytes | None:
    """The answer to put on the wire; None where silence is right. `limit` is UDP's, unless the query raises it."""
    try:
        query = dns.message.from_wire(wire)
    except dns.exception.DNSException:
        return _format_error(wire)
    if query.flags & dns.flags.QR or manner is Manner.SILENT:
        return None
    if limit is not None and query.edns >= 0:
        limit = max(PLAIN_UDP, min(query.payload, LARGEST_UDP))
    if limit is not None and manner is Manner.CUT:
        return _cut(query).to_wire()
    return answer(zones, query, manner).to_wire(max_size=limit or 65_535, prefer_truncation=True)


def _cut(query: dns.message.Message) -> dns.message.Message:
    """Says over UDP that there is more than fits, and sends none of it: whoever wants it asks over TCP."""
    response = dns.message.make_response(query)
    response.flags |= dns.flags.TC
    return response


def _format_error(wire: bytes) -> bytes | None:
    # An answer to an answer could go back and forth for ever.
    if len(wire) < 12 or wire[2] & 0x80:
        return None
    return wire[:2] + struct.pack("!HHHHH", dns.flags.QR | dns.rcode.FORMERR, 0, 0, 0, 0)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, zones: Zones, server: int) -> None:
        self._zones, self._server = zones, server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # The loop's own class does not derive from the one it stands for.
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        manner = self._zones.manner(self._server)
        response = respond(self._zones, data, manner=manner, limit=PLAIN_UDP)
        if response is not None and self._transport is not None:
            wait = LATE_SECONDS if manner is Manner.LATE else 0.0
            asyncio.get_running_loop().call_later(wait, self._transport.sendto, response, addr)


class NameServer:
    """One of several that know the same zones, each with manners of its own."""

    def __init__(self, zones: Zones, server: int) -> None:
        self._zones, self._number = zones, server
        self._transport: asyncio.DatagramTransport | None = None
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen on both protocols; port 0 takes a free one, which is answered."""
        self._server = await asyncio.start_server(self._serve, host, port)
        port = self._server.sockets[0].getsockname()[1]
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self._zones, self._number), (host, port)
        )
        return port

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A peer that goes away, or is slow, ends its own connection and nothing else.
        with suppress(TimeoutError, ConnectionError, asyncio.IncompleteReadError):
            while True:
                async with asyncio.timeout(IDLE_SECONDS):
                    (length,) = struct.unpack("!H", await reader.readexactly(2))
                    wire = await reader.readexactly(length)
                manner = self._zones.manner(self._number)
                response = respond(self._zones, wire, manner=manner, limit=None)
                if response is None:
                    break
                await asyncio.sleep(LATE_SECONDS if manner is Manner.LATE else 0.0)
                writer.write(struct.pack("!H", len(response)) + response)
                await writer.drain()
        writer.close()

    async def stop(self) -> None:
        if self._transport is not None:
            self._transport.close()
        if self._server is not None:
            self._server.close()
