"""An address counts as its holder's once they have used the link from its mail."""

from datetime import timedelta

import httpx
import pytest

from chassis.testing import MemoryBus, do_tasks, failures, ship
from gateway.worker import create_worker
from tests.gateway.conftest import PASSWORD, Door, Letters, sign_up

NEW = "a brand new set of words"


@pytest.fixture
def letters() -> Letters:
    return Letters()


async def _sent(door: Door, letters: Letters) -> list[str]:
    """The tokens in somebody's mail by now."""
    await do_tasks(create_worker(door.settings, door.database, MemoryBus(), clock=door.clock, mailer=letters))
    assert await failures(door.database) == []
    return letters.tokens("verify-address")


async def _verify(visitor: httpx.AsyncClient, token: str) -> httpx.Response:
    return await visitor.post(f"/api/v1/address-verifications/{token}")


async def _is_verified(visitor: httpx.AsyncClient) -> bool:
    return bool((await visitor.get("/api/v1/me")).json()["email_verified"])


async def _facts(door: Door) -> list[str]:
    bus = MemoryBus()
    await ship(create_worker(door.settings, door.database, bus, clock=door.clock, mailer=Letters()))
    return [fact.type for fact in bus.facts("gateway.accounts")]


async def test_the_link_from_the_mail_confirms_the_address_once(door: Door, letters: Letters) -> None:
    async with door.visitor() as mira, door.visitor() as phone:
        await sign_up(mira)
        before = await _is_verified(mira)
        [token] = await _sent(door, letters)
        used = await _verify(phone, token)
        again = await _verify(phone, token)

        assert (before, await _is_verified(mira)) == (False, True)
    assert used.status_code == 204
    assert (again.status_code, again.json()["code"]) == (404, "verification_link_spent")
    assert await _facts(door) == ["gateway.AccountOpened", "gateway.AddressVerified"]


async def test_no_word_of_a_stranger_is_mailed_to_an_address_that_is_not_confirmed(
    door: Door, letters: Letters
) -> None:
    words = "You have won: https://evil.example"
    async with door.visitor() as stranger:
        account = {"email": "victim@example.org", "password": PASSWORD, "name": words}
        assert (await stranger.post("/api/v1/accounts", json=account)).status_code == 201
        await stranger.post("/api/v1/password-resets", json={"email": "victim@example.org"})
        await _sent(door, letters)

    assert [to for to, *_ in letters.sent] == ["victim@example.org"] * 2
    assert not any("evil" in text for _, text, _ in letters.sent)


async def test_rooms_are_told_whether_an_address_is_confirmed(door: Door, letters: Letters) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        before = (await mira.get("/api/v1/orders/1")).json()["caller"]["email_verified"]
        await _verify(mira, (await _sent(door, letters))[0])
        after = (await mira.get("/api/v1/orders/1")).json()["caller"]["email_verified"]

    assert (before, after) == (False, True)


async def test_a_link_lives_for_three_days(door: Door, letters: Letters) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        [token] = await _sent(door, letters)
        door.clock.move(timedelta(days=3, minutes=1))

        assert (await _verify(mira, token)).status_code == 404


async def test_another_mail_can_be_asked_for_but_not_without_end(door: Door, letters: Letters) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        asked = [await mira.post("/api/v1/me/address/verification") for _ in range(7)]
        nobody = await door.visitor().post("/api/v1/me/address/verification")
        token = (await _sent(door, letters))[-1]

        assert (await _verify(mira, token)).status_code == 204
    assert [answer.status_code for answer in asked] == [202] * 5 + [429] * 2
    assert nobody.status_code == 401


async def test_a_password_chosen_by_the_mailed_link_confirms_the_address_too(door: Door, letters: Letters) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        await mira.post("/api/v1/password-resets", json={"email": "mira@sunrise.coop"})
        await _sent(door, letters)
        await mira.put(f"/api/v1/password-resets/{letters.tokens('reset')[0]}", json={"password": NEW})
        await mira.post("/api/v1/sessions", json={"email": "mira@sunrise.coop", "password": NEW})

        assert await _is_verified(mira)
    assert (await _facts(door))[1:] == ["gateway.PasswordChanged", "gateway.AddressVerified"]


async def test_a_new_address_counts_once_its_link_was_used_and_the_old_one_is_told(
    door: Door, letters: Letters
) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        await _sent(door, letters)
        asked = await mira.put("/api/v1/me/address", json={"email": "Mira@example.org", "password": PASSWORD})
        token = (await _sent(door, letters))[-1]
        waiting = (await mira.get("/api/v1/me")).json()["email"]
        await _verify(mira, token)
        await _sent(door, letters)
        me = (await mira.get("/api/v1/me")).json()

    assert (asked.status_code, waiting) == (202, "mira@sunrise.coop")
    assert (me["email"], me["email_verified"]) == ("mira@example.org", True)
    assert letters.sent[-1][0] == "mira@sunrise.coop"
    assert "has a new e-mail address" in letters.sent[-1][1]
    assert (await _facts(door))[1:] == ["gateway.AddressChanged"]


class _NewsWaits(Letters):
    """A mail server that takes every mail but the one to a former address, which waits to be tried again."""

    async def send(self, *, to: str, subject: str, text: str, message_id: str) -> None:
        if "has a new e-mail address" in text:
            raise ConnectionError(to)
        await super().send(to=to, subject=subject, text=text, message_id=message_id)


async def test_whoever_moves_an_account_on_twice_keeps_the_news_from_nobody(door: Door) -> None:
    letters = _NewsWaits()
    worker = create_worker(door.settings, door.database, MemoryBus(), clock=door.clock, mailer=letters)
    async with door.visitor() as thief:
        await sign_up(thief)
        for address in ("first@example.org", "second@example.org"):
            await thief.put("/api/v1/me/address", json={"email": address, "password": PASSWORD})
            await do_tasks(worker)
            await _verify(thief, letters.tokens("verify-address")[-1])
        await do_tasks(worker)

    assert sorted(await failures(door.database)) == [
        "ConnectionError: first@example.org",
        "ConnectionError: mira@sunrise.coop",
    ]


async def test_an_address_is_changed_by_its_holder_alone_and_to_nobody_elses(door: Door) -> None:
    async with door.visitor() as mira, door.visitor() as other:
        await sign_up(mira)
        await sign_up(other, "other@sunrise.coop")
        guessed = await mira.put("/api/v1/me/address", json={"email": "mira@example.org", "password": "guessed"})
        taken = await mira.put("/api/v1/me/address", json={"email": "other@sunrise.coop", "password": PASSWORD})

    assert (guessed.status_code, guessed.json()["code"]) == (422, "wrong_password")
    assert (taken.status_code, taken.json()["code"]) == (409, "email_taken")


async def test_of_two_who_want_one_address_the_first_to_use_the_link_has_it(door: Door, letters: Letters) -> None:
    async with door.visitor() as mira, door.visitor() as other:
        await sign_up(mira)
        await sign_up(other, "other@sunrise.coop")
        for visitor in (mira, other):
            await visitor.put("/api/v1/me/address", json={"email": "new@example.org", "password": PASSWORD})
        first, second = (await _sent(door, letters))[-2:]
        answers = [await _verify(mira, first), await _verify(mira, second)]

    assert [answer.status_code for answer in answers] == [204, 409]


async def test_a_new_password_ends_what_a_thief_has_begun(door: Door, letters: Letters) -> None:
    """Whoever sat at an open session asked for another address; its holder then changes the password."""
    async with door.visitor() as mira:
        await sign_up(mira)
        await _sent(door, letters)
        await mira.put("/api/v1/me/address", json={"email": "thief@example.org", "password": PASSWORD})
        thiefs = (await _sent(door, letters))[-1]
        changed = {"current_password": PASSWORD, "password": NEW}
        assert (await mira.put("/api/v1/me/password", json=changed)).status_code == 204

        assert (await _verify(mira, thiefs)).status_code == 404


async def test_a_new_password_ends_it_also_while_the_mail_has_not_gone_out(door: Door, letters: Letters) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        await mira.put("/api/v1/me/address", json={"email": "thief@example.org", "password": PASSWORD})
        changed = {"current_password": PASSWORD, "password": NEW}
        assert (await mira.put("/api/v1/me/password", json=changed)).status_code == 204
        await _sent(door, letters)

        assert [to for to, *_ in letters.sent] == ["mira@sunrise.coop"]
