"""One suite over both carriers, with a real server in front and real sockets all the way."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from chassis.database import Database
from gateway.app import create_app
from gateway.carrier import Carrier, InProcess
from gateway.carrier_http import OverHttp
from tests.gateway.conftest import settings_for
from tests.gateway.rooms import Watched, echo_room
from tests.gateway.servers import served, unused_address


@dataclass
class Wired:
    """A visitor of a gateway whose rooms are behind one carrier or the other."""

    visitor: httpx.AsyncClient
    room: Watched
    carrier: str


def nowhere() -> Database:
    """Nobody here has a session, so the database is never asked: it need not be there."""
    return Database("postgresql+asyncpg://nobody@127.0.0.1:1/none")


@asynccontextmanager
async def visiting(rooms: dict[str, Carrier], **changes: object) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor of a gateway that listens on a real socket."""
    database = nowhere()
    app = create_app(settings_for(database, **changes), database, rooms, None)
    async with AsyncExitStack() as stack:
        for carrier in set(rooms.values()):
            await stack.enter_async_context(carrier.lifespan())
        address = await stack.enter_async_context(served(app, lifespan="off"))
        visitor = httpx.AsyncClient(base_url=address, headers={"host": "127.0.0.1:8000"}, timeout=60)
        yield await stack.enter_async_context(visitor)


@pytest.fixture(params=["in process", "over http"])
async def wired(request: pytest.FixtureRequest) -> AsyncIterator[Wired]:
    watched = Watched()
    async with AsyncExitStack() as stack:
        carrier: Carrier
        if request.param == "in process":
            carrier = InProcess(echo_room(watched))
        else:
            carrier = OverHttp(await stack.enter_async_context(served(echo_room(watched))))
        rooms: dict[str, Carrier] = {"orders": carrier, "catalog": carrier}
        visitor = await stack.enter_async_context(visiting(rooms, upload_bytes=3_000_000))
        yield Wired(visitor, watched, request.param)


async def _chunks(count: int, size: int, pause: Callable[[], bool] = lambda: False) -> AsyncIterator[bytes]:
    for _ in range(count):
        if pause():
            await asyncio.sleep(0.01)
        yield b"x" * size


async def test_method_path_query_body_and_headers_arrive_as_they_were_sent(wired: Wired) -> None:
    answer = await wired.visitor.put(
        "/api/v1/products/caf%C3%A9%2Fnoir?q=a%20b&q=%26c",
        content=b"hello",
        headers={b"X-Thing": "caf\xe9".encode("latin-1")},
    )

    told = answer.json()
    assert (told["method"], told["path"], told["query"]) == (
        "PUT",
        "/api/v1/products/caf%C3%A9%2Fnoir",
        "q=a%20b&q=%26c",
    )
    assert told["length"] == 5
    assert told["headers"]["x-thing"] == "caf\xe9"
    assert answer.headers["x-room"] == "echo"


async def test_nobody_can_say_in_our_name_who_they_are(wired: Wired) -> None:
    answer = await wired.visitor.get(
        "/api/v1/products/1",
        headers={
            "X-Forwarded-For": "1.2.3.4",
            "X-Toadlane-Caller": "operator",
            "Traceparent": "00-" + "1" * 32 + "-" + "2" * 16 + "-01",
            "X-Request-Id": "mine",
            "Forwarded": "for=1.2.3.4",
            "Cookie": "toadlane=x",
            "X-Real-Ip": "1.2.3.4",
        },
    )

    told = answer.json()
    assert told["caller"]["kind"] == "anonymous"
    assert not {"x-forwarded-for", "x-toadlane-caller", "x-request-id", "forwarded", "cookie", "x-real-ip"} & set(
        told["headers"]
    )
    assert "1" * 32 not in told["headers"]["traceparent"]
    assert answer.headers["x-request-id"] in told["headers"]["traceparent"]


async def test_a_stream_flows_while_it_is_made(wired: Wired) -> None:
    async with wired.visitor.stream("GET", "/api/v1/orders/stream") as answer:
        lines = answer.aiter_lines()
        first = await asyncio.wait_for(anext(lines), 30)
        wired.room.release.set()
        second = await asyncio.wait_for(anext(lines), 30)

    assert (first, second) == ("first", "second")
    assert answer.headers["content-type"].startswith("text/event-stream")


async def test_a_visitor_who_leaves_a_stream_is_not_served_on(wired: Wired) -> None:
    async with wired.visitor.stream("GET", "/api/v1/orders/endless") as answer:
        await anext(answer.aiter_bytes())

    await asyncio.wait_for(wired.room.left.wait(), 60)


async def test_a_visitor_who_leaves_before_the_answer_is_not_waited_for(wired: Wired) -> None:
    asking = asyncio.create_task(wired.visitor.post("/api/v1/orders/silent", content=b"x"))
    await asyncio.wait_for(wired.room.reached.wait(), 60)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)

    await asyncio.wait_for(wired.room.left.wait(), 60)


async def test_a_visitor_who_leaves_while_sending_leaves_the_room_with_half(wired: Wired) -> None:
    async def half() -> AsyncIterator[bytes]:
        yield b"x" * 1000
        await asyncio.wait_for(wired.room.reached.wait(), 60)
        raise ConnectionError("the visitor's train entered a tunnel")

    with pytest.raises(ConnectionError):
        await wired.visitor.post("/api/v1/orders/count", content=half())

    await asyncio.wait_for(wired.room.left.wait(), 60)
    assert wired.room.bodies == [1000]


async def test_large_bodies_pass_both_ways(wired: Wired) -> None:
    sent = await wired.visitor.post("/api/v1/orders/count", content=b"x" * 999_999)
    got = await wired.visitor.get("/api/v1/orders/large")

    assert sent.json()["total"] == 999_999
    assert len(got.content) == 5_000_000
    assert got.headers["content-length"] == "5000000"


async def test_a_chunked_upload_arrives_whole(wired: Wired) -> None:
    answer = await wired.visitor.post("/api/v1/imports/1/imports", content=_chunks(100, 25_000))

    assert answer.json() == {"total": 2_500_000}


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_body_beyond_the_limit_is_refused_in_words(wired: Wired, chunked: bool) -> None:
    content = _chunks(200, 10_000) if chunked else b"x" * 2_000_000

    answer = await wired.visitor.post("/api/v1/orders/count", content=content)

    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"
    assert answer.json()["limit_bytes"] == 1_000_000
    assert sum(wired.room.bodies) <= 1_000_000
    again = await wired.visitor.post("/api/v1/orders/count", content=b"small")
    assert again.json() == {"total": 5}


async def test_a_hundred_megabytes_are_refused_in_words(wired: Wired) -> None:
    for content in (b"x" * 100_000_000, _chunks(1000, 100_000)):
        answer = await wired.visitor.post("/api/v1/imports/1/imports", content=content)

        assert answer.status_code == 413
        assert answer.json()["limit_bytes"] == 3_000_000


async def test_a_room_may_refuse_before_it_has_read_everything(wired: Wired) -> None:
    answer = await wired.visitor.post("/api/v1/orders/refuse", content=b"x" * 900_000)
    again = await wired.visitor.get("/api/v1/products/1")

    assert (answer.status_code, answer.text) == (403, "no thanks")
    assert again.status_code == 200


async def test_a_room_that_breaks_is_a_server_error(wired: Wired) -> None:
    answer = await wired.visitor.get("/api/v1/orders/crash")

    assert answer.status_code == 500


async def test_an_answer_that_breaks_off_is_never_taken_for_whole(wired: Wired) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await wired.visitor.get("/api/v1/orders/break_off")

    assert (await wired.visitor.get("/api/v1/products/1")).status_code == 200


async def test_answers_without_a_body_and_repeated_headers_pass(wired: Wired) -> None:
    empty = await wired.visitor.delete("/api/v1/orders/nothing")
    head = await wired.visitor.head("/api/v1/orders/large")
    two = await wired.visitor.get("/api/v1/orders/cookies")

    assert (empty.status_code, empty.content) == (204, b"")
    assert (head.status_code, head.headers["content-length"]) == (200, "5000000")
    assert {"a=1", "b=2"} <= set(two.headers.get_list("set-cookie"))


async def test_sixteen_at_once_do_not_mix(wired: Wired) -> None:
    async def one(number: int) -> str:
        return str((await wired.visitor.get(f"/api/v1/products/{number}")).json()["path"])

    assert await asyncio.gather(*map(one, range(100))) == [f"/api/v1/products/{number}" for number in range(100)]


async def test_a_room_that_is_down_is_told_with_a_time_to_come_back() -> None:
    async with visiting({"orders": OverHttp(unused_address())}) as visitor:
        answer = await visitor.get("/api/v1/orders")

    assert (answer.status_code, answer.json()["code"]) == (503, "room_unavailable")
    assert answer.headers["retry-after"] == "5"


async def test_a_room_that_is_too_slow_or_breaks_off_is_told_apart() -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    watched = Watched()
    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    rude = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with served(echo_room(watched)) as room, server:
        async with visiting({"orders": OverHttp(room, read_timeout=0.2), "catalog": OverHttp(rude)}) as visitor:
            slow = await visitor.get("/api/v1/orders/silent")
            broken = await visitor.get("/api/v1/products/1")
        await asyncio.wait_for(watched.left.wait(), 60)

    assert (slow.status_code, slow.json()["code"]) == (504, "gateway_timeout")
    assert (broken.status_code, broken.json()["code"]) == (502, "bad_gateway")
