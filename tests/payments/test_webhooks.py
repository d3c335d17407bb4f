"""News from the processor: twice, shuffled, late, in the middle of everything else, and forged."""

import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from chassis.auth import Caller
from chassis.database import Database
from chassis.tasks import enqueue
from chassis.testing import counting, do_tasks
from services.payments.notices import read_notice
from tests.payments import facts
from tests.payments.fake_stripe import notice, signature
from tests.payments.room import Order, Room


async def counted(room: Room) -> tuple[int, int]:
    """How many notices are recorded, and how many tasks wait."""
    async with room.database.reading() as session:
        counts = "SELECT (SELECT count(*) FROM received_notices), (SELECT count(*) FROM tasks)"
        recorded, waiting = (await session.execute(text(counts))).one()
    return recorded, waiting


async def test_a_notice_told_five_times_is_recorded_once_and_answered_five_times(room: Room) -> None:
    _, intent = await room.opened()
    room.stripe.pay(intent)
    payload = room.stripe.notices[0]

    answers = [(await room.webhook(payload)) for _ in range(5)]

    assert {(answer.status_code, answer.text) for answer in answers} == {(200, "{}")}
    assert await counted(room) == (1, 1)


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda payload: (payload, ""), id="no signature"),
        pytest.param(lambda payload: (payload, "t=1,v1="), id="an empty signature"),
        pytest.param(lambda payload: (payload, "nonsense"), id="nonsense"),
        pytest.param(lambda payload: (payload, signature(payload, secret="whsec_guessed")), id="another secret"),
        pytest.param(lambda payload: (payload, signature(payload, age=301)), id="too old"),
        pytest.param(lambda payload: (payload.replace(b"4734", b"9734"), signature(payload)), id="another amount"),
        pytest.param(lambda payload: (payload + b" ", signature(payload)), id="one byte more"),
        pytest.param(lambda payload: (b"\xff" + payload, signature(payload)), id="broken UTF-8"),
        pytest.param(lambda payload: (b"", signature(payload)), id="nothing"),
    ],
)
async def test_what_is_forged_or_tampered_with_is_refused(
    room: Room, forge: Callable[[bytes], tuple[bytes, str]]
) -> None:
    order, intent = await room.opened()
    room.stripe.pay(intent)

    answer = await room.webhook(*forge(room.stripe.notices[0]))
    await room.work()

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_signature")
    assert await room.state(order) == "open"


async def test_without_the_verification_a_forgery_would_be_believed(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    monkeypatch.setattr(type(room.stripe), "verify", lambda *_: None)
    order, intent = await room.opened()
    room.stripe.pay(intent)

    await room.webhook(room.stripe.notices[0], "forged")
    await room.work()

    assert await room.state(order) == "captured"


async def test_what_is_not_ours_is_answered_and_forgotten(room: Room) -> None:
    foreign: dict[str, Any] = {
        "id": "pi_9",
        "amount_received": 5,
        "currency": "eur",
        "latest_charge": "ch_9",
        "metadata": {},
    }

    for type_, about in [("payment_intent.succeeded", foreign), ("invoice.paid", {"id": "in_1"})]:
        answer = await room.webhook(notice(type_, about, id_="evt_9", created=facts.NOON))
        assert answer.status_code == 200

    assert await counted(room) == (0, 0)


async def test_a_payment_of_another_amount_goes_to_a_person(room: Room) -> None:
    order, intent = await room.opened()
    room.stripe.pay(intent, amount=4733)

    await room.settle_down()

    assert "4733 EUR arrived for 4734 EUR" in (await room.parked())[0]
    assert await room.state(order) == "open"


async def test_a_second_payment_for_one_order_goes_to_a_person(room: Room) -> None:
    order, intent = await room.paid()
    stranger = {
        "id": "pi_other",
        "amount_received": 4734,
        "currency": "eur",
        "latest_charge": "ch_other",
        "metadata": {"toadlane_order": str(order.order_id)},
    }

    await room.webhook(notice("payment_intent.succeeded", stranger, id_="evt_other", created=facts.NOON))
    await room.work()

    assert f"not by {intent}" in (await room.parked())[0]


async def test_one_bad_payment_holds_up_none_of_the_others(room: Room) -> None:
    bad, bad_intent = await room.opened()
    good, good_intent = await room.opened()
    room.stripe.pay(bad_intent, amount=1)
    room.stripe.pay(good_intent)

    await room.settle_down()

    assert (await room.state(bad), await room.state(good)) == ("open", "captured")


async def test_a_webhook_is_one_transaction_of_two_statements(room: Room) -> None:
    _, intent = await room.opened()
    room.stripe.pay(intent)

    async with counting(room.database) as seen:
        await room.webhook(room.stripe.notices[0])

    assert (seen.transactions, len(seen.sql)) == (1, 2)


Story = Callable[[Room, Order, str], Awaitable[None]]


async def sold_and_shipped(room: Room, order: Order, intent: str) -> None:
    room.stripe.decline(intent)
    room.stripe.pay(intent)
    await perturbed(room)
    await room.hear(order.shipped(0))
    await perturbed(room)
    await room.hear(order.shipped(1))


async def expired_and_paid_late(room: Room, order: Order, intent: str) -> None:
    room.stripe.decline(intent)
    await room.hear(order.void_requested())
    await perturbed(room)
    await room.hear(order.cancelled())
    room.stripe.pay(intent)


async def paid_and_cancelled(room: Room, order: Order, intent: str) -> None:
    room.stripe.pay(intent)
    await perturbed(room)
    await room.hear(order.cancelled())


_random = random.Random()


async def perturbed(room: Room, times: int = 5) -> None:
    """Everything there is to tell arrives five times over, in any order, with tasks done in between."""
    notices = room.stripe.notices * times
    room.stripe.notices.clear()
    _random.shuffle(notices)
    for payload in notices:
        assert (await room.webhook(payload)).status_code == 200
        if _random.random() < 0.3:
            await do_tasks(room.worker)
    while await do_tasks(room.worker) or room.stripe.notices:
        await room.news()


async def played(room: Room, story: Story) -> dict[str, Any]:
    order = Order()
    await room.hear(*order.admitted())
    await room.settle_down()
    _, intent = await room.opened(order)
    await story(room, order, intent)
    await perturbed(room)
    names = {str(one.coop_id): f"co-op {nth}" for nth, one in enumerate(order.consignments)}
    balances = await room.balances()
    return {
        "state": await room.state(order),
        "transfers": sorted(one.amount for one in room.stripe.transfers.values() if one.order_id == order.order_id),
        "refunds": [one.amount for one in room.stripe.refunds.values() if one.order_id == order.order_id],
        "owed": {
            names[account.split(":")[1]]: amount
            for account, amount in balances.items()
            if account.startswith("coop:") and account.split(":")[1] in names
        },
    }


@pytest.mark.parametrize(
    ("story", "outcome"),
    [
        (sold_and_shipped, {"state": "captured", "transfers": [1172, 3350], "refunds": [], "owed": {}}),
        (expired_and_paid_late, {"state": "refunded", "transfers": [], "refunds": [4734], "owed": {}}),
        (paid_and_cancelled, {"state": "refunded", "transfers": [], "refunds": [4734], "owed": {}}),
    ],
)
async def test_news_five_times_and_shuffled_come_to_the_same_as_in_order(
    room: Room, story: Story, outcome: dict[str, Any]
) -> None:
    for seed in range(8):
        _random.seed(seed)
        assert await played(room, story) == outcome, f"seed {seed}"

    assert await room.parked() == []


async def test_without_the_record_a_repeated_notice_would_be_worked_on_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the record: settling itself stays safe, but the work is done again each time."""

    async def receive_unrecorded(database: Database, processor: Any, payload: bytes, *_: Any) -> None:
        read = read_notice(payload)
        assert read is not None
        async with database.transaction() as session:
            enqueue(session, read[1].task)

    monkeypatch.setattr("services.payments.api.receive", receive_unrecorded)
    _, intent = await room.opened()
    room.stripe.pay(intent)

    for _ in range(5):
        await room.webhook(room.stripe.notices[0])

    assert (await counted(room))[1] == 5


async def test_anybody_may_knock_and_only_the_processor_is_let_in(room: Room) -> None:
    answer = await room.call(Caller(), "POST", "/webhooks/stripe", content=b"{}")

    assert answer.json()["code"] == "bad_signature"
