"""What guards an account is changed by whoever has just shown a factor, and nobody is left in by what is gone."""

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text

from chassis.ids import new_id
from chassis.testing import MemoryBus, ship
from gateway.factor_secret import FactorSecret
from gateway.worker import create_worker
from tests.gateway.conftest import PASSWORD, Door, Phone, enrol, sign_up
from tests.gateway.guarded import caller, mails, shows, signs_in


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
