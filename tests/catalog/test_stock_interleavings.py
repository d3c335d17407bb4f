"""Sales, payments, returns, tills and files upon one variant, in random interleavings: nothing is sold twice."""

import asyncio
import random
from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.testing import deliver
from services.catalog.inbound import OrderPlaced
from services.catalog.stock.check import discrepancies
from services.catalog.stock.journal import WRITE_MOVES
from services.catalog.stock.reserving import Stock
from services.catalog.stock.shelf import TAKE, OnShelf, Shelf
from tests.catalog.conftest import Room
from tests.catalog.heard import OrderPlaced as Placed
from tests.catalog.heard import cancelled, line, paid, placed
from tests.catalog.tills import level_of, told

ROUNDS = 8
SHEET = "id,title,price,stock\nrye,Rye,4.50,{}\n"
# Each entry tells the level after it: a promise that leaves more promised than stands there promised too much.
_TOO_MUCH = "SELECT entry FROM stock_journal WHERE change = 'reserved' AND reserved > on_hand"


class Endless(OnShelf):
    def has(self, quantity: int) -> bool:
        return True


class Unguarded(Shelf):
    """Promises whatever is asked for."""

    take_sql = TAKE.format(guard="", write=WRITE_MOVES)

    async def look(self, session: AsyncSession, variants: Sequence[UUID]) -> dict[UUID, OnShelf]:
        found = await super().look(session, variants)
        return {one: Endless(*(getattr(row, name) for name in OnShelf.__slots__)) for one, row in found.items()}


@pytest.mark.parametrize("seed", range(2))
async def test_nothing_is_promised_twice_and_the_journal_adds_up(room: Room, seed: int) -> None:
    await _wander(room, Shelf(), seed)

    assert await room.database.fetch(_TOO_MUCH) == []
    assert await discrepancies(room.database) == []


async def test_without_the_guard_the_same_way_promises_too_much(room: Room) -> None:
    """The negative control."""
    await _wander(room, Unguarded(), 0)

    assert await room.database.fetch(_TOO_MUCH) != []


async def _wander(room: Room, guard: Shelf, seed: int) -> None:
    """In every round two sales race with two other things."""
    coop, dice, orders = await room.coop(), random.Random(seed), list[Placed]()
    await room.imported(coop, SHEET.format(6))
    [rye] = (await room.get(coop.staff, "/api/v1/products", coop_id=str(coop.id)))["items"]

    async def sale() -> None:
        order = placed(line(rye, dice.randint(1, 3)))
        async with room.database.transaction() as session:
            await Stock(guard).reserve(session, [OrderPlaced.model_validate(order.model_dump())])
        orders.append(order)

    async def payment_or_return() -> None:
        if orders:
            await deliver(room.worker, dice.choice([paid, cancelled])(dice.choice(orders)))

    async def till() -> None:
        level = await level_of(room, coop, rye)
        count = max(0, level["on_hand"] + dice.choice([-1, 0, 2]))
        assert (await told(coop.staff, rye, count=count, version=level["version"])).status_code in {200, 409}

    async def delivery() -> None:
        assert (await told(coop.staff, rye, change=dice.choice([-1, 1, 2]))).status_code in {200, 422}

    async def file() -> None:
        await room.imported(coop, SHEET.format(dice.randint(0, 8)))

    others = [payment_or_return, payment_or_return, till, delivery, file]
    for _ in range(ROUNDS):
        await asyncio.gather(sale(), sale(), *(other() for other in dice.sample(others, 2)))
