"""Rooms for the gateway's tests: they stream, count, break and tell what reached them."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from chassis.auth import Gatekeeper
from chassis.testing import public_key_pem
from gateway.route_table import find_route


class Watched:
    """What a room saw, for the test to ask, and when it may go on."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.left = asyncio.Event()
        self.release = asyncio.Event()
        self.bodies: list[int] = []


async def tell(request: Request) -> Response:
    """Says everything about the request, after the check that every room makes."""
    body = await request.body()
    headers = {name.decode(): value.decode("latin-1") for name, value in request.scope["headers"]}
    route = find_route(request.url.path)
    assert route is not None
    caller = Gatekeeper(route.room, public_key_pem()).caller(headers.get("authorization"))
    told = {
        "method": request.method,
        "path": request.scope["raw_path"].decode(),
        "query": request.url.query,
        "headers": headers,
        "length": len(body),
        "caller": caller.model_dump(mode="json"),
    }
    return JSONResponse(told, headers={"x-room": "echo"})


async def stream(request: Request) -> Response:
    async def halves() -> AsyncIterator[bytes]:
        yield b"first\n"
        # The second half comes only once the test has read the first.
        await asyncio.wait_for(request.app.state.watched.release.wait(), 60)
        yield b"second\n"

    return StreamingResponse(halves(), media_type="text/event-stream")


async def endless(request: Request) -> Response:
    async def ticks() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"tick\n"
                await asyncio.sleep(0.01)
        finally:
            request.app.state.watched.left.set()

    return StreamingResponse(ticks())


async def silent(request: Request) -> Response:
    """Answers never, and notes when nobody waits any more."""
    request.app.state.watched.reached.set()
    try:
        while not await request.is_disconnected():
            await asyncio.sleep(0.01)
    finally:
        request.app.state.watched.left.set()
    return Response()


async def count(request: Request) -> Response:
    total = 0
    try:
        async for chunk in request.stream():
            total += len(chunk)
            request.app.state.watched.reached.set()
    finally:
        request.app.state.watched.bodies.append(total)
        request.app.state.watched.left.set()
    return JSONResponse({"total": total})


async def refuse(_: Request) -> Response:
    return PlainTextResponse("no thanks", 403)


async def large(_: Request) -> Response:
    return Response(b"x" * 5_000_000, media_type="application/octet-stream")


async def crash(_: Request) -> Response:
    raise RuntimeError("the room broke")


async def break_off(_: Request) -> Response:
    async def half() -> AsyncIterator[bytes]:
        yield b"half"
        raise RuntimeError("the room broke in the middle")

    return StreamingResponse(half())


async def nothing(_: Request) -> Response:
    return Response(status_code=204)


async def cookies(_: Request) -> Response:
    answer = PlainTextResponse("two")
    answer.headers.append("set-cookie", "a=1")
    answer.headers.append("set-cookie", "b=2")
    return answer


async def openapi(request: Request) -> Response:
    return JSONResponse(request.app.state.document)


_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
_WAYS = (stream, endless, silent, count, refuse, large, crash, break_off, nothing, cookies)


def echo_room(watched: Watched | None = None, document: Mapping[str, object] | None = None) -> Starlette:
    """The last segment of /api/v1/orders/… picks how it answers; everything else is told back."""
    routes = [Route(f"/api/v1/orders/{way.__name__}", way, methods=_METHODS) for way in _WAYS]
    routes.append(Route("/api/v1/imports/{_}/imports", count, methods=["POST"]))
    routes.append(Route("/openapi", openapi))
    routes.append(Route("/{_:path}", tell, methods=_METHODS))
    app = Starlette(routes=routes)
    app.state.watched = watched or Watched()
    app.state.document = document or {"openapi": "3.1.0", "paths": {}}
    return app


def pages(client: httpx.AsyncClient) -> Starlette:
    """Pages that draw nothing and ask the API on the visitor's behalf."""

    async def ask(request: Request) -> Response:
        """Asks for `path`, `times` times, and passes cookies back as a storefront does."""
        passed = {name: value for name, value in request.headers.items() if name in ("cookie", "content-type")}
        body, path = await request.body(), request.query_params["path"]
        answers = [
            await client.request(request.method, path, headers=passed, content=body)
            for _ in range(int(request.query_params.get("times", "1")))
        ]
        page = JSONResponse({"statuses": [answer.status_code for answer in answers], "last": answers[-1].text})
        for value in answers[-1].headers.get_list("set-cookie"):
            page.headers.append("set-cookie", value)
        return page

    async def upload(request: Request) -> Response:
        """Passes a body on as it arrives."""
        answer = await client.post("/api/v1/imports/1/imports", content=request.stream())
        return Response(answer.content, answer.status_code)

    async def own_policy(_: Request) -> Response:
        return Response("page", headers={"content-security-policy": "default-src 'self'"})

    async def home(request: Request) -> Response:
        return JSONResponse({name.decode(): value.decode("latin-1") for name, value in request.scope["headers"]})

    return Starlette(
        routes=[
            Route("/ask", ask, methods=["GET", "POST", "DELETE"]),
            Route("/desk/1/imports", upload, methods=["POST"]),
            Route("/pay", own_policy),
            Route("/{_:path}", home, methods=["GET", "POST"]),
        ]
    )
