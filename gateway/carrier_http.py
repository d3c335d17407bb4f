"""Carries a request to a room in another process, streaming in both directions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import httpx
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from chassis.errors import DomainError, Unavailable
from chassis.telemetry import log
from gateway.headers import RawHeaders, header, without_hop_by_hop


class RoomUnavailable(Unavailable):
    code, title = "room_unavailable", "This part of the marketplace is not to be reached"


class RoomBrokeOff(DomainError):
    status, code, title = 502, "bad_gateway", "This part of the marketplace broke off"


class RoomTooSlow(DomainError):
    status, code, title = 504, "gateway_timeout", "This part of the marketplace did not answer in time"


class OverHttp:
    """One pool of connections to one room; a room that is down is a problem with a status, never a hang."""

    def __init__(
        self, base_url: str, *, connect_timeout: float = 2.0, read_timeout: float = 30.0, connections: int = 100
    ) -> None:
        self._base = httpx.URL(base_url)
        self._timeout = {
            "connect": connect_timeout,
            "read": read_timeout,
            "write": read_timeout,
            "pool": connect_timeout,
        }
        self._limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._transport: httpx.AsyncHTTPTransport | None = None

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        transport = httpx.AsyncHTTPTransport(limits=self._limits, trust_env=False)
        async with transport:
            self._transport = transport
            yield
            self._transport = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        upload = _Upload(receive, expected=_has_body(scope["headers"]))
        reply = _Reply(send)
        broken: httpx.TransportError | None = None
        # Raised after the group: a task group would wrap the error in a group of its own.
        async with anyio.create_task_group() as group:
            group.start_soon(upload.cancel_on_disconnect, group.cancel_scope)
            broken = await self._exchange(self._request(scope, upload), reply)
            group.cancel_scope.cancel()
        if broken is not None:
            log.warning("room broke off", room=str(self._base), error=repr(broken))
            # Once the answer has begun the only honest thing left is to break the visitor's connection too,
            # which the server does for an answer that is never completed.
            if not reply.started:
                raise _problem_of(broken)

    async def _exchange(self, request: httpx.Request, reply: "_Reply") -> httpx.TransportError | None:
        try:
            await self._relay(request, reply)
        except ClientDisconnect:
            return None
        except httpx.TransportError as broken:
            return broken
        return None

    def _request(self, scope: Scope, upload: "_Upload") -> httpx.Request:
        target = scope.get("raw_path") or scope["path"].encode()
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        return httpx.Request(
            scope["method"],
            self._base.copy_with(raw_path=target),
            headers=self._request_headers(scope["headers"]),
            stream=upload if upload.expected else httpx.ByteStream(b""),
            extensions={"timeout": self._timeout},
        )

    def _request_headers(self, headers: RawHeaders) -> RawHeaders:
        passed = [
            pair for pair in without_hop_by_hop(headers) if pair[0] not in (b"host", b"expect", b"content-length")
        ]
        passed.append((b"host", self._base.netloc))
        length = header(headers, b"content-length")
        if length is not None:
            passed.append((b"content-length", length))
        elif _has_body(headers):
            passed.append((b"transfer-encoding", b"chunked"))
        return passed

    async def _relay(self, request: httpx.Request, reply: "_Reply") -> None:
        if self._transport is None:
            raise RuntimeError("OverHttp carries only within its lifespan")
        response = await self._transport.handle_async_request(request)
        try:
            await reply.start(response)
            async for chunk in response.aiter_raw():
                await reply.chunk(chunk)
            await reply.end()
        finally:
            with anyio.CancelScope(shield=True):
                await response.aclose()


class _Upload(httpx.AsyncByteStream):
    """The visitor's body as it arrives, and the watch for their leaving once it is whole."""

    def __init__(self, receive: Receive, *, expected: bool) -> None:
        self._receive = receive
        self._whole = anyio.Event()
        self.expected = expected
        if not expected:
            self._whole.set()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            more = message.get("more_body", False)
            if message.get("body"):
                yield message["body"]
        self._whole.set()

    async def cancel_on_disconnect(self, scope: anyio.CancelScope) -> None:
        await self._whole.wait()
        while (await self._receive())["type"] != "http.disconnect":
            continue
        scope.cancel()


class _Reply:
    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def start(self, response: httpx.Response) -> None:
        self.started = True
        headers = without_hop_by_hop(response.headers.raw)
        # The gateway's own server dates its answers and names itself.
        headers = [pair for pair in headers if pair[0] not in (b"date", b"server")]
        await self._send({"type": "http.response.start", "status": response.status_code, "headers": headers})

    async def chunk(self, body: bytes) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": True})

    async def end(self) -> None:
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})


def _has_body(headers: RawHeaders) -> bool:
    if header(headers, b"transfer-encoding") is not None:
        return True
    return header(headers, b"content-length") not in (None, b"0")


def _problem_of(broken: httpx.TransportError) -> DomainError:
    match broken:
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout():
            return RoomUnavailable("Please try again in a few seconds.", headers={"Retry-After": "5"})
        case httpx.TimeoutException():
            return RoomTooSlow("Your request may still be carried out: look before you send it again.")
        case _:
            return RoomBrokeOff("Your request may have been carried out: look before you send it again.")
