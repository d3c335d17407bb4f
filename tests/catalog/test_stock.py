"""Stock is promised whole or not at all, once, and comes back as it went."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.testing import deliver
from services.catalog.inbound import OrderPlaced
from services.catalog.stock.check import discrepancies
from services.catalog.stock.journal import WRITE_MOVES
from services.catalog.stock.reserving import Stock
from services.catalog.stock.shelf import LOOK, TAKE, OnShelf, Shelf
from tests.catalog import heard
from tests.catalog.conftest import Room
from tests.catalog.heard import cancelled, line, paid, placed

RESERVATIONS = "catalog.reservations"


async def answers(room: Room) -> dict[str, dict[str, Any]]:
    """The answer to each order, by its id; an order answered twice fails."""
    facts = await room.facts(RESERVATIONS)
    found = {fact.key: {"type": fact.type, **fact.data} for fact in facts}
    assert len(found) == len(facts)
    return found


async def test_an_order_is_promised_all_its_lines(room: Room) -> None:
    coop = await room.coop()
    loaf, bun = await room.made(coop, "Loaf"), await room.made(coop, "Bun")
    order = placed(line(loaf, 2), line(bun, 5))

    await deliver(room.worker, order)

    assert (await answers(room))[order.key]["type"] == "catalog.StockReserved"
    assert (await room.available(loaf), await room.available(bun)) == (3, 0)


async def test_one_short_line_promises_nothing_and_says_how_many_are_left(room: Room) -> None:
    coop = await room.coop()
    loaf, bun = await room.made(coop, "Loaf"), await room.made(coop, "Bun", stock=1)
    order = placed(line(loaf, 2), line(bun, 2))

    await deliver(room.worker, order)

    answer = (await answers(room))[order.key]
    assert answer["type"] == "catalog.StockRejected"
    assert answer["reasons"] == [
        {"variant_id": bun["variants"][0]["id"], "reason": "short", "available": 1, "price": None}
    ]
    assert (await room.available(loaf), await room.available(bun)) == (5, 1)


async def test_two_lines_of_one_variant_are_summed(room: Room) -> None:
    loaf = await room.made(await room.coop(), stock=3)
    order = placed(line(loaf, 2), line(loaf, 2))

    await deliver(room.worker, order)

    assert (await answers(room))[order.key]["reasons"][0]["available"] == 3


async def test_a_price_that_changed_is_told_instead_of_charged(room: Room) -> None:
    loaf = await room.made(await room.coop(), price=450)
    order = placed(line(loaf, price=400))

    await deliver(room.worker, order)

    assert (await answers(room))[order.key]["reasons"][0] | {"variant_id": ""} == {
        "variant_id": "",
        "reason": "price",
        "available": None,
        "price": 450,
    }


async def test_what_is_archived_or_never_was_is_gone(room: Room) -> None:
    coop = await room.coop()
    loaf, bun = await room.made(coop, "Loaf"), await room.made(coop, "Bun")
    await coop.staff.delete(f"/api/v1/products/{loaf['id']}")
    unknown = {**line(bun), "variant_id": str(uuid4())}
    orders = [placed(line(loaf)), placed(unknown)]

    await deliver(room.worker, *orders)

    found = await answers(room)
    assert [found[order.key]["reasons"][0]["reason"] for order in orders] == ["gone", "gone"]


async def test_a_suspended_co_ops_goods_refuse_at_once(room: Room) -> None:
    coop = await room.coop()
    loaf = await room.made(coop)
    await deliver(room.worker, heard.CoopSuspended(coop_id=coop.id, version=2))
    order = placed(line(loaf))

    await deliver(room.worker, order)

    assert (await answers(room))[order.key]["reasons"][0]["reason"] == "coop_unavailable"


async def test_untracked_goods_are_promised_without_a_count(room: Room) -> None:
    loaf = await room.made(await room.coop(), stock=None)
    orders = [placed(line(loaf, 1000)) for _ in range(3)]

    await deliver(room.worker, *orders)
    await deliver(room.worker, paid(orders[0]), cancelled(orders[1]))

    assert {answer["type"] for answer in (await answers(room)).values()} == {"catalog.StockReserved"}
    assert await room.available(loaf) is None


async def test_a_paid_order_is_sold_and_a_cancelled_one_put_back(room: Room) -> None:
    loaf = await room.made(await room.coop(), stock=5)
    kept, unpaid, returned = orders = [placed(line(loaf)) for _ in range(3)]

    await deliver(room.worker, *orders)
    assert await room.available(loaf) == 2
    await deliver(room.worker, paid(kept), paid(returned))
    assert await room.available(loaf) == 2
    await deliver(room.worker, cancelled(unpaid), cancelled(returned))

    assert await room.available(loaf) == 4
    async with room.database.reading() as session:
        assert tuple((await session.execute(text("SELECT on_hand, reserved FROM variants"))).one()) == (4, 0)


async def test_being_told_twice_changes_nothing(room: Room) -> None:
    """The same news under another event id: the inbox cannot know it, the reservation does."""
    loaf = await room.made(await room.coop(), stock=5)
    order, rejected = placed(line(loaf, 2)), placed(line(loaf, 9))

    await deliver(room.worker, order, order, rejected, rejected)
    await deliver(room.worker, paid(order), paid(order))
    await deliver(room.worker, cancelled(order), cancelled(order), cancelled(rejected), paid(rejected), paid(order))

    assert len(await answers(room)) == 2
    assert await room.available(loaf) == 5


async def test_orders_of_one_batch_share_what_there_is_in_their_order(room: Room) -> None:
    loaf = await room.made(await room.coop(), stock=5)
    orders = [placed(line(loaf, 2)) for _ in range(4)]

    await deliver(room.worker, *orders)

    found = await answers(room)
    assert [found[one.key]["type"].split(".")[1] for one in orders] == [
        "StockReserved",
        "StockReserved",
        "StockRejected",
        "StockRejected",
    ]
    assert found[orders[3].key]["reasons"][0]["available"] == 1


async def test_selling_out_and_coming_back_reach_the_search(room: Room) -> None:
    loaf = await room.made(await room.coop(), stock=2)
    order = placed(line(loaf, 2))
    await room.settled()

    await deliver(room.worker, order)
    assert await _pending(room.database) == 1
    await room.settled()
    assert (await room.search(in_stock=True))["total"] == 0

    await deliver(room.worker, cancelled(order))
    await room.settled()
    assert (await room.search(in_stock=True))["total"] == 1


async def test_a_sale_that_leaves_some_re_indexes_nothing(room: Room) -> None:
    loaf = await room.made(await room.coop(), stock=5)
    order = placed(line(loaf, 2))
    await room.settled()

    await deliver(room.worker, order, paid(order), cancelled(order))

    assert await _pending(room.database) == 0


class CarelessShelf(Shelf):
    """The guard taken away: nobody waits for anybody between looking and taking, except for a second to look."""

    look_sql = LOOK
    take_sql = TAKE.format(guard="", write=WRITE_MOVES)

    def __init__(self) -> None:
        self._looked = 0
        self._second = asyncio.Event()

    async def look(self, session: AsyncSession, variants: Sequence[UUID]) -> dict[UUID, OnShelf]:
        found = await super().look(session, variants)
        self._looked += 1
        if self._looked == 2:
            self._second.set()
        await self._second.wait()
        return found


async def test_many_buyers_at_once_never_get_more_than_there_is(room: Room) -> None:
    assert await _race(room, Shelf()) == (1, 0)


async def test_without_the_guard_the_race_oversells(room: Room) -> None:
    """The negative control: it is the guard that the test above sees, not luck."""
    sold, left = await _race(room, CarelessShelf())
    assert sold > 1
    assert left < 0


async def _race(room: Room, shelf: Shelf) -> tuple[int, int]:
    """60 buyers, 8 at a time, want the last unit: how many got it, and what the shelf then says."""
    loaf = await room.made(await room.coop(), stock=1)
    stock = Stock(shelf)
    crowd = asyncio.Semaphore(8)

    async def buy() -> None:
        async with crowd, room.database.transaction() as session:
            await stock.reserve(session, [OrderPlaced.model_validate(placed(line(loaf)).model_dump())])

    await asyncio.gather(*(buy() for _ in range(60)))
    found = await answers(room)
    assert len(found) == 60
    async with room.database.reading() as session:
        left = await session.scalar(text("SELECT on_hand - reserved FROM variants"))
    return sum(answer["type"] == "catalog.StockReserved" for answer in found.values()), int(left or 0)


async def test_each_of_many_last_units_is_sold_once_to_200_buyers(room: Room, rounds: int) -> None:
    """All rounds at once: whoever is served together wants different units, and every batch waits for others."""
    assert await _rounds(room, Shelf(), rounds, buyers=200) == [1] * rounds


async def test_without_the_guard_more_last_units_are_sold_than_there_are(room: Room) -> None:
    """The negative control."""
    assert sum(await _rounds(room, Unguarded(), 10, buyers=40)) > 10


class Unguarded(Shelf):
    """Nobody waits for anybody between looking and taking."""

    look_sql = LOOK
    take_sql = TAKE.format(guard="", write=WRITE_MOVES)

    async def look(self, session: AsyncSession, variants: Sequence[UUID]) -> dict[UUID, OnShelf]:
        found = await super().look(session, variants)
        await asyncio.sleep(0.05)
        return found


async def _rounds(room: Room, shelf: Shelf, rounds: int, *, buyers: int) -> list[int]:
    """So many buyers want each of the last units, in batches as a worker serves them: how often each was sold."""
    coop = await room.coop()
    units = [await room.made(coop, f"Last {nth}", stock=1) for nth in range(rounds)]
    orders = [placed(line(unit)) for unit in units for _ in range(buyers)]
    random.Random(3).shuffle(orders)
    stock, crowd = Stock(shelf), asyncio.Semaphore(8)

    async def serve(batch: Sequence[heard.OrderPlaced]) -> None:
        async with crowd, room.database.transaction() as session:
            await stock.reserve(session, [OrderPlaced.model_validate(order.model_dump()) for order in batch])

    await asyncio.gather(*(serve(orders[nth : nth + 5]) for nth in range(0, len(orders), 5)))
    async with room.database.reading() as session:
        reserved = await session.scalars(text("SELECT reserved FROM variants"))
    assert await discrepancies(room.database) == []
    return [int(one) for one in reserved]


async def test_baskets_in_opposite_order_and_mixed_batches_never_deadlock(room: Room) -> None:
    coop = await room.coop()
    goods = [await room.made(coop, f"Loaf {nth}", stock=1000) for nth in range(4)]
    stock, crowd = Stock(Shelf()), asyncio.Semaphore(8)
    generator = random.Random(7)
    batches = [[placed(*(line(one) for one in generator.sample(goods, 3))) for _ in range(3)] for _ in range(25)]

    async def work(orders: Sequence[heard.OrderPlaced]) -> None:
        read = [OrderPlaced.model_validate(order.model_dump()) for order in orders]
        async with crowd:
            async with room.database.transaction() as session:
                await stock.reserve(session, read)
            await deliver(room.worker, *(paid(order) for order in orders))
            await deliver(room.worker, cancelled(orders[0]))

    await asyncio.gather(*(work(orders) for orders in batches))

    assert {answer["type"] for answer in (await answers(room)).values()} == {"catalog.StockReserved"}
    kept = _quantities(order for orders in batches for order in orders[1:])
    assert {one["variants"][0]["id"]: 1000 - (await room.available(one) or 0) for one in goods} == kept


def _quantities(orders: Any) -> Mapping[str, int]:
    summed: dict[str, int] = {}
    for order in orders:
        for consignment in order.consignments:
            for one in consignment["lines"]:
                summed[one["variant_id"]] = summed.get(one["variant_id"], 0) + one["quantity"]
    return summed


async def _pending(database: Database) -> int:
    async with database.reading() as session:
        return int(await session.scalar(text("SELECT count(*) FROM tasks WHERE kind = 'catalog.index_product'")) or 0)
