"""How many statements money costs: few, and no more for many charges than for one."""

from chassis.testing import counting
from services.payments.processor import Intent
from tests.payments.room import Order, Room


async def opened(room: Room, count: int) -> list[Order]:
    orders = [Order() for _ in range(count)]
    await room.hear(*(order.awaiting_payment() for order in orders))
    for order in orders:
        await room.open(order)
    return orders


def ours(statements: list[str]) -> list[str]:
    """Without those by which the worker asks for tasks."""
    return [sql for sql in statements if " tasks" not in sql]


async def test_opening_a_charge_is_a_lock_and_two_updates(room: Room) -> None:
    order = await room.expected()

    async with counting(room.database) as seen:
        await room.open(order)

    assert (seen.transactions, len(seen.sql)) == (1, 3)


async def test_settling_is_five_statements_in_one_transaction_for_one_or_for_many(room: Room) -> None:
    """Lock, update, transfers, entries with their postings, facts."""
    for count in (1, 5):
        orders = await opened(room, count)
        for ref, intent in list(room.stripe.intents.items()):
            if _unpaid(intent):
                room.stripe.pay(ref)
        for payload in room.stripe.notices:
            await room.webhook(payload)
        room.stripe.notices.clear()

        async with counting(room.database) as seen:
            await room.work()

        assert len(ours(seen.sql)) == 5
        assert [await room.state(order) for order in orders] == ["captured"] * count


def _unpaid(intent: Intent) -> bool:
    return intent.received == 0


async def test_the_fees_of_many_charges_are_posted_in_one_transaction(room: Room) -> None:
    """Which are unknown; then lock, update, entries with their postings."""
    await opened(room, 5)
    for ref in list(room.stripe.intents):
        room.stripe.pay(ref)
    await room.news()
    await room.work()

    async with counting(room.database) as seen:
        await room.timer("fees")

    assert len(seen.sql) == 4
    assert (await room.balances())["processor:fees"] == 5 * 96


async def test_many_orders_are_expected_in_one_statement(room: Room) -> None:
    async with counting(room.database) as seen:
        await room.hear(*(Order().awaiting_payment() for _ in range(20)))

    inserts = [sql for sql in seen.sql if "INSERT INTO charges" in sql]
    assert (len(inserts), seen.transactions) == (1, 1)
