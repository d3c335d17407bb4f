"""A small internet for the safe client: two servers on loopback, a resolver that lies, and wires that obey."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import httpcore

from chassis.strangers import PORTS, Guard, Target

GOOD = "93.184.216.34"
"""The one public address with a server behind it; every other address in this internet is the canary's."""


@dataclass
class Server:
    """Answers GETs: `/to?<url>` redirects, a path of `answers` is given as it is, anything else says hello."""

    answers: Mapping[str, bytes] = field(default_factory=dict)
    heard: list[bytes] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.heard.append(head)
            writer.write(self._answer(head.split(b" ")[1].decode()))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    def _answer(self, path: str) -> bytes:
        if path.startswith("/to?"):
            location = unquote(path.removeprefix("/to?"))
            return f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
        return self.answers.get(path, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")


@asynccontextmanager
async def listening(server: Server) -> AsyncIterator[Server]:
    sockets = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = sockets.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        sockets.close()


@dataclass
class Names:
    """A resolver whose answers follow one another; the last one stays. Numbers are read as the C library reads them."""

    answers: Mapping[str, Sequence[Sequence[str]]]
    asked: list[str] = field(default_factory=list)

    async def addresses(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        known = self.answers.get(host)
        if known is not None:
            return known[min(self.asked.count(host), len(known)) - 1]
        try:
            found = socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM)
        except OSError:
            return ()
        return [str(entry[4][0]) for entry in found]


class Wires(httpcore.AsyncNetworkBackend):
    """Whatever address is dialled, a server on loopback answers: the good one, or else the canary."""

    def __init__(self, good: Server, canary: Server) -> None:
        self._good, self._canary = good, canary
        self._real = httpcore.AnyIOBackend()
        self.dialled: list[str] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.dialled.append(host)
        server = self._good if host == GOOD else self._canary
        return await self._real.connect_tcp("127.0.0.1", server.port, timeout)


class WiresByName(Wires):
    """The mistake that rebinding lives on: what was judged is forgotten, and the name looked up once more."""

    def __init__(self, good: Server, canary: Server, names: Names, host: str) -> None:
        super().__init__(good, canary)
        self._names, self._host = names, host

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        [again] = await self._names.addresses(self._host)
        return await super().connect_tcp(again, port, timeout)


class NoGuard(Guard):
    """What a client does that reads a URL as most do, and asks no question."""

    def target(self, url: str) -> Target:
        # As browsers and many libraries do before they read.
        read = urlsplit("".join(url.split()).replace("\\", "/").replace("。", "."))
        host = read.hostname or ""
        host = host.encode("idna").decode() if not host.isascii() else unquote(host)
        path = f"{read.path or '/'}?{read.query}" if read.query else read.path or "/"
        return Target(read.scheme, host.removesuffix("."), read.port or PORTS[read.scheme], path)

    def judge(self, addresses: Sequence[str]) -> None:
        """Whatever it is, it will do."""
