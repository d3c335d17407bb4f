"""Being told when something is back: once, by mail, only where the address wants it and the goods can be bought."""

import re
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select, update

from chassis.auth import Caller
from chassis.email_address import digest_of
from services.orders.wishes.forgetting import Forgetting
from services.orders.wishes.telling import Look
from services.orders.wishes.wish import TRANSITIONS, Step, Wish, WishState
from services.orders.wishes.wishing import A_DAY, MOST_A_DAY, MOST_OF_AN_ADDRESS, MOST_QUESTIONS
from tests.orders.conftest import Goods, Room, Shopper, later, problem
from tests.orders.heard import (
    AvailabilityChanged,
    CoopPaused,
    CoopResumed,
    CoopSuspended,
    GuestSignedIn,
    ProductPublished,
    ProductWithdrawn,
    Variant,
)

ADA = "ada@example.org"
WISHES = "/api/v1/wishes"


@pytest.fixture
async def sold_out(room: Room, bread: Goods) -> Goods:
    await is_sold_out(room, bread, 1)
    return bread


async def is_sold_out(room: Room, goods: Goods, version: int) -> None:
    fact = AvailabilityChanged(
        product_id=goods.product_id, coop_id=goods.coop_id, version=version, sold_out=[goods.variant_id]
    )
    await room.hear(fact)


async def is_back(room: Room, goods: Goods, version: int = 2) -> None:
    fact = AvailabilityChanged(product_id=goods.product_id, coop_id=goods.coop_id, version=version, sold_out=[])
    await room.hear(fact)


async def looks(room: Room, at_once: int = 200) -> None:
    await Look(room.database, at_once).run()


async def told(room: Room) -> list[str]:
    """Whom mail went to since the last time, after a look."""
    room.mails.letters.clear()
    await looks(room)
    await room.do_tasks()
    return [letter.to for letter in room.mails.letters]


async def asks(client: httpx.AsyncClient, goods: Goods, email: str = ADA) -> httpx.Response:
    return await client.post(WISHES, json={"variant_id": str(goods.variant_id), "email": email})


async def ada(room: Room, email: str = ADA, *, account: UUID | None = None, verified: bool = True) -> httpx.AsyncClient:
    """Somebody signed in, whose account has this address."""
    return await room.client(
        Caller(id=account or uuid4(), kind="account", email_verified=verified, address_digest=digest_of(email))
    )


def token_in(room: Room) -> str:
    found = re.search(r"/tell-me/([\w-]+)", room.mails.letters[-1].text)
    assert found
    return found[1]


async def kept(room: Room) -> list[tuple[str, str]]:
    async with room.database.reading() as session:
        return [(wish.email, wish.state) for wish in await session.scalars(select(Wish).order_by(Wish.id))]


async def test_who_is_signed_in_is_told_once_and_forgotten(room: Room, sold_out: Goods) -> None:
    answer = await asks(await ada(room), sold_out)
    assert (answer.status_code, answer.json()) == (202, {"asks_first": False})
    assert await told(room) == []

    await is_back(room, sold_out)

    assert await told(room) == [ADA]
    text = room.mails.letters[0].text
    for said in ("Rye bread", "Sunrise Bakers", "4.50 EUR", f"/products/rye-bread?variant={sold_out.variant_id}"):
        assert said in text
    assert "it may be gone again" in text
    assert await kept(room) == []
    await is_sold_out(room, sold_out, 3)
    await is_back(room, sold_out, 4)
    assert await told(room) == []


async def test_two_looks_and_two_tasks_are_one_mail(room: Room, sold_out: Goods) -> None:
    await asks(await ada(room), sold_out)
    await is_back(room, sold_out)
    await looks(room)
    await looks(room)
    again = "INSERT INTO tasks (kind, payload) SELECT kind, payload FROM tasks WHERE kind = 'orders.tell_wisher'"
    await room.database.fetch(again)

    assert await told(room) == [ADA]


async def test_without_the_state_between_two_tasks_would_be_two_mails(room: Room, sold_out: Goods) -> None:
    await asks(await ada(room), sold_out)
    await asks(await ada(room), await another(room, sold_out))  # While that waits the wish that was told is kept.
    await is_back(room, sold_out)
    await looks(room)
    again = "INSERT INTO tasks (kind, payload) SELECT kind, payload FROM tasks WHERE kind = 'orders.tell_wisher'"
    await room.database.fetch(again)
    claimed = await room.worker.queue.claim("orders.tell_wisher", 2)
    [handler] = [one for one in room.worker.tasks if one.task.kind == "orders.tell_wisher"]

    for one in claimed:
        await room.worker._do(handler, [one])
        async with room.database.transaction() as session:
            await session.execute(update(Wish).values(state=WishState.TELLING))

    assert len(room.mails.letters) == 2


async def another(room: Room, goods: Goods) -> Goods:
    """Something else that is sold out at the same co-op."""
    other = await room.sell(goods.coop_id, title="Seed bread")
    await is_sold_out(room, other, 1)
    return other


async def test_sold_out_again_before_the_mail_nobody_is_told_until_it_is_back(room: Room, sold_out: Goods) -> None:
    await asks(await ada(room), sold_out)
    await is_back(room, sold_out, 2)
    await looks(room)

    await is_sold_out(room, sold_out, 3)
    await room.do_tasks()

    assert room.mails.letters == []
    assert await kept(room) == [(ADA, WishState.WAITING)]
    await is_back(room, sold_out, 4)
    assert await told(room) == [ADA]


async def test_news_that_overtook_older_news_stands(room: Room, sold_out: Goods) -> None:
    await asks(await ada(room), sold_out)
    await is_back(room, sold_out, 3)
    await is_sold_out(room, sold_out, 2)

    assert await told(room) == [ADA]


async def test_goods_that_cannot_be_bought_for_another_reason_are_not_back(room: Room, sold_out: Goods) -> None:
    await asks(await ada(room), sold_out)
    coop, product = sold_out.coop_id, sold_out.product_id
    await is_back(room, sold_out)

    await room.hear(CoopPaused(coop_id=coop))
    assert await told(room) == []
    await room.hear(CoopSuspended(coop_id=coop, version=3))
    assert await told(room) == []
    await room.hear(
        CoopResumed(coop_id=coop, version=4), ProductWithdrawn(product_id=product, coop_id=coop, variant_ids=[])
    )
    assert await told(room) == []
    listed = ProductPublished(
        product_id=product, coop_id=coop, variants=[Variant(variant_id=sold_out.variant_id)], version=3
    )
    await room.hear(listed)
    assert await told(room) == [ADA]


async def test_those_who_asked_first_are_told_first_and_everybody_is(room: Room, sold_out: Goods) -> None:
    for nth in range(3):
        later(room, minutes=1)
        email = f"shopper{nth}@example.org"
        await asks(await ada(room, email), sold_out, email)
    await is_back(room, sold_out)

    rounds = []
    for _ in range(2):
        room.mails.letters.clear()
        await looks(room, at_once=2)
        await room.do_tasks()
        rounds.append(sorted(letter.to for letter in room.mails.letters))

    assert rounds == [["shopper0@example.org", "shopper1@example.org"], ["shopper2@example.org"]]


async def test_an_address_that_is_not_ones_own_is_asked_first(room: Room, shopper: Shopper, sold_out: Goods) -> None:
    unverified = await ada(room, "bob@example.org", verified=False)
    assert (await asks(unverified, sold_out, "bob@example.org")).json() == {"asks_first": True}
    assert (await asks(shopper.client, sold_out)).json() == {"asks_first": True}
    await room.do_tasks()
    assert sorted(letter.to for letter in room.mails.letters) == [ADA, "bob@example.org"]
    [letter] = [letter for letter in room.mails.letters if letter.to == ADA]
    room.mails.letters[:] = [letter]
    token = token_in(room)

    for _ in range(2):
        assert (await shopper.client.post(f"{WISHES}/{token}/confirm")).status_code == 204
    await is_back(room, sold_out)

    assert await told(room) == [ADA]


async def test_an_address_that_never_said_yes_hears_nothing_else(room: Room, shopper: Shopper, sold_out: Goods) -> None:
    await asks(shopper.client, sold_out)
    await room.do_tasks()

    await is_back(room, sold_out)

    assert await told(room) == []
    later(room, days=3)
    await Forgetting(room.database, lambda: room.now).run()
    assert await kept(room) == []


async def test_without_that_guard_it_would_be_told(room: Room, shopper: Shopper, sold_out: Goods) -> None:
    await asks(shopper.client, sold_out)
    async with room.database.transaction() as session:
        await session.execute(update(Wish).values(state=WishState.WAITING))

    await is_back(room, sold_out)

    assert ADA in await told(room)


async def test_nobody_learns_whether_an_address_is_known(room: Room, shopper: Shopper, sold_out: Goods) -> None:
    await asks(await ada(room), sold_out)
    answers = [await asks(shopper.client, sold_out, email) for email in (ADA, "nobody@example.org", "ADA@example.org")]

    assert {(one.status_code, one.text) for one in answers} == {(202, '{"asks_first":true}')}
    await room.do_tasks()
    assert [letter.to for letter in room.mails.letters] == ["nobody@example.org"]
    assert (ADA, WishState.WAITING) in await kept(room)


async def test_a_stranger_is_asked_a_few_times_a_day_whoever_types_the_address(room: Room, sold_out: Goods) -> None:
    goods = [sold_out, *[await another(room, sold_out) for _ in range(MOST_QUESTIONS)]]
    for one in (*goods, *goods):
        assert (await asks((await room.shopper()).client, one)).status_code == 202
    await room.do_tasks()
    assert len(room.mails.letters) == MOST_QUESTIONS

    later(room, days=1)
    assert (await asks((await room.shopper()).client, goods[0])).status_code == 202
    await room.do_tasks()
    assert len(room.mails.letters) == MOST_QUESTIONS + 1


async def test_whoever_asks_again_every_day_has_no_more_written(room: Room, sold_out: Goods) -> None:
    goods = [sold_out, *[await another(room, sold_out) for _ in range(3 * MOST_QUESTIONS)]]
    for _ in range(3):
        goods.reverse()  # What nobody has asked for yet comes first.
        for one in goods:
            assert (await asks((await room.shopper()).client, one)).status_code == 202
        await room.do_tasks()
        assert len(room.mails.letters) == MOST_QUESTIONS
        room.mails.letters.clear()
        later(room, days=1)


async def test_a_visitor_asks_for_so_many_a_day(room: Room, shopper: Shopper, sold_out: Goods) -> None:
    for nth in range(MOST_A_DAY):
        assert (await asks(shopper.client, sold_out, f"a{nth}@example.org")).status_code == 202

    problem(await asks(shopper.client, sold_out), 429, "too_many_wishes")
    later(room, days=1)
    assert (await asks(shopper.client, sold_out)).status_code == 202


async def test_what_can_be_bought_or_is_unknown_is_refused(room: Room, shopper: Shopper, bread: Goods) -> None:
    problem(await asks(shopper.client, bread), 409, "not_sold_out")
    unknown = Goods(uuid4(), uuid4(), uuid4(), 1)
    problem(await asks(shopper.client, unknown), 404, "unknown_variant")
    refused: dict[str, Any] = problem(await asks(shopper.client, bread, "ada at home"), 422, "invalid_email")
    assert refused["errors"][0]["field"] == "email"


async def test_one_link_stops_everything_and_forgets_the_address(room: Room, sold_out: Goods) -> None:
    client = await ada(room)
    await asks(client, sold_out)
    await asks(client, await another(room, sold_out))
    await is_back(room, sold_out)
    assert await told(room) == [ADA]
    token = token_in(room)

    assert (await client.delete(f"{WISHES}/{token}")).status_code == 204

    assert await kept(room) == []
    problem(await client.delete(f"{WISHES}/{token}"), 404, "wish_link_spent")
    problem(await client.post(f"{WISHES}/{token}/confirm"), 404, "wish_link_spent")


async def test_after_ninety_days_an_address_is_forgotten_with_what_was_not_sent(room: Room, sold_out: Goods) -> None:
    await asks(await ada(room), sold_out)
    await is_back(room, sold_out)
    await looks(room)

    later(room, days=90)
    await Forgetting(room.database, lambda: room.now).run()

    assert await kept(room) == []
    assert await room.database.fetch("SELECT 1 FROM tasks WHERE kind = 'orders.tell_wisher'") == []
    assert await told(room) == []


async def test_signing_in_keeps_what_a_guest_asked_for(room: Room, shopper: Shopper, sold_out: Goods) -> None:
    await asks(shopper.client, sold_out)
    account = uuid4()

    await room.hear(GuestSignedIn(account_id=account, guest_id=shopper.id))

    async with room.database.reading() as session:
        assert await session.scalar(select(func.count()).where(Wish.asked_by == account)) == 1


async def test_who_waits_for_too_many_things_is_told(room: Room, sold_out: Goods) -> None:
    account = uuid4()
    waits = {"email": ADA, "asked_by": account, "asked_at": room.now - A_DAY, "state": WishState.WAITING}
    async with room.database.transaction() as session:
        session.add_all(Wish(id=uuid4(), variant_id=uuid4(), **waits) for _ in range(MOST_OF_AN_ADDRESS))

    problem(await asks(await ada(room, account=account), sold_out), 429, "too_many_wishes")


def test_what_was_told_is_not_told_again_unless_somebody_asks_again() -> None:
    leads_on = {step for step, ways in TRANSITIONS.items() if WishState.TOLD in ways}

    assert leads_on == {Step.WANT, Step.QUESTION}
    assert [step for step, ways in TRANSITIONS.items() if WishState.TELLING in ways.values()] == [Step.TELL]
    assert TRANSITIONS[Step.TELL].keys() == {WishState.WAITING}
