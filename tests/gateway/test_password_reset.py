"""A new password by mail."""

from datetime import timedelta

import httpx

from chassis.testing import MemoryBus, do_tasks, failures
from gateway.worker import create_worker
from tests.gateway.conftest import PASSWORD, Door, Letters, enrol, sign_up

NEW = "a brand new set of words"


async def _asked(door: Door, visitor: httpx.AsyncClient, email: str, letters: Letters) -> httpx.Response:
    worker = create_worker(door.settings, door.database, MemoryBus(), clock=door.clock, mailer=letters)
    answer = await visitor.post("/api/v1/password-resets", json={"email": email})
    await do_tasks(worker)
    assert await failures(door.database) == []
    return answer


async def _chosen(visitor: httpx.AsyncClient, token: str, password: str = NEW) -> httpx.Response:
    return await visitor.put(f"/api/v1/password-resets/{token}", json={"password": password})


async def test_whoever_reads_the_mail_chooses_a_new_password_once(door: Door) -> None:
    letters = Letters()
    async with door.visitor() as mira, door.visitor() as phone:
        await sign_up(mira)
        asked = await _asked(door, phone, "Mira@sunrise.coop", letters)
        chosen = await _chosen(phone, letters.tokens("reset")[0])
        again = await _chosen(phone, letters.tokens("reset")[0])
        old = await phone.post("/api/v1/sessions", json={"email": "mira@sunrise.coop", "password": PASSWORD})
        new = await phone.post("/api/v1/sessions", json={"email": "mira@sunrise.coop", "password": NEW})
        elsewhere = (await mira.get("/api/v1/me")).json()["kind"]

    assert (asked.status_code, chosen.status_code) == (202, 204)
    assert [to for to, text, _ in letters.sent if "/reset/" in text] == ["mira@sunrise.coop"]
    assert (again.status_code, again.json()["code"]) == (404, "reset_link_spent")
    assert (old.status_code, new.status_code) == (401, 201)
    assert elsewhere == "anonymous"


async def test_an_unknown_address_gets_the_same_answer_and_no_mail(door: Door) -> None:
    letters = Letters()
    async with door.visitor() as mira:
        await sign_up(mira)
        known = await _asked(door, mira, "mira@sunrise.coop", letters)
        unknown = await _asked(door, mira, "nobody@sunrise.coop", letters)

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert len(letters.tokens("reset")) == 1


async def test_whoever_squats_an_address_leaves_its_holder_no_factor_to_be_shut_out_by(door: Door) -> None:
    letters = Letters()
    async with door.visitor() as squatter, door.visitor() as holder:
        await sign_up(squatter)
        await enrol(squatter, door.clock)
        await _asked(door, holder, "mira@sunrise.coop", letters)
        await _chosen(holder, letters.tokens("reset")[0])
        me = await holder.post("/api/v1/sessions", json={"email": "mira@sunrise.coop", "password": NEW})

    assert (me.json()["second_factor"], me.json()["email_verified"]) == ("none", True)


async def test_a_new_password_by_mail_takes_no_factor_from_whoever_had_shown_to_read_it(door: Door) -> None:
    letters = Letters()
    async with door.visitor() as mira:
        await sign_up(mira)
        await enrol(mira, door.clock)
        await _asked(door, mira, "mira@sunrise.coop", letters)
        await mira.post(f"/api/v1/address-verifications/{letters.tokens('verify-address')[0]}")
        await _chosen(mira, letters.tokens("reset")[0])
        me = await mira.post("/api/v1/sessions", json={"email": "mira@sunrise.coop", "password": NEW})

    assert me.json()["second_factor"] == "enrolled"


async def test_a_link_lives_for_an_hour(door: Door) -> None:
    letters = Letters()
    async with door.visitor() as mira:
        await sign_up(mira)
        await _asked(door, mira, "mira@sunrise.coop", letters)
        door.clock.move(timedelta(minutes=61))
        late = await _chosen(mira, letters.tokens("reset")[0])

    assert late.status_code == 404


async def test_a_password_too_short_does_not_use_the_link_up(door: Door) -> None:
    letters = Letters()
    async with door.visitor() as mira:
        await sign_up(mira)
        await _asked(door, mira, "mira@sunrise.coop", letters)
        short = await _chosen(mira, letters.tokens("reset")[0], "short")
        chosen = await _chosen(mira, letters.tokens("reset")[0])

    assert (short.status_code, short.json()["code"]) == (422, "password_not_accepted")
    assert chosen.status_code == 204


async def test_choosing_a_password_ends_every_other_link(door: Door) -> None:
    letters = Letters()
    async with door.visitor() as mira:
        await sign_up(mira)
        await _asked(door, mira, "mira@sunrise.coop", letters)
        await _asked(door, mira, "mira@sunrise.coop", letters)
        first, second = letters.tokens("reset")

        assert (await _chosen(mira, second)).status_code == 204
        assert (await _chosen(mira, first)).status_code == 404


async def test_nobody_floods_a_mailbox(door: Door) -> None:
    letters = Letters()
    async with door.visitor() as mira:
        await sign_up(mira)
        answers = [await _asked(door, mira, "mira@sunrise.coop", letters) for _ in range(7)]

    assert [answer.status_code for answer in answers] == [202] * 5 + [429] * 2
    assert len(letters.tokens("reset")) == 5
