"""Rooms for the gateway's tests: they stream, count, break and tell what reached them."""

import asyncio
from collections.abc import AsyncIterator

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from chassis.auth import Gatekeeper
from chassis.testing import public_key_pem


class Watched:
    """What a room saw, for the test to ask."""

    def __init__(self) -> None:
        self.left = asyncio.Event()
        self.bodies: list[int] = []
        self.release = asyncio.Event()


def echo_room(watched: Watched | None = None) -> Starlette:
    """Answers anything below /api/v1; the last path segment of /orders/… picks how."""
    seen = watched or Watched()

    async def tell(request: Request) -> Response:
        body = await request.body()
        headers = {name.decode(): value.decode() for name, value in request.scope["headers"]}
        room = {
            "orders": "orders",
            "basket": "orders",
            "products": "catalog",
            "webhooks": "payments",
            "imports": "catalog",
        }
        segment = request.url.path.split("/")[3]
        caller = Gatekeeper(room[segment], public_key_pem()).caller(headers.get("authorization"))
        return JSONResponse(
            {
                "method": request.method,
                "path": request.scope["raw_path"].decode(),
                "query": request.url.query,
                "headers": headers,
                "length": len(body),
                "body": body[:200].decode("latin-1"),
                "caller": caller.model_dump(mode="json"),
            },
            headers={"x-room": "echo"},
        )

    async def stream(_: Request) -> Response:
        async def ticks() -> AsyncIterator[bytes]:
            yield b"first\n"
            # The second half comes only once the test has read the first.
            await asyncio.wait_for(seen.release.wait(), 5)
            yield b"second\n"

        return StreamingResponse(ticks(), media_type="text/event-stream")

    async def endless(_: Request) -> Response:
        async def ticks() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield b"tick\n"
                    await asyncio.sleep(0.01)
            finally:
                seen.left.set()

        return StreamingResponse(ticks())

    async def count(request: Request) -> Response:
        total, largest = 0, 0
        try:
            async for chunk in request.stream():
                total += len(chunk)
                largest = max(largest, len(chunk))
        finally:
            seen.bodies.append(total)
        return JSONResponse({"total": total, "largest": largest})

    async def refuse_unread(_: Request) -> Response:
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

    async def openapi(_: Request) -> Response:
        return JSONResponse({"openapi": "3.1.0", "paths": {}, "components": {}})

    ways = {
        "stream": stream,
        "endless": endless,
        "count": count,
        "refuse": refuse_unread,
        "large": large,
        "crash": crash,
        "break": break_off,
        "nothing": nothing,
        "cookies": cookies,
    }
    any_method = ["GET", "POST", "PUT", "DELETE", "PATCH"]
    routes = [Route(f"/api/v1/orders/{name}", way, methods=any_method) for name, way in ways.items()]
    routes.append(Route("/api/v1/imports/count", count, methods=["POST"]))
    routes.append(Route("/openapi", openapi))
    routes.append(Route("/{path:path}", tell, methods=any_method))
    return Starlette(routes=routes)


def pages(client: httpx.AsyncClient) -> Starlette:
    """Pages that draw nothing and ask the API on the visitor's behalf."""

    async def ask(request: Request) -> Response:
        """Asks for `path`, `times` times, and passes cookies back as a storefront does."""
        cookie = {"cookie": request.headers["cookie"]} if "cookie" in request.headers else {}
        statuses, told = [], ""
        for _ in range(int(request.query_params.get("times", "1"))):
            answer = await client.request(
                request.method, request.query_params["path"], headers=cookie, content=await request.body()
            )
            statuses.append(answer.status_code)
            told = answer.text
        page = JSONResponse({"statuses": statuses, "last": told})
        for value in answer.headers.get_list("set-cookie"):
            page.headers.append("set-cookie", value)
        return page

    async def own_policy(_: Request) -> Response:
        return Response("page", headers={"content-security-policy": "default-src 'self'"})

    async def home(request: Request) -> Response:
        return JSONResponse({name.decode(): value.decode() for name, value in request.scope["headers"]})

    return Starlette(
        routes=[
            Route("/ask", ask, methods=["GET", "POST", "DELETE"]),
            Route("/pay", own_policy),
            Route("/{path:path}", home, methods=["GET", "POST"]),
        ]
    )
