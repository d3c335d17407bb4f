"""Accounts, sessions and guests over the public API."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from chassis.testing import MemoryBus, counting, ship
from gateway.account import NoSuchAccount, make_operator
from gateway.worker import create_worker
from tests.gateway.conftest import PASSWORD, Door, OpenDoor, enrol, sign_up


async def test_an_account_is_opened_and_signed_in(door: Door) -> None:
    async with door.visitor() as mira:
        opened = await mira.post(
            "/api/v1/accounts", json={"email": " Mira@Sunrise.coop ", "password": PASSWORD, "name": " Mira "}
        )
        me = (await mira.get("/api/v1/me")).json()

    assert opened.status_code == 201
    assert me["email"] == "mira@sunrise.coop"
    assert (me["kind"], me["name"], me["operator"], me["works_for"]) == ("account", "Mira", False, [])
    assert me["id"] == opened.json()["id"]


async def test_the_cookie_is_kept_from_scripts_and_other_sites(door: Door) -> None:
    async with door.visitor() as mira:
        opened = await mira.post(
            "/api/v1/accounts", json={"email": "mira@sunrise.coop", "password": PASSWORD, "name": "Mira"}
        )

    cookie = opened.headers["set-cookie"]
    assert cookie.startswith("toadlane=s.")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert opened.headers["cache-control"] == "no-store"


async def test_over_https_the_cookie_is_bound_to_this_very_host(open_door: OpenDoor) -> None:
    door = await open_door(public_url="https://toadlane.test")

    async with door.visitor(host="toadlane.test") as mira:
        answer = await mira.post("/api/v1/basket/lines", json={})

    assert answer.headers["set-cookie"].startswith("__Host-toadlane=g.")
    assert answer.headers["set-cookie"].endswith("; Secure")


async def test_one_mailbox_has_one_account_however_it_is_written(door: Door) -> None:
    async with door.visitor() as mira, door.visitor() as second:
        await sign_up(mira)
        answer = await second.post(
            "/api/v1/accounts", json={"email": "MIRA@SUNRISE.COOP", "password": PASSWORD, "name": "M"}
        )

    assert answer.status_code == 409
    assert answer.json()["code"] == "email_taken"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"email": "not an address"}, "invalid_email"),
        ({"email": "a@b\x00.coop"}, "invalid"),
        ({"password": "short"}, "password_not_accepted"),
        ({"password": "aaaaaaaaaaaaaaaa"}, "password_not_accepted"),
        ({"password": "x" * 5000}, "invalid"),
        ({"password": "a b c d e f " * 30}, "password_not_accepted"),
        ({"name": "   "}, "invalid"),
        ({"name": "Mi\x00ra"}, "invalid"),
        ({"name": 7}, "invalid"),
        ({"operator": True}, "invalid"),
    ],
)
async def test_what_cannot_be_an_account_is_refused_in_words(door: Door, change: dict[str, object], code: str) -> None:
    body = {"email": "mira@sunrise.coop", "password": PASSWORD, "name": "Mira"} | change

    async with door.visitor() as mira:
        answer = await mira.post("/api/v1/accounts", json=body)

    assert answer.status_code == 422
    assert answer.json()["code"] == code
    assert answer.headers["content-type"] == "application/problem+json"
    assert "x" * 100 not in answer.text


async def test_signing_out_ends_the_session_and_not_only_the_cookie(door: Door) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        stolen = mira.cookies["toadlane"]
        left = await mira.delete("/api/v1/sessions/current")

    assert left.status_code == 204
    assert "Max-Age=0" in left.headers["set-cookie"]
    assert await _kind_of(door, stolen) == "anonymous"


async def test_a_wrong_password_and_an_unknown_address_are_answered_alike(door: Door) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        wrong = await mira.post("/api/v1/sessions", json={"email": "mira@sunrise.coop", "password": "no" * 8})
        unknown = await mira.post("/api/v1/sessions", json={"email": "who@sunrise.coop", "password": "no" * 8})
        garbled = await mira.post("/api/v1/sessions", json={"email": "not-an-address", "password": "no" * 8})
        right = await mira.post("/api/v1/sessions", json={"email": "Mira@sunrise.coop", "password": PASSWORD})

    assert wrong.status_code == unknown.status_code == garbled.status_code == 401
    assert wrong.json() == unknown.json() == garbled.json()
    assert right.status_code == 201


async def test_a_session_lives_while_somebody_comes_and_is_written_seldom(door: Door) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        door.clock.move(timedelta(minutes=5))
        async with counting(door.database) as soon:
            await mira.get("/api/v1/basket")
        door.clock.move(timedelta(minutes=6))
        async with counting(door.database) as later:
            await mira.get("/api/v1/basket")
        for _ in range(3):
            door.clock.move(timedelta(days=13))
            assert (await mira.get("/api/v1/me")).json()["kind"] == "account"
        door.clock.move(timedelta(days=15))
        away = (await mira.get("/api/v1/me")).json()

    assert len(soon.sql) == 1
    assert len(later.sql) == 2
    assert away["kind"] == "anonymous"


async def test_a_session_ends_for_good_after_its_whole_life(door: Door) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        for _ in range(8):
            door.clock.move(timedelta(days=11))
            assert (await mira.get("/api/v1/me")).json()["kind"] == "account"
        door.clock.move(timedelta(days=3))

        assert (await mira.get("/api/v1/me")).json()["kind"] == "anonymous"


async def test_nothing_is_looked_up_for_anonymous_visitors_and_guests(door: Door) -> None:
    async with door.visitor() as visitor, counting(door.database) as seen:
        anonymous = (await visitor.get("/api/v1/products/1")).json()["caller"]
        guest = (await visitor.post("/api/v1/basket/lines", json={})).json()["caller"]
        again = (await visitor.get("/api/v1/basket")).json()["caller"]

    assert anonymous["kind"] == "anonymous"
    assert guest["kind"] == "guest"
    assert again["id"] == guest["id"]
    assert seen.sql == []


async def test_a_visitor_who_only_looks_gets_no_cookie(door: Door) -> None:
    async with door.visitor() as visitor:
        looks = [await visitor.get("/api/v1/products/1"), await visitor.get("/"), await visitor.get("/api/v1/me")]

    assert not any("set-cookie" in look.headers for look in looks)


async def test_a_forged_or_aged_guest_is_nobody(door: Door) -> None:
    async with door.visitor() as visitor:
        guest = (await visitor.get("/api/v1/basket")).json()["caller"]["id"]
        genuine = visitor.cookies["toadlane"]
    forged = [genuine[:-2] + ("AA" if genuine[-2:] != "AA" else "BB"), f"g.{guest}.", "g.zz.zz", "s.guess", "x"]

    told = [await _kind_of(door, value) for value in forged]
    in_time = await _kind_of(door, genuine)
    door.clock.move(timedelta(days=91))
    aged = await _kind_of(door, genuine)

    assert in_time == "guest"
    assert told == ["anonymous"] * 5
    assert aged == "anonymous"


async def test_a_guest_who_signs_in_is_told_to_the_other_rooms(door: Door) -> None:
    bus = MemoryBus()
    worker = create_worker(door.settings, door.database, bus, clock=door.clock)

    async with door.visitor() as visitor:
        first = (await visitor.get("/api/v1/basket")).json()["caller"]["id"]
        account = await sign_up(visitor)
        await visitor.delete("/api/v1/sessions/current")
        second = (await visitor.get("/api/v1/basket")).json()["caller"]["id"]
        await visitor.post("/api/v1/sessions", json={"email": "mira@sunrise.coop", "password": PASSWORD})
    await ship(worker)

    facts = [(fact.type, fact.data) for fact in bus.facts("gateway.accounts")]
    account_id = account["id"]
    assert facts == [
        ("gateway.AccountOpened", {"version": 1, "account_id": account_id}),
        ("gateway.GuestSignedIn", {"version": 2, "account_id": account_id, "guest_id": first}),
        ("gateway.GuestSignedIn", {"version": 3, "account_id": account_id, "guest_id": second}),
    ]


async def test_a_command_makes_an_operator(door: Door) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        await enrol(mira, door.clock)
        async with door.database.transaction() as session:
            await make_operator(session, "MIRA@sunrise.coop", door.clock())

        assert (await mira.get("/api/v1/me")).json()["operator"] is True

    with pytest.raises(NoSuchAccount):
        async with door.database.transaction() as session:
            await make_operator(session, "nobody@sunrise.coop", door.clock())


async def test_passwords_are_kept_as_argon2id_and_tokens_as_hashes(door: Door) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        token = mira.cookies["toadlane"].removeprefix("s.")
        async with door.database.reading() as session:
            kept = (await session.execute(text("SELECT password_hash FROM accounts"))).scalar_one()
            hashes = (await session.execute(text("SELECT token_hash FROM sessions"))).scalars().all()

    assert kept.startswith("$argon2id$")
    assert token.encode() not in hashes


async def _kind_of(door: Door, value: str) -> str:
    async with door.visitor(cookie=f"other=1; toadlane={value}; more=2") as visitor:
        return str((await visitor.get("/api/v1/me")).json()["kind"])
