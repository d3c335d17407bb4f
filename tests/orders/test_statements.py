"""How many statements and transactions the hot paths cost: what is pinned here cannot grow unseen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from chassis.events import seal as record_of
from chassis.testing import Statements, counting
from tests.orders.conftest import Goods, Room, Shopper, later
from tests.orders.heard import ChargeVoided, ProductPublished, StockReserved, Variant, captured


@asynccontextmanager
async def costing(room: Room, *, statements: int, transactions: int) -> AsyncIterator[None]:
    """Statements without BEGIN and COMMIT; those of the chassis (inbox, outbox, tasks, idempotency) included."""
    seen: Statements
    async with counting(room.database) as seen:
        yield
    told = "\n\n".join(sql.strip() for sql in seen.sql)
    assert len(seen.sql) == statements, f"{len(seen.sql)} statements:\n{told}"
    assert seen.transactions == transactions


async def test_reading_a_basket_is_one_statement_and_no_transaction(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    await shopper.put_in(bread)
    await shopper.put_in(honey)

    async with costing(room, statements=1, transactions=0):
        await shopper.basket()


async def test_putting_something_in_is_two_statements(room: Room, shopper: Shopper, bread: Goods) -> None:
    async with costing(room, statements=2, transactions=0):
        await shopper.put_in(bread)


async def test_placing_an_order_is_five_statements_however_many_lines(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    for lines in ([bread, honey], [bread, honey, await room.sell(bread.coop_id), await room.sell(honey.coop_id)]):
        for goods in lines:
            await shopper.put_in(goods)
        total = (await shopper.basket())["total"]

        # Idempotency twice; basket with prices; order, consignments and lines; outbox.
        async with costing(room, statements=5, transactions=1):
            await shopper.try_to_place(total=total)


async def test_looking_at_an_order_is_one_statement(room: Room, shopper: Shopper, bread: Goods, honey: Goods) -> None:
    order = await shopper.order_of(bread, honey)

    async with costing(room, statements=1, transactions=0):
        await shopper.see(order)


async def test_a_reservation_is_six_statements_for_one_order_and_for_ten(
    room: Room, bread: Goods, honey: Goods
) -> None:
    shoppers = [await room.shopper() for _ in range(11)]
    first, *others = [UUID((await shopper.order_of(bread, honey))["id"]) for shopper in shoppers]

    # Inbox; orders locked; consignments; basket; orders written; outbox.
    for some in ([first], others):
        async with costing(room, statements=6, transactions=1):
            await room.worker.consumers["catalog.reservations"].handle(
                [record_of(StockReserved(order_id=order_id)) for order_id in some]
            )


async def test_a_payment_is_six_statements_for_one_order_and_for_ten(room: Room, bread: Goods) -> None:
    shoppers = [await room.shopper() for _ in range(11)]
    first, *others = [await shopper.awaiting(bread) for shopper in shoppers]

    # Inbox; orders locked; orders written; links; outbox; tasks.
    for some in ([first], others):
        async with costing(room, statements=6, transactions=1):
            await room.worker.consumers["payments.charges"].handle(
                [record_of(captured(UUID(order["id"]), 950)) for order in some]
            )


async def test_a_confirmation_mail_reads_once(room: Room, shopper: Shopper, bread: Goods) -> None:
    await shopper.paid(bread)
    claimed = await room.worker.queue.claim("orders.confirmation", 1)

    async with costing(room, statements=1, transactions=0):
        await room.worker._do(room.worker.tasks[0], claimed)


async def test_a_run_of_products_is_three_statements(room: Room, bread: Goods) -> None:
    run = [
        record_of(
            ProductPublished(
                product_id=uuid4(),
                coop_id=bread.coop_id,
                variants=[Variant(variant_id=uuid4()), Variant(variant_id=uuid4())],
            )
        )
        for _ in range(50)
    ]

    # Inbox; prices; what is gone.
    async with costing(room, statements=3, transactions=1):
        await room.worker.consumers["catalog.products"].handle(run)


async def test_expiring_is_three_statements_for_all_of_a_batch(room: Room, bread: Goods) -> None:
    orders = [await (await room.shopper()).awaiting(bread) for _ in range(3)]
    later(room, minutes=31)

    # Orders locked; orders written; outbox.
    async with costing(room, statements=3, transactions=1):
        await room.worker.timers[0].run()
    # Inbox; orders locked; orders written; links; outbox; tasks.
    async with costing(room, statements=6, transactions=1):
        await room.worker.consumers["payments.charges"].handle(
            [record_of(ChargeVoided(order_id=UUID(order["id"]))) for order in orders]
        )
