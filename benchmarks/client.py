"""The cheapest HTTP/1.1 client that will do: one kept connection, one request at a time, httptools underneath.

httpx costs more per call than the house does; a client sharing the machine would then measure itself.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import httptools
import orjson


class Unexpected(Exception):
    """The answer was not the one the benchmark stands on."""


class Answer:
    """Status, body, and the cookie it set."""

    __slots__ = ("body", "cookie", "status")

    def __init__(self) -> None:
        self.status = 0
        self.body = b""
        self.cookie: str | None = None

    def json(self) -> Any:
        return orjson.loads(self.body)


class _Wire(asyncio.Protocol):
    """httptools calls it back; the names of those methods are httptools'."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._answer = Answer()
        self._parts: list[bytes] = []
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are transports without deriving from asyncio's class.
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Unexpected(f"the connection was closed: {exc}"))

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"set-cookie":
            self._answer.cookie = value.partition(b";")[0].decode()

    def on_body(self, body: bytes) -> None:
        self._parts.append(body)

    def on_message_complete(self) -> None:
        answer, self._answer = self._answer, Answer()
        answer.status, answer.body = self._parser.get_status_code(), b"".join(self._parts)
        self._parts = []
        if not self._parser.should_keep_alive() and self.transport is not None:
            self.transport.close()
        self._parser = httptools.HttpResponseParser(self)
        if self._waiting is not None:
            self._waiting.set_result(answer)

    def send(self, request: bytes) -> asyncio.Future[Answer]:
        assert self.transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._waiting


class Connection:
    """One server, reached over one connection; it is opened again where the server closed it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._authority = parts.netloc
        self._wire: _Wire | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """The answer, whatever its status."""
        if self._wire is None or self._wire.transport is None or self._wire.transport.is_closing():
            loop = asyncio.get_running_loop()
            _, self._wire = await loop.create_connection(_Wire, self._host, self._port)
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._authority}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if body or method != "GET":
            lines.append(f"Content-Length: {len(body)}")
        return await self._wire.send("\r\n".join([*lines, "\r\n"]).encode() + body)

    def close(self) -> None:
        if self._wire is not None and self._wire.transport is not None:
            self._wire.transport.close()
