"""What a session without a second factor may not do, and how one is shown: by a code, or by a recovery code."""

import asyncio

from sqlalchemy import text, update

from chassis.ids import new_id
from chassis.secret_token import hashed
from gateway.session import Session
from gateway.token_bucket import Limit
from tests.gateway.conftest import Door, OpenDoor, Phone, enrol, operates, sign_up
from tests.gateway.guarded import HALF_A_MINUTE, caller, mails, shows, signs_in, works_for


async def test_a_password_alone_makes_no_operator_and_no_owner(door: Door) -> None:
    async with door.visitor() as mira:
        account = await sign_up(mira)
        owned, packed = await works_for(door, account, "owner"), await works_for(door, account, "fulfilment")
        paid = await works_for(door, account, "finance")
        await operates(door)
        without = await caller(mira)
        told = (await mira.get("/api/v1/me")).json()
        await enrol(mira, door.clock)
        shown = await caller(mira)

    assert (without["operator"], without["operator_withheld"]) == (False, True)
    assert without["works_for"] == {packed: "fulfilment"}
    assert set(without["withheld_from"]) == {owned, paid}  # type: ignore[call-overload]
    assert (told["second_factor"], told["operator"], told["operator_withheld"]) == ("none", False, True)
    assert sorted(told["withheld_from"]) == sorted([owned, paid])
    assert (shown["operator"], shown["operator_withheld"], shown["withheld_from"]) == (True, False, [])
    assert shown["works_for"] == {owned: "owner", packed: "fulfilment", paid: "finance"}


async def test_what_is_withheld_is_refused_with_what_to_do_and_what_is_not_theirs_as_ever(door: Door) -> None:
    async with door.visitor() as mira:
        coop_id = await works_for(door, await sign_up(mira), "owner")
        withheld = await mira.get("/api/v1/keys", params={"coop_id": coop_id})
        foreign = await mira.get("/api/v1/keys", params={"coop_id": str(new_id())})

    assert (withheld.status_code, withheld.json()["code"]) == (403, "second_factor_required")
    assert "adds one to their account" in withheld.json()["detail"]
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")


async def test_the_next_session_begins_without_and_a_code_makes_it_whole(door: Door, enrolled: Phone) -> None:
    async with door.visitor() as mira:
        told = await signs_in(mira)
        before = await caller(mira)
        answer = await shows(mira, f" {enrolled.next_code()[:3]} {enrolled.code()[3:]} ")
        after = (await mira.get("/api/v1/me")).json()

    assert (told["second_factor"], told["operator"], told["operator_withheld"]) == ("enrolled", False, True)
    assert before["operator"] is False
    assert answer.status_code == 204
    assert (after["second_factor"], after["operator"]) == ("shown", True)


async def test_a_code_counts_once_and_so_does_any_before_it(door: Door, enrolled: Phone) -> None:
    async with door.visitor() as mira, door.visitor() as thief:
        await signs_in(mira)
        await signs_in(thief)
        earlier, code = enrolled.next_code(), enrolled.next_code()
        assert (await shows(mira, code)).status_code == 204
        replayed = await shows(thief, code)
        overtaken = await shows(thief, earlier)

    assert (replayed.status_code, replayed.json()["code"]) == (422, "wrong_code")
    assert (overtaken.status_code, overtaken.json()["code"]) == (422, "wrong_code")


async def test_where_the_last_step_is_not_remembered_a_code_counts_twice(door: Door, enrolled: Phone) -> None:
    """The negative control: the same replay, with the memory taken away in between."""
    async with door.visitor() as mira, door.visitor() as thief:
        await signs_in(mira)
        await signs_in(thief)
        code = enrolled.next_code()
        await shows(mira, code)
        async with door.database.transaction() as session:
            await session.execute(text("UPDATE authenticator_apps SET last_step = 0"))

        assert (await shows(thief, code)).status_code == 204


async def test_of_two_who_send_one_code_at_the_same_moment_one_gets_in(door: Door, enrolled: Phone) -> None:
    async with door.visitor() as mira, door.visitor() as thief:
        await signs_in(mira)
        await signs_in(thief)
        code = enrolled.next_code()
        answers = await asyncio.gather(shows(mira, code), shows(thief, code))

    assert sorted(answer.status_code for answer in answers) == [204, 422]


async def test_a_clock_may_be_half_a_minute_off(door: Door, enrolled: Phone) -> None:
    door.clock.move(4 * HALF_A_MINUTE)
    async with door.visitor() as mira:
        await signs_in(mira)
        answers = [(await shows(mira, enrolled.code(steps=steps))).status_code for steps in (-2, -1, 0, 1, 2)]

    assert answers == [422, 204, 204, 204, 422]


async def test_a_wrong_code_is_refused_and_leaves_the_session_as_it_is(door: Door, enrolled: Phone) -> None:
    async with door.visitor() as mira:
        await signs_in(mira)
        refused = [await shows(mira, code) for code in ("000000", "", "12345", "１２３４５６", "code", "0" * 41)]
        still = (await mira.get("/api/v1/me")).json()

        assert {answer.status_code for answer in refused} == {422}
        assert {answer.json()["errors"][0]["field"] for answer in refused} == {"code"}
        assert (still["kind"], still["second_factor"]) == ("account", "enrolled")
        assert (await shows(mira, enrolled.next_code())).status_code == 204


async def test_a_cookie_stolen_before_the_factor_was_shown_is_worth_nothing_after(door: Door, enrolled: Phone) -> None:
    async with door.visitor() as mira:
        await signs_in(mira)
        stolen = mira.cookies["toadlane"]
        async with door.visitor(cookie=f"toadlane={stolen}") as thief:
            assert (await caller(thief))["kind"] == "account"
            await shows(mira, enrolled.next_code())

            assert (await caller(thief))["kind"] == "anonymous"
        assert (await caller(mira))["operator"] is True


async def test_where_the_session_kept_its_token_the_thief_would_operate(door: Door, enrolled: Phone) -> None:
    """The negative control: the same theft, with the old token put back."""
    async with door.visitor() as mira:
        await signs_in(mira)
        stolen = mira.cookies["toadlane"]
        await shows(mira, enrolled.next_code())
        async with door.database.transaction() as session:
            mine = mira.cookies["toadlane"].removeprefix("s.")
            kept = update(Session).where(Session.token_hash == hashed(mine))
            await session.execute(kept.values(token_hash=hashed(stolen.removeprefix("s."))))
    async with door.visitor(cookie=f"toadlane={stolen}") as thief:
        assert (await caller(thief))["operator"] is True


async def test_a_recovery_code_stands_in_once_and_its_owner_is_told(door: Door, enrolled: Phone) -> None:
    code = enrolled.recovery_codes[0]
    async with door.visitor() as mira, door.visitor() as second:
        await signs_in(mira)
        await signs_in(second)
        answer = await mira.post("/api/v1/sessions/current/factor", json={"recovery_code": code.upper()})
        again = await second.post("/api/v1/sessions/current/factor", json={"recovery_code": code})
        left = (await mira.get("/api/v1/factors")).json()["recovery_codes_left"]
        operator = (await caller(mira))["operator"]

    assert (answer.status_code, operator, left) == (204, True, 9)
    assert again.json()["code"] == "wrong_code"
    assert "A recovery code of your account was used" in await mails(door)


async def test_guesses_are_counted_and_a_guesser_shuts_out_nobody_else(open_door: OpenDoor) -> None:
    door = await open_door(limit_factor=Limit(3, 600))
    async with door.visitor() as mira, door.visitor() as guesser:
        await sign_up(mira)
        phone = await enrol(mira, door.clock)
        await signs_in(guesser)
        guesses = [await shows(guesser, "000000") for _ in range(4)]
        async with door.visitor() as nobody:
            knocks = [await shows(nobody, "000000") for _ in range(4)]
        async with door.visitor(address="198.51.100.7") as home:
            await signs_in(home)
            owner = await shows(home, phone.next_code())

    assert [guess.status_code for guess in guesses] == [422, 422, 422, 429]
    assert int(guesses[-1].headers["retry-after"]) > 0
    assert {knock.status_code for knock in knocks} == {401}
    assert owner.status_code == 204


async def test_a_guest_and_a_key_have_no_factors(door: Door) -> None:
    async with door.visitor() as guest:
        await guest.get("/api/v1/basket")

        assert (await guest.get("/api/v1/factors")).json()["code"] == "sign_in_required"
        assert (await shows(guest, "123456")).json()["code"] == "sign_in_required"
