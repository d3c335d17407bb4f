"""The outermost stage: begins the visit and its trace, words what went wrong, and signs every answer."""

from collections.abc import Awaitable, Callable

from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.errors import DomainError
from chassis.telemetry import new_traceparent, traced
from gateway.headers import header
from gateway.refusal import Refusals
from gateway.security_headers import SecurityHeaders
from gateway.traffic import Stopwatch
from gateway.visit import Visit, address_of, with_visit

Lifespan = Callable[[Scope, Receive, Send], Awaitable[None]]


class Reception:
    """Trusts nothing a visitor says about traces: each request that comes in from outside begins its own."""

    def __init__(self, app: ASGIApp, *, security: SecurityHeaders, refusals: Refusals, lifespan: Lifespan) -> None:
        # Answers what nobody expected, then raises it again for the server to log.
        self._app = ServerErrorMiddleware(self._worded(app), handler=refusals.crash)
        self._refusals = refusals
        self._security = security
        self._lifespan = lifespan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self.admit(Visit(address_of(scope), new_traceparent()), scope, receive, send)

    async def admit(self, visit: Visit, scope: Scope, receive: Receive, send: Send) -> None:
        with traced(visit.traceparent):
            await self._app(with_visit(scope, visit), receive, self._signed(visit, scope, send))

    def _worded(self, app: ASGIApp) -> ASGIApp:
        async def worded(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await app(scope, receive, send)
            except DomainError as refusal:
                await self._refusals.answer(scope, refusal)(scope, receive, send)
            except ClientDisconnect:
                # The visitor left while still speaking: nobody is there to be answered.
                return

        return worded

    def _signed(self, visit: Visit, scope: Scope, send: Send) -> Send:
        path, stopwatch = scope["path"], Stopwatch(scope["method"], scope["path"])

        async def sign(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": self._headers(visit, path, list(message.get("headers", ())))}
                if not visit.inner:
                    stopwatch.answered(message["status"])
            await send(message)

        return sign

    def _headers(self, visit: Visit, path: str, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        # A refusal carries its own word on limits.
        if header(headers, b"ratelimit-limit") is None:
            headers.extend(visit.limit_headers)
        # Whoever was made a guest at the door and signed in behind it keeps the session, not the guest.
        set_inside = {value.partition(b"=")[0] for name, value in headers if name == b"set-cookie"}
        headers.extend(pair for pair in visit.set_cookies if pair[1].partition(b"=")[0] not in set_inside)
        headers.append((b"x-request-id", visit.traceparent[3:35].encode()))
        if not visit.inner:
            headers.extend(self._security.beside(headers, path))
            # What one visitor is shown must not be kept for another by a cache on the way.
            if visit.principal.caller.kind != "anonymous" and header(headers, b"cache-control") is None:
                headers.append((b"cache-control", b"private, no-cache"))
        return headers
