"""A co-op's own system: an HTTPS server on loopback, and the small internet on which the house finds it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from chassis.safe_client import SafeClient
from chassis.strangers import Guard
from services.producers.webhooks.endpoint import GUARD
from tests.chassis.authority import Authority
from tests.chassis.canary import GOOD, Names, Server, Wires, listening

HOSTS = ("hooks.sunrise.coop", "other.sunrise.coop")


@dataclass(frozen=True)
class Received:
    host: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver(Server):
    """Answers each host as it is told, 204 unless it is told otherwise."""

    says: dict[str, bytes] = field(default_factory=dict)
    got: list[Received] = field(default_factory=list)

    def say(self, status: str, body: bytes = b"", host: str = HOSTS[0], headers: str = "") -> None:
        self.says[host] = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head.split("\r\n")[1:])}
        body = await reader.readexactly(int(headers["content-length"]))
        assert head.startswith("POST /toadlane HTTP/1.1\r\n")
        self.got.append(Received(headers["host"], headers, body))
        writer.write(self.says.get(headers["host"], b"HTTP/1.1 204 No Content\r\n\r\n"))
        await writer.drain()
        writer.close()


@dataclass
class Web:
    receiver: Receiver
    names: Names
    wires: Wires
    canary: Server
    trust: ssl.SSLContext

    def client(self, guard: Guard = GUARD) -> SafeClient:
        return SafeClient(self.names, guard=guard, trust=self.trust, network=self.wires)


@asynccontextmanager
async def web(authority: Authority) -> AsyncIterator[Web]:
    receiver = Receiver()
    serving = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=authority.serving(*HOSTS))
    receiver.port = serving.sockets[0].getsockname()[1]
    async with listening(Server()) as canary:
        names = Names({host: [[GOOD]] for host in HOSTS})
        yield Web(receiver, names, Wires(receiver, canary), canary, authority.trust())
    serving.close()
