"""What holds when two hands reach for one order at the same moment, and what breaks without the guard."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.interfaces import LoaderOption

from chassis.events import seal
from chassis.testing import failures
from services.orders import shipping
from services.orders.order import Order
from services.orders.order_queries import WHOLE
from services.orders.shipping import Parcel, find_consignment, ship
from tests.orders.conftest import Goods, Room, Shopper
from tests.orders.heard import StockReserved, captured


async def ship_slowly(
    room: Room, consignment_id: str, *, has_read: asyncio.Event, may_commit: asyncio.Event, now: datetime
) -> None:
    async with room.database.transaction() as session:
        await ship(session, await find_consignment(session, UUID(consignment_id)), Parcel("DHL", "1"), now)
        has_read.set()
        await session.flush()
        await may_commit.wait()


async def ship_both_at_once(room: Room, shopper: Shopper, *goods: Goods, patience: float) -> str:
    """Ships both consignments of an order, the second while the first has not yet committed.

    `patience` is how long the first waits for the second to have read, which the guard does not let it.
    """
    order = await shopper.paid(*goods)
    first, second = [part["id"] for part in order["consignments"]]
    reads, go = [asyncio.Event(), asyncio.Event()], asyncio.Event()
    tasks = [
        asyncio.create_task(ship_slowly(room, part, has_read=read, may_commit=go, now=room.now))
        for part, read in zip((first, second), reads, strict=True)
    ]
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            await asyncio.gather(*(read.wait() for read in reads))
    go.set()
    await asyncio.gather(*tasks)
    state: str = (await shopper.see(order))["state"]
    return state


async def without_a_lock(session: AsyncSession, ids: Sequence[UUID], *_loading: LoaderOption) -> dict[UUID, Order]:
    found = await session.scalars(
        select(Order).where(Order.id.in_(ids)).options(WHOLE).execution_options(populate_existing=True)
    )
    return {order.id: order for order in found.unique()}


async def test_the_last_parcel_ships_the_order_even_when_both_leave_at_once(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    assert await ship_both_at_once(room, shopper, bread, honey, patience=0.5) == "shipped"


async def test_without_the_lock_the_order_would_stay_partly_shipped(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(shipping, "lock_orders", without_a_lock)

    assert await ship_both_at_once(room, shopper, bread, honey, patience=60) == "part_shipped"


async def test_batches_that_meet_in_opposite_order_do_not_block_each_other(room: Room, bread: Goods) -> None:
    shoppers = [await room.shopper() for _ in range(8)]
    orders = [await shopper.awaiting(bread) for shopper in shoppers]
    reserved = [seal(StockReserved(order_id=UUID(order["id"]), version=2)) for order in orders]
    paid = [seal(captured(UUID(order["id"]), 950)) for order in orders]
    reservations, charges = (room.worker.consumers[name] for name in ("catalog.reservations", "payments.charges"))
    chance = random.Random(7)

    for _ in range(5):
        chance.shuffle(reserved)
        chance.shuffle(paid)
        await asyncio.gather(
            reservations.handle([seal(StockReserved(order_id=UUID(order["id"]))) for order in orders]),
            reservations.handle(reserved),
            charges.handle(paid),
            charges.handle([seal(captured(UUID(order["id"]), 950)) for order in reversed(orders)]),
        )

    assert await failures(room.database) == []
    assert [name for name, _ in await room.told()].count("OrderPaid") == 8
