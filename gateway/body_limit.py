"""How large a request may be: refused by what it says of itself, and by what really arrives."""

import asyncio

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.errors import DomainError, TooLarge
from gateway.headers import header
from gateway.route_table import find_route

# Most clients write their whole body before they read an answer. Hanging up on them at once would reset the
# connection and lose the answer, so we go on reading for this long and throw away what comes.
LINGER_SECONDS = 5.0


class BodyTooLarge(TooLarge):
    code, title = "body_too_large", "That is larger than may be sent"


class LengthUnreadable(DomainError):
    code, title = "bad_content_length", "The length of the request could not be read"


class BodyLimit:
    """The application sees a visitor who left when a body grows too large, and the visitor is told why."""

    def __init__(self, app: ASGIApp, *, body_bytes: int, upload_bytes: int) -> None:
        self._app = app
        self._body_bytes = body_bytes
        self._upload_bytes = upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = find_route(scope["path"])
        limit = self._upload_bytes if route is not None and route.large else self._body_bytes
        announced = header(scope["headers"], b"content-length")
        if announced is None and header(scope["headers"], b"transfer-encoding") is None:
            await self._app(scope, receive, send)
            return
        if announced is not None and _as_length(announced) > limit:
            if header(scope["headers"], b"expect") is None:
                await _throw_away(receive)
            raise _too_large(limit)
        await self._counted(scope, receive, send, limit)

    async def _counted(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        body = _CountedBody(receive, send, limit)
        try:
            await self._app(scope, body.receive, body.send)
        except (DomainError, ClientDisconnect):
            if not body.exceeded:
                raise
        if body.exceeded and not body.answering:
            await _throw_away(receive)
            raise _too_large(limit)


class _CountedBody:
    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive = receive
        self._send = send
        self._limit = limit
        self._received = 0
        self.exceeded = False
        self.answering = False

    async def receive(self) -> Message:
        if self.exceeded:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > self._limit:
            self.exceeded = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        if self.exceeded and not self.answering:
            return
        self.answering = True
        await self._send(message)


def _as_length(value: bytes) -> int:
    if not value.isdigit():
        raise LengthUnreadable("Content-Length must be a whole number.")
    return int(value)


def _too_large(limit: int) -> BodyTooLarge:
    detail = f"At most {limit:,} bytes may be sent here."
    return BodyTooLarge(detail, headers={"Connection": "close"}, limit_bytes=limit)


async def _throw_away(receive: Receive) -> None:
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while (message := await receive())["type"] == "http.request" and message.get("more_body"):
                continue
    except TimeoutError:
        return
