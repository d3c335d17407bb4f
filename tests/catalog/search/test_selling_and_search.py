"""A sale re-indexes nothing, unless with it the last one goes or the first one is back."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.testing import MemoryBus, deliver, do_tasks
from chassis.worker import Worker
from services.catalog.search.indexing import index
from services.catalog.search.port import Entry
from services.catalog.settings import Settings
from services.catalog.stock.shelf import OnShelf, Shelf
from services.catalog.worker import create_worker
from tests.catalog.conftest import Room
from tests.catalog.heard import cancelled, line, paid, placed
from tests.catalog.search.told_engine import ToldEngine


class Counting(ToldEngine):
    """Remembers what it was told of each product: whether there is any left."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[bool] = []

    def write(self, entries: Sequence[Entry], gone: Sequence[UUID]) -> None:
        assert not gone
        self.told += [entry.hit.in_stock for entry in entries]


class Eager(Shelf):
    """The guard taken away: whatever is promised is indexed."""

    def __init__(self) -> None:
        self._seen: dict[UUID, OnShelf] = {}

    async def look(self, session: AsyncSession, variants: Sequence[UUID]) -> dict[UUID, OnShelf]:
        self._seen = await super().look(session, variants)
        return self._seen

    async def take(self, session: AsyncSession, wanted: Mapping[UUID, Mapping[UUID, int]]) -> None:
        await super().take(session, wanted)
        index(session, {self._seen[part].product_id for parts in wanted.values() for part in parts})


async def sold(worker: Worker, loaf: dict[str, Any], quantity: int) -> Any:
    order = placed(line(loaf, quantity))
    await deliver(worker, order, paid(order))
    await do_tasks(worker)
    return order


async def test_only_a_sale_of_the_last_one_reaches_the_index(room: Room, settings: Settings) -> None:
    loaf = await room.made(await room.coop(), stock=5)
    await room.settled()
    engine = Counting()
    worker = create_worker(settings, room.database, MemoryBus(), engine=engine)

    for _ in range(4):
        await sold(worker, loaf, 1)
    assert engine.told == []
    last = await sold(worker, loaf, 1)
    assert engine.told == [False]
    await deliver(worker, cancelled(last))
    await do_tasks(worker)
    assert engine.told == [False, True]


async def test_without_the_guard_each_sale_would(room: Room, settings: Settings) -> None:
    """The negative control."""
    loaf = await room.made(await room.coop(), stock=5)
    await room.settled()
    engine = Counting()

    await sold(create_worker(settings, room.database, MemoryBus(), engine=engine, shelf=Eager()), loaf, 1)

    assert engine.told == [True]
