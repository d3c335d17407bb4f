"""Pages that ask back in: counted once, looked up once, cookies handed on, trusted for no header."""

import asyncio

import httpx

from chassis.testing import counting
from gateway.loopback import Loopback
from tests.gateway.conftest import ORIGIN, PASSWORD, Door, OpenDoor, sign_up


async def test_a_page_and_what_it_asks_are_counted_once(open_door: OpenDoor) -> None:
    door = await open_door(limit_requests="2/hour")

    async with door.visitor() as visitor:
        pages = [await visitor.get("/ask?path=/api/v1/products/1&times=5") for _ in range(3)]

    assert [page.status_code for page in pages] == [200, 200, 429]
    assert pages[0].json()["statuses"] == [200] * 5


async def test_a_page_finds_out_once_who_is_asking(door: Door) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        async with counting(door.database) as seen:
            page = await mira.get("/ask?path=/api/v1/basket&times=3")

    assert '"kind":"account"' in page.json()["last"]
    assert len(seen.sql) == 1


async def test_who_signs_out_on_a_page_is_nobody_on_the_rest_of_it(door: Door) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        async with counting(door.database) as seen:
            await mira.delete("/ask?path=/api/v1/sessions/current&times=2")
        looked_up = [sql for sql in seen.sql if "FROM sessions" in sql and "SELECT" in sql]

    assert len(looked_up) == 2


async def test_a_guest_made_for_a_page_is_the_guest_of_what_it_asks(door: Door) -> None:
    async with door.visitor() as visitor:
        acted = (await visitor.post("/ask?path=/api/v1/basket/lines")).json()["last"]
        looked = (await visitor.get("/ask?path=/api/v1/basket")).json()["last"]

    assert httpx.Response(200, text=acted).json()["caller"] == httpx.Response(200, text=looked).json()["caller"]


async def test_a_cookie_made_inside_reaches_the_browser(door: Door) -> None:
    async with door.visitor() as visitor:
        first = await visitor.get("/ask?path=/api/v1/basket")
        second = await visitor.get("/ask?path=/api/v1/basket")
        signed_up = await visitor.post(
            "/ask?path=/api/v1/accounts", json={"email": "m@sunrise.coop", "password": PASSWORD, "name": "M"}
        )
        me = (await visitor.get("/api/v1/me")).json()

    assert first.headers["set-cookie"].startswith("toadlane=g.")
    assert "set-cookie" not in second.headers
    assert any(value.startswith("toadlane=s.") for value in signed_up.headers.get_list("set-cookie"))
    assert me["kind"] == "account"


async def test_who_signs_up_on_the_first_page_they_send_is_signed_in_and_no_guest(door: Door) -> None:
    async with door.visitor() as visitor:
        signed_up = await visitor.post(
            "/ask?path=/api/v1/accounts", json={"email": "m@sunrise.coop", "password": PASSWORD, "name": "M"}
        )
        me = (await visitor.get("/api/v1/me")).json()

    assert len(signed_up.headers.get_list("set-cookie")) == 1
    assert me["kind"] == "account"


async def test_the_inner_client_never_hands_one_visitors_cookie_to_another(door: Door) -> None:
    async with door.visitor() as mira, door.visitor() as stranger:
        await sign_up(mira)
        await mira.get("/ask?path=/api/v1/basket")
        told = (await stranger.get("/ask?path=/api/v1/me")).json()["last"]

    assert '"kind":"anonymous"' in told


async def test_pages_asked_for_at_once_do_not_take_each_other_for_the_same_visitor(door: Door) -> None:
    async def one(email: str) -> bool:
        async with door.visitor() as visitor:
            await sign_up(visitor, email)
            pages = await asyncio.gather(*(visitor.get("/ask?path=/api/v1/me&times=2") for _ in range(4)))
            return all(f'"email":"{email}"' in page.json()["last"] for page in pages)

    assert all(await asyncio.gather(*(one(f"m{number}@sunrise.coop") for number in range(5))))


async def test_no_header_makes_a_request_an_inner_one(open_door: OpenDoor) -> None:
    door = await open_door(limit_requests="1/hour")
    claims = {"x-toadlane-inner": "1", "toadlane.visit": "inner", "x-toadlane-visit": "inner"}

    async with door.visitor(**claims) as visitor:
        statuses = [(await visitor.get("/api/v1/products/1")).status_code for _ in range(2)]

    assert statuses == [200, 429]


async def test_pages_get_the_cookie_and_one_trace_with_what_they_ask(door: Door) -> None:
    async with door.visitor(cookie="theme=dark") as visitor:
        page = await visitor.get("/anything")
        asking = await visitor.get("/ask?path=/api/v1/products/1")

    assert page.json()["cookie"] == "theme=dark"
    assert asking.headers["x-request-id"] in asking.json()["last"]


async def test_a_loopback_outside_of_a_visit_is_nobody_in_particular(door: Door) -> None:
    loopback = Loopback()
    loopback.connect(door.app)  # type: ignore[arg-type]

    async with loopback.client(ORIGIN) as client:
        answer = await client.get("/api/v1/me")

    assert answer.json()["kind"] == "anonymous"


async def test_an_upload_streams_through_a_page_into_its_room(door: Door) -> None:
    async with door.visitor() as visitor:
        answer = await visitor.post("/desk/1/imports", content=b"x" * 5_000_000)

    assert answer.json() == {"total": 5_000_000}
