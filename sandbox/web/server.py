"""HTTPS on one port for every demo name: the file of the name that was asked for, pictures, and nothing else."""

import asyncio
from contextlib import suppress

from sandbox.names.zone import BadName
from sandbox.registry.pages import registered_name
from sandbox.web.authority import Authority
from sandbox.web.drawing import ADDRESS, drawn
from sandbox.web.files import PATH, Files

LONGEST_HEAD = 8192
IDLE_SECONDS = 10.0


class WebServer:
    def __init__(self, files: Files, authority: Authority) -> None:
        self._files, self._authority = files, authority
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Port 0 takes a free one, which is answered."""
        self._server = await asyncio.start_server(
            self._serve, host, port, ssl=self._authority.context(), limit=LONGEST_HEAD
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A peer that goes away, or is slow, or long, ends its own connection and nothing else.
        with suppress(TimeoutError, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(IDLE_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(self._answer(head.decode("latin-1")))
                await writer.drain()
        writer.close()

    def _answer(self, head: str) -> bytes:
        request, *headers = head.split("\r\n")
        method, path, *_ = [*request.split(" "), ""]
        if method == "GET" and ADDRESS.fullmatch(path):
            return _said("200 OK", "image/png", drawn(path))
        asked = next((line[5:].strip() for line in headers if line.lower().startswith("host:")), "")
        try:
            text = self._files.of(registered_name(asked)) if (method, path) == ("GET", PATH) else None
        except BadName:
            text = None
        status, body = ("404 Not Found", b"Nothing is here.\n") if text is None else ("200 OK", text.encode())
        return _said(status, "text/plain; charset=utf-8", body)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()


def _said(status: str, kind: str, body: bytes) -> bytes:
    told = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close"
    return f"HTTP/1.1 {status}\r\n{told}\r\n\r\n".encode() + body
