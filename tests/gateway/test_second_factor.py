"""What a session without a second factor may not do, and how one is shown: by a code, or by a recovery code."""

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text, update

from chassis.ids import new_id
from chassis.secret_token import hashed
from chassis.testing import MemoryBus, deliver, do_tasks, ship
from gateway.account import make_operator
from gateway.factor_secret import FactorSecret
from gateway.inbound import MemberJoined
from gateway.session import Session
from gateway.token_bucket import Limit
from gateway.worker import create_worker
from tests.gateway.conftest import PASSWORD, Door, OpenDoor, Phone, enrol, sign_up
from tests.gateway.facts import member_joined

EMAIL = "mira@sunrise.coop"
HALF_A_MINUTE = timedelta(seconds=30)


async def works_for(door: Door, account: dict[str, str], role: str) -> str:
    """The co-op that the account works for from now on."""
    coop_id = new_id()
    worker = create_worker(door.settings, door.database, MemoryBus(), clock=door.clock)
    await deliver(worker, member_joined(coop_id, UUID(account["id"]), role=role), topic=MemberJoined.topic)
    return str(coop_id)


async def operates(door: Door) -> None:
    async with door.database.transaction() as session:
        await make_operator(session, EMAIL, door.clock())


async def signs_in(visitor: httpx.AsyncClient) -> dict[str, object]:
    answer = await visitor.post("/api/v1/sessions", json={"email": EMAIL, "password": PASSWORD})
    told: dict[str, object] = answer.json()
    return told


async def shows(visitor: httpx.AsyncClient, code: str) -> httpx.Response:
    return await visitor.post("/api/v1/sessions/current/factor", json={"code": code})


async def caller(visitor: httpx.AsyncClient) -> dict[str, object]:
    """Whom a room behind the door is told that it serves."""
    told: dict[str, object] = (await visitor.get("/api/v1/products/1")).json()["caller"]
    return told


@pytest.fixture
async def enrolled(door: Door) -> Phone:
    """Mira operates the marketplace and has an app; her session of that moment is forgotten."""
    async with door.visitor() as mira:
        await sign_up(mira)
        await operates(door)
        return await enrol(mira, door.clock)


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


async def test_a_session_opened_with_the_password_alone_cannot_change_the_guard(door: Door, enrolled: Phone) -> None:
    async with door.visitor() as thief:
        await signs_in(thief)
        [app] = (await thief.get("/api/v1/factors")).json()["items"]
        refusals = [
            await thief.post("/api/v1/factors/totp", json={}),
            await thief.post("/api/v1/factors/passkeys/creation-options"),
            await thief.post("/api/v1/factors/recovery-codes"),
            await thief.delete(f"/api/v1/factors/{app['id']}"),
        ]
        left = (await thief.get("/api/v1/factors")).json()

    assert {(answer.status_code, answer.json()["code"]) for answer in refusals} == {(403, "recent_factor_required")}
    assert [one["id"] for one in left["items"]] == [app["id"]]
    assert left["confirmed"] is False


async def test_the_password_alone_neither_ends_nor_hands_over_a_guarded_account(door: Door, enrolled: Phone) -> None:
    async with door.visitor() as thief:
        await signs_in(thief)
        password = {"current_password": PASSWORD, "password": "another password altogether"}
        refusals = [
            await thief.put("/api/v1/me/password", json=password),
            await thief.put("/api/v1/me/address", json={"email": "thief@evil.example", "password": PASSWORD}),
            await thief.request("DELETE", "/api/v1/me", json={"password": PASSWORD}),
        ]
        await shows(thief, enrolled.next_code())
        shown = await thief.put("/api/v1/me/password", json=password)

    assert {(answer.status_code, answer.json()["code"]) for answer in refusals} == {(403, "second_factor_required")}
    assert shown.status_code == 204


async def test_the_guard_is_changed_only_shortly_after_a_factor_was_shown(door: Door) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        phone = await enrol(mira, door.clock)
        [app] = (await mira.get("/api/v1/factors")).json()["items"]
        door.clock.move(door.settings.proof_life)
        late = await mira.delete(f"/api/v1/factors/{app['id']}")
        await shows(mira, phone.code())
        in_time = await mira.delete(f"/api/v1/factors/{app['id']}")

    assert late.json()["code"] == "recent_factor_required"
    assert in_time.status_code == 204


async def test_the_first_factor_asks_for_a_recent_password(door: Door) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        door.clock.move(door.settings.proof_life)
        late = await mira.post("/api/v1/factors/totp", json={})
        wrong = await mira.post("/api/v1/sessions/current/password", json={"password": "not the password"})
        right = await mira.post("/api/v1/sessions/current/password", json={"password": PASSWORD})
        in_time = await mira.post("/api/v1/factors/totp", json={})

    assert (late.status_code, late.json()["code"]) == (403, "recent_password_required")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_password")
    assert (right.status_code, in_time.status_code) == (204, 201)


async def test_an_app_counts_once_it_has_shown_a_code(door: Door) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        begun = (await mira.post("/api/v1/factors/totp", json={"name": "My phone"})).json()
        again = (await mira.get(f"/api/v1/factors/totp/{begun['id']}")).json()
        wrong = await mira.post(f"/api/v1/factors/totp/{begun['id']}/confirm", json={"code": "123456"})
        before = (await mira.get("/api/v1/factors")).json()
        code = Phone(begun["secret"], door.clock).code()
        right = await mira.post(f"/api/v1/factors/totp/{begun['id']}/confirm", json={"code": code})
        after = (await mira.get("/api/v1/factors")).json()
        shown_again = await mira.get(f"/api/v1/factors/totp/{begun['id']}")

    assert again == begun
    assert begun["uri"].startswith("otpauth://totp/Toad%20Lane:mira%40sunrise.coop?secret=")
    assert (wrong.json()["code"], before["items"]) == ("wrong_code", [])
    assert len(right.json()["recovery_codes"]) == after["recovery_codes_left"] == 10
    assert [(one["name"], one["kind"]) for one in after["items"]] == [("My phone", "totp")]
    assert shown_again.status_code == 404


async def test_secrets_are_kept_sealed_and_recovery_codes_hashed(door: Door, enrolled: Phone) -> None:
    async with door.database.reading() as session:
        apps = (await session.execute(text("SELECT sealed_secret FROM authenticator_apps"))).scalars().all()
        hashes = (await session.execute(text("SELECT code_hash FROM recovery_codes"))).scalars().all()

    assert enrolled.secret.encode() not in apps[0]
    assert len(hashes) == 10
    assert not any(code.encode() in hashes for code in enrolled.recovery_codes)


def test_a_sealed_secret_moved_to_another_row_opens_nothing() -> None:
    secret = FactorSecret(b"f" * 32)
    mine, theirs = new_id(), new_id()

    sealed = secret.seal("JBSWY3DPEHPK3PXP", mine)

    assert secret.unseal(sealed, mine) == "JBSWY3DPEHPK3PXP"
    for other, owner in ((secret, theirs), (FactorSecret(b"g" * 32), mine)):
        with pytest.raises(InvalidTag):
            other.unseal(sealed, owner)


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


async def test_renewed_codes_end_the_old_ones(door: Door) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        old = (await enrol(mira, door.clock)).recovery_codes
        new = (await mira.post("/api/v1/factors/recovery-codes")).json()["recovery_codes"]
        refused = await mira.post("/api/v1/sessions/current/factor", json={"recovery_code": old[0]})
        taken = await mira.post("/api/v1/sessions/current/factor", json={"recovery_code": new[0]})

    assert len({*old, *new}) == 20
    assert (refused.status_code, taken.status_code) == (422, 204)


async def test_who_removes_the_last_factor_is_ordinary_again_everywhere(door: Door, enrolled: Phone) -> None:
    async with door.visitor() as mira, door.visitor() as elsewhere:
        for visitor in (mira, elsewhere):
            await signs_in(visitor)
            await shows(visitor, enrolled.next_code())
        [app] = (await mira.get("/api/v1/factors")).json()["items"]
        removed = await mira.delete(f"/api/v1/factors/{app['id']}")
        here, there = await caller(mira), await caller(elsewhere)
        factors = (await mira.get("/api/v1/factors")).json()

    assert removed.status_code == 204
    assert (here["operator_withheld"], there["operator_withheld"]) == (True, True)
    assert (factors["items"], factors["recovery_codes_left"]) == ([], 0)
    assert "A second factor was taken from your account" in await mails(door)


async def test_who_removes_one_of_two_keeps_their_own_session_alone(door: Door, enrolled: Phone) -> None:
    async with door.visitor() as mira, door.visitor() as elsewhere:
        for visitor in (mira, elsewhere):
            await signs_in(visitor)
            await shows(visitor, enrolled.next_code())
        await enrol(mira, door.clock)
        first, _ = (await mira.get("/api/v1/factors")).json()["items"]
        await mira.delete(f"/api/v1/factors/{first['id']}")

        assert (await caller(mira))["operator"] is True
        assert (await caller(elsewhere))["operator"] is False


async def test_nobody_handles_anothers_factors(door: Door, enrolled: Phone) -> None:
    async with door.visitor() as mira, door.visitor() as rosa:
        await signs_in(mira)
        await shows(mira, enrolled.next_code())
        begun = (await mira.post("/api/v1/factors/totp", json={})).json()
        [app] = (await mira.get("/api/v1/factors")).json()["items"]
        await sign_up(rosa, "rosa@sunrise.coop")
        await enrol(rosa, door.clock)
        foreign = [
            await rosa.delete(f"/api/v1/factors/{app['id']}"),
            await rosa.get(f"/api/v1/factors/totp/{begun['id']}"),
            await rosa.post(f"/api/v1/factors/totp/{begun['id']}/confirm", json={"code": "123456"}),
        ]
        borrowed = await shows(rosa, enrolled.next_code())
        own = await mira.delete(f"/api/v1/factors/{app['id']}")

    assert {answer.status_code for answer in foreign} == {404}
    assert borrowed.status_code == 422
    assert own.status_code == 204


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


async def test_what_changes_is_told_to_the_other_rooms_without_a_name(door: Door) -> None:
    bus = MemoryBus()
    worker = create_worker(door.settings, door.database, bus, clock=door.clock)
    async with door.visitor() as mira:
        account = await sign_up(mira)
        phone = await enrol(mira, door.clock)
        await mira.post("/api/v1/sessions/current/factor", json={"recovery_code": phone.recovery_codes[0]})
        await mira.post("/api/v1/factors/recovery-codes")
        [app] = (await mira.get("/api/v1/factors")).json()["items"]
        await mira.delete(f"/api/v1/factors/{app['id']}")
    await ship(worker)

    facts = [(fact.type, fact.data) for fact in bus.facts("gateway.accounts")][1:]
    told = {"account_id": account["id"]}
    assert facts == [
        ("gateway.SecondFactorAdded", {"version": 2, "kind": "totp"} | told),
        ("gateway.RecoveryCodeUsed", {"version": 3} | told),
        ("gateway.RecoveryCodesRenewed", {"version": 4} | told),
        ("gateway.SecondFactorRemoved", {"version": 5, "kind": "totp"} | told),
    ]


async def test_a_guest_and_a_key_have_no_factors(door: Door) -> None:
    async with door.visitor() as guest:
        await guest.get("/api/v1/basket")

        assert (await guest.get("/api/v1/factors")).json()["code"] == "sign_in_required"
        assert (await shows(guest, "123456")).json()["code"] == "sign_in_required"


class Postbox:
    """Keeps the subjects of what is sent to Mira."""

    def __init__(self) -> None:
        self.subjects: list[str] = []

    async def send(self, *, to: str, subject: str, text: str, message_id: str) -> None:
        assert to == EMAIL
        assert "/account/security" in text
        self.subjects.append(subject)


async def mails(door: Door) -> list[str]:
    """What Mira is told when the worker comes round."""
    post = Postbox()
    await do_tasks(create_worker(door.settings, door.database, MemoryBus(), clock=door.clock, mailer=post))
    return post.subjects
