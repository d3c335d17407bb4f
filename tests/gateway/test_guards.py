"""What is turned away at the door: other sites, foreign host names, crowds, unknown addresses."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import httpx
import pytest

from gateway.token_bucket import Limit
from tests.gateway.conftest import ORIGIN, PASSWORD, Door, OpenDoor, sign_up


@pytest.mark.parametrize(
    "told",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": ORIGIN},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8001"},
    ],
)
async def test_another_site_cannot_act_in_a_visitors_name(door: Door, told: Mapping[str, str]) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        answers = [
            await mira.post("/api/v1/basket/lines", json={}, headers=told),
            await mira.delete("/api/v1/sessions/current", headers=told),
            await mira.post("/ask", headers=told),
            await mira.post("/api/v1/sessions", json={}, headers=told),
        ]
        looked = await mira.get("/api/v1/products/1", headers=told)

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "cross_site")] * 4
    assert looked.status_code == 200


@pytest.mark.parametrize(
    "told", [{"sec-fetch-site": "same-origin", "origin": "null"}, {"sec-fetch-site": "none"}, {"origin": ORIGIN}, {}]
)
async def test_our_own_pages_and_programs_may_act(door: Door, told: Mapping[str, str]) -> None:
    async with door.visitor() as visitor:
        assert (await visitor.post("/api/v1/basket/lines", json={}, headers=told)).status_code == 200


async def test_news_signed_by_a_machine_need_no_page_of_ours(door: Door) -> None:
    async with door.visitor() as stripe:
        answer = await stripe.post(
            "/api/v1/webhooks/stripe",
            content=b"{}",
            headers={"origin": "https://stripe.example", "stripe-signature": "t=1"},
        )

    assert answer.status_code == 200
    assert answer.json()["headers"]["stripe-signature"] == "t=1"
    assert answer.json()["caller"]["kind"] == "anonymous"
    assert "set-cookie" not in answer.headers


async def test_only_our_own_names_are_answered(open_door: OpenDoor) -> None:
    door = await open_door(allowed_hosts="shop.test, other.test")

    async with door.visitor() as visitor:
        statuses = {
            host: (await visitor.get("/api/v1/products/1", headers={"host": host})).status_code
            for host in ("127.0.0.1:8000", "LOCALHOST:8000", "shop.test", "127.0.0.1", "evil.example")
        }
        own_origin = await visitor.post(
            "/api/v1/basket/lines", json={}, headers={"host": "localhost:8000", "origin": "http://localhost:8000"}
        )
        rebound = await visitor.post(
            "/api/v1/basket/lines", json={}, headers={"host": "evil.example:8000", "origin": "http://evil.example:8000"}
        )
        health = await visitor.get("/health/live", headers={"host": "10.0.0.7:8000"})

    assert statuses == {
        "127.0.0.1:8000": 200,
        "LOCALHOST:8000": 200,
        "shop.test": 200,
        "127.0.0.1": 421,
        "evil.example": 421,
    }
    assert (own_origin.status_code, rebound.status_code) == (200, 421)
    assert health.json() == {"status": "ok"}


async def test_a_crowd_from_one_address_is_told_when_to_come_back(open_door: OpenDoor) -> None:
    door = await open_door(limit_requests="3/minute")

    async with door.visitor() as visitor:
        answers = [await visitor.get("/api/v1/products/1") for _ in range(4)]
        refused = answers[-1]
        door.clock.move(timedelta(seconds=int(refused.headers["retry-after"]) + 1))
        back = await visitor.get("/api/v1/products/1")

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert refused.headers["ratelimit-limit"] == "3"
    assert refused.json()["code"] == "rate_limited"
    assert int(refused.headers["retry-after"]) == 20
    assert back.status_code == 200


async def test_accounts_are_counted_by_themselves_and_guests_by_their_address(open_door: OpenDoor) -> None:
    door = await open_door(limit_requests="4/hour")

    async with door.visitor() as mira, door.visitor() as guest, door.visitor() as other_guest:
        await sign_up(mira)
        guests = [(await who.post("/api/v1/basket/lines", json={})).status_code for who in (guest, other_guest) * 2]
        miras = [(await mira.get("/api/v1/basket")).status_code for _ in range(5)]

    assert guests == [200, 200, 200, 429]
    assert miras == [200, 200, 200, 200, 429]


async def test_all_goods_at_once_are_asked_for_seldom_and_their_news_as_often_as_anything(open_door: OpenDoor) -> None:
    door = await open_door(limit_feed="2/hour")

    async with door.visitor() as visitor, door.visitor(address="203.0.113.8") as somebody_else:
        feeds = [(await visitor.get("/feeds/merchant.xml")).status_code for _ in range(3)]
        news = [(await visitor.get("/feeds/new.xml")).status_code for _ in range(3)]
        theirs = await somebody_else.get("/feeds/merchant.xml")

    assert (feeds, news, theirs.status_code) == ([200, 200, 429], [200, 200, 200], 200)


async def test_loopback_is_spared_unless_told_otherwise(open_door: OpenDoor) -> None:
    for limited, last in ((False, 200), (True, 429)):
        door = await open_door(limit_requests="2/hour", limit_loopback=limited)
        transport = httpx.ASGITransport(app=door.app, client=("127.0.0.1", 5000))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as visitor:
            statuses = [(await visitor.get("/api/v1/products/1")).status_code for _ in range(3)]

        assert statuses == [200, 200, last]


async def test_guessing_passwords_is_slow_for_an_address_and_for_a_mailbox(open_door: OpenDoor) -> None:
    door = await open_door(limit_sign_in="6/minute", limit_sign_in_per_email=Limit(3, 60))
    wrong = {"email": "mira@sunrise.coop", "password": "a wrong guess"}

    async with door.visitor() as visitor:
        one_mailbox = [(await visitor.post("/api/v1/sessions", json=wrong)).status_code for _ in range(4)]
        one_address = [
            (await visitor.post("/api/v1/sessions", json=wrong | {"email": f"{n}@x.coop"})).status_code
            for n in range(4)
        ]
        via_a_page = await visitor.post("/ask?path=/api/v1/sessions", json=wrong | {"email": "9@x.coop"})

    assert one_mailbox == [401, 401, 401, 429]
    assert one_address == [401, 401, 429, 429]
    assert via_a_page.json()["statuses"] == [429]


async def test_a_stranger_who_guesses_keeps_nobody_out_of_their_own_account(open_door: OpenDoor) -> None:
    door = await open_door(limit_sign_in_per_email=Limit(3, 60))
    new = {"current_password": PASSWORD, "password": "a brand new set of words"}

    async with door.visitor() as mira, door.visitor(address="198.51.100.7") as stranger:
        await sign_up(mira)
        wrong = {"email": "mira@sunrise.coop", "password": "a wrong guess"}
        guesses = [(await stranger.post("/api/v1/sessions", json=wrong)).status_code for _ in range(4)]
        changed = await mira.put("/api/v1/me/password", json=new)
        signed_in = await mira.post("/api/v1/sessions", json=wrong | {"password": new["password"]})

    assert guesses == [401, 401, 401, 429]
    assert (changed.status_code, signed_in.status_code) == (204, 201)


async def test_who_guesses_a_password_from_everywhere_is_stopped(open_door: OpenDoor) -> None:
    door = await open_door(limit_sign_in_from_everywhere=Limit(3, 60))
    wrong = {"email": "mira@sunrise.coop", "password": "a wrong guess"}

    guesses = []
    for place in range(4):
        async with door.visitor(address=f"198.51.100.{place}") as guesser:
            guesses.append((await guesser.post("/api/v1/sessions", json=wrong)).status_code)

    assert guesses == [401, 401, 401, 429]


async def test_unknown_addresses_and_methods_are_problems(door: Door) -> None:
    async with door.visitor() as visitor:
        answers = {
            path: await visitor.get(path)
            for path in (
                "/api",
                "/api/",
                "/api/v1/",
                "/api/v2/products",
                "/api/v1/secrets",
                "/api/v1/coops",
                "/api/v1/openapi",
            )
        }
        method = await visitor.put("/api/v1/me")

    assert {path: (answer.status_code, answer.json()["code"]) for path, answer in answers.items()} == dict.fromkeys(
        answers, (404, "not_found")
    )
    assert (method.status_code, method.json()["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'"text"',
        b"[]",
        b'{"email": "\\ud800", "password": "x"}',
        b'{"email": 1e999}',
        b"[" * 100_000,
    ],
)
async def test_garbage_is_refused_in_words(door: Door, content: bytes) -> None:
    async with door.visitor() as visitor:
        answer = await visitor.post("/api/v1/sessions", content=content, headers={"content-type": "application/json"})

    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_every_answer_carries_the_browsers_orders(open_door: OpenDoor) -> None:
    door = await open_door(public_url="https://toadlane.test")

    async with door.visitor(host="toadlane.test") as visitor:
        answers = [
            await visitor.get(path) for path in ("/", "/api/v1/products/1", "/api/v1/nothing", "/api/docs", "/pay")
        ]
        page, api, missing, docs, own = (answer.headers.get_list("content-security-policy") for answer in answers)

    for answer in answers:
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert len(answer.headers["x-request-id"]) == 32
    assert page == docs
    assert "unsafe" not in page[0]
    assert "form-action 'self'" in page[0]
    assert api == missing == ["default-src 'none'; base-uri 'none'; frame-ancestors 'none'"]
    assert own == ["default-src 'self'"]


async def test_what_one_visitor_sees_is_not_kept_for_another(door: Door) -> None:
    async with door.visitor() as visitor:
        anonymous = await visitor.get("/api/v1/products/1")
        guest = await visitor.get("/api/v1/basket")

    assert "cache-control" not in anonymous.headers
    assert guest.headers["cache-control"] == "private, no-cache"


async def test_a_socket_is_refused(door: Door) -> None:
    said: list[str] = []

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        said.append(message["type"])

    await door.app({"type": "websocket", "path": "/", "headers": []}, asyncio.Event().wait, send)  # type: ignore[arg-type]

    assert said == ["websocket.close"]
