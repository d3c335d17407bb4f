"""Several processes at once: the same worker twice, the same page twice, and orders that end while they are paid."""

import asyncio
import random

from chassis.testing import do_tasks
from tests.payments.room import Order, Room


async def test_two_pages_that_open_at_once_get_the_same_payment(room: Room) -> None:
    order = await room.expected()

    answers = await asyncio.gather(*(room.open(order) for _ in range(8)))

    assert {answer.json()["payment_intent"] for answer in answers} == {"pi_1"}
    assert list(room.stripe.intents) == ["pi_1"]


async def test_two_workers_and_a_crowd_of_orders_move_every_cent_once(room: Room) -> None:
    """Paid, shipped, cancelled and voided all at once, over two workers that share the tasks."""
    other = room.beside()
    orders = [Order() for _ in range(24)]
    for order in orders:
        await room.hear(*order.admitted())
    await room.settle_down()
    await room.hear(*(order.awaiting_payment() for order in orders))
    await asyncio.gather(*(room.open(order) for order in orders))

    chance = random.Random(7)
    await asyncio.gather(*(end(chance.choice([room, other]), order, nth) for nth, order in enumerate(orders)))
    await asyncio.gather(drained(room), drained(other))
    await room.settle_down()

    assert await room.parked() == []
    for nth, order in enumerate(orders):
        assert await room.state(order) == ["captured", "refunded", "voided"][nth % 3]
    assert len(room.stripe.transfers) == 8
    assert sorted(one.order_id for one in room.stripe.refunds.values()) == sorted(
        order.order_id for order in orders[1::3]
    )
    # What is left: of each sold order its second consignment, and the fees.
    balances = await room.balances()
    owed = [amount for account, amount in balances.items() if account.startswith("coop:")]
    assert owed == [-1172] * 8
    assert balances["marketplace:fees"] == -212 * 8


async def end(room: Room, order: Order, nth: int) -> None:
    """Every third order is sold, every third paid and cancelled, every third never paid."""
    if nth % 3 == 2:
        await room.hear(order.void_requested())
        return
    intent = next(ref for ref, wanted in room.stripe.wanted.items() if wanted.order_id == order.order_id)
    room.stripe.pay(intent)
    payload = room.stripe.notices.pop()
    await asyncio.gather(*(room.webhook(payload) for _ in range(2)), do_tasks(room.worker))
    while await room.state(order) != "captured":
        await do_tasks(room.worker)
        await asyncio.sleep(0.01)
    await room.hear(order.shipped(0) if nth % 3 == 0 else order.cancelled())


async def drained(room: Room) -> None:
    while await do_tasks(room.worker):
        pass


async def test_the_numbers_that_operators_watch_can_be_read(room: Room) -> None:
    await room.paid()

    await room.worker.gauges.refresh()
