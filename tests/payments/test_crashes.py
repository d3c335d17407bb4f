"""The process dies between what the processor did and our noting it: everything is still made exactly once.

At once after the crash the stored key protects; a day later, when the processor has forgotten it, the look that is
taken first. The negative controls take each of the two away and must end in something made twice.
"""

from collections.abc import Awaitable, Callable, Sized
from uuid import uuid4

import pytest

from services.payments import opening, outbound, refunding, transferring
from tests.payments.fake_stripe import Crash, FakeStripe
from tests.payments.room import Order, Room

LATER = [pytest.param(0, id="at once"), pytest.param(25, id="after 25 hours")]


async def until_transferred(room: Room, hours: int) -> Sized:
    order, _ = await room.paid()
    await room.hear(*order.admitted())
    await room.settle_down()
    room.stripe.crash_after = "transfer"
    await room.hear(order.shipped(0))
    await crash_and_go_on(room, hours)
    return room.stripe.transfers


async def until_refunded(room: Room, hours: int) -> Sized:
    order, _ = await room.paid()
    room.stripe.crash_after = "refund"
    await room.hear(order.cancelled())
    await crash_and_go_on(room, hours)
    return room.stripe.refunds


async def until_enrolled(room: Room, hours: int) -> Sized:
    room.stripe.crash_after = "open_account"
    await room.hear(Order().admitted()[0])
    await crash_and_go_on(room, hours)
    return room.stripe.accounts


async def until_opened(room: Room, hours: int) -> Sized:
    order = await crashed_opening(room)
    room.clock.pass_(hours=hours)
    assert (await room.open(order)).status_code == 200
    return room.stripe.intents


async def until_voided(room: Room, hours: int) -> Sized:
    order = await crashed_opening(room)
    await room.hear(order.void_requested())
    room.clock.pass_(hours=hours)
    await room.settle_down()
    assert await room.state(order) == "voided"
    assert room.stripe.intents["pi_1"].status == "canceled"
    return room.stripe.intents


async def crashed_opening(room: Room) -> Order:
    order = await room.expected()
    room.stripe.crash_after = "create_intent"
    with pytest.raises(Crash):
        await room.open(order)
    return order


async def crash_and_go_on(room: Room, hours: int) -> None:
    await room.work_and_crash()
    room.clock.pass_(hours=hours)
    await room.restart()
    await room.settle_down()
    assert await room.parked() == []


STORIES = [until_transferred, until_refunded, until_enrolled, until_opened, until_voided]
Story = Callable[[Room, int], Awaitable[Sized]]


@pytest.mark.parametrize("hours", LATER)
@pytest.mark.parametrize("story", STORIES)
async def test_a_crash_before_the_answer_is_noted_makes_nothing_twice(room: Room, story: Story, hours: int) -> None:
    made = await story(room, hours)

    assert len(made) == 1
    await room.balances()


async def test_a_payment_whose_making_was_never_noted_is_settled_all_the_same(room: Room) -> None:
    order = await crashed_opening(room)

    room.stripe.pay("pi_1")
    await room.settle_down()

    assert await room.state(order) == "captured"


async def test_a_void_that_crashes_after_the_processor_agreed_is_told(room: Room) -> None:
    order, _ = await room.opened()
    room.stripe.crash_after = "cancel_intent"
    await room.hear(order.void_requested())

    await crash_and_go_on(room, 0)

    assert await room.told() == ["ChargeVoided"]


@pytest.mark.parametrize("story", [until_transferred, until_opened])
async def test_without_the_stored_key_it_would_be_made_twice(
    room: Room, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: a fresh key per call, as the library makes them when none is given."""
    for call in ("transfer", "create_intent"):
        kept = getattr(FakeStripe, call)

        async def with_a_fresh_key(
            stripe: FakeStripe, wanted: object, *, key: str, kept: Callable[..., Awaitable[object]] = kept
        ) -> object:
            return await kept(stripe, wanted, key=f"{key}:{uuid4()}")

        monkeypatch.setattr(FakeStripe, call, with_a_fresh_key)

    assert len(await story(room, 0)) == 2


@pytest.mark.parametrize("story", [until_transferred, until_opened, until_enrolled])
async def test_without_the_look_first_it_would_be_made_twice_after_a_day(
    room: Room, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the key is trusted for ever."""

    async def trust_the_key(make: Callable[[], Awaitable[object]], *_: object, **__: object) -> object:
        return await make()

    for module in (opening, transferring, refunding, "services.payments.enrolling"):
        name = module if isinstance(module, str) else module.__name__
        monkeypatch.setattr(f"{name}.make_once", trust_the_key)

    assert len(await story(room, 25)) == 2


def test_each_attempt_after_a_refusal_has_a_key_of_its_own() -> None:
    assert outbound.next_key("refund:1") == "refund:1#2"
    assert outbound.next_key("refund:1#2") == "refund:1#3"
