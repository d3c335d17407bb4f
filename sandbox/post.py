"""Posting over HTTP/1.1 on kept connections: webhooks are most of the sandbox's work, and httpx multiplies its cost."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

import httptools

LARGEST_READ = 65_536


class NotDelivered(Exception):
    """No whole answer came back: whether the other side acted is unknown."""


class _Connection:
    """httptools calls it back; the names of those methods are httptools'."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._complete = False
        self.reusable = False

    def on_message_complete(self) -> None:
        self._complete = True

    async def exchange(self, request: bytes) -> int:
        self._complete, self.reusable = False, False
        parser = httptools.HttpResponseParser(self)
        self._writer.write(request)
        while not self._complete:
            data = await self._reader.read(LARGEST_READ)
            if not data:
                raise NotDelivered("The connection was closed before the answer ended.")
            parser.feed_data(data)
        self.reusable = parser.should_keep_alive()
        return int(parser.get_status_code())

    @property
    def closed(self) -> bool:
        return self._reader.at_eof() or self._writer.is_closing()

    def close(self) -> None:
        self._writer.close()


class Poster:
    """Keeps as many connections as were ever needed at once."""

    def __init__(self, url: str, *, timeout: float) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port or (443 if self._tls else 80)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._head = f"POST {target} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\n"
        self._timeout = timeout
        self._idle: list[_Connection] = []

    async def post(self, body: bytes, headers: Mapping[str, str]) -> int:
        """The status of the answer; raises NotDelivered when there was none in time."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        request = f"{self._head}Content-Length: {len(body)}\r\n{lines}\r\n".encode() + body
        try:
            async with asyncio.timeout(self._timeout):
                return await self._exchange(request)
        except (OSError, TimeoutError, httptools.HttpParserError) as error:
            raise NotDelivered(str(error)) from error

    async def _exchange(self, request: bytes) -> int:
        connection = await self._connection()
        try:
            return await connection.exchange(request)
        finally:
            # An exchange that was cut short left its connection in the middle of something.
            if connection.reusable:
                self._idle.append(connection)
            else:
                connection.close()

    async def _connection(self) -> _Connection:
        while self._idle:
            connection = self._idle.pop()
            if not connection.closed:
                return connection
            connection.close()
        return _Connection(*await asyncio.open_connection(self._host, self._port, ssl=self._tls or None))

    def close(self) -> None:
        for connection in self._idle:
            connection.close()
        self._idle.clear()
