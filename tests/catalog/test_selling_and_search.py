"""A sale re-indexes nothing, unless with it the last one goes or the first one is back."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.testing import MemoryBus, deliver, do_tasks, public_key_pem
from chassis.worker import Worker
from services.catalog.indexing import index
from services.catalog.search import Entry, Findings, Question, Suggestion
from services.catalog.settings import Settings
from services.catalog.stock import OnShelf, Shelf
from services.catalog.worker import create_worker
from tests.catalog.conftest import Room
from tests.catalog.heard import cancelled, line, paid, placed


class Counting:
    """Finds nothing, and remembers what it was told of each product: whether there is any left."""

    waits: ClassVar[bool] = False

    def __init__(self) -> None:
        self.told: list[bool] = []

    def search(self, question: Question) -> Findings:
        raise NotImplementedError

    def suggest(self, begun: str, *, limit: int, hidden_coops: Collection[UUID] = ()) -> Suggestion:
        raise NotImplementedError

    def write(self, entries: Sequence[Entry], gone: Sequence[UUID]) -> None:
        assert not gone
        self.told += [entry.hit.in_stock for entry in entries]

    def known(self) -> set[UUID]:
        raise NotImplementedError

    def complete(self) -> None:
        raise NotImplementedError


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


def worker_with(engine: Counting, shelf: Shelf, room: Room, folder: Path) -> Worker:
    settings = Settings(
        database_url="postgresql://unused", internal_public_key=public_key_pem(), demo=True, data_folder=folder
    )
    return create_worker(settings, room.database, MemoryBus(), engine=engine, shelf=shelf)


async def sold(worker: Worker, loaf: dict[str, Any], quantity: int) -> Any:
    order = placed(line(loaf, quantity))
    await deliver(worker, order, paid(order))
    await do_tasks(worker)
    return order


async def test_only_a_sale_of_the_last_one_reaches_the_index(room: Room, tmp_path: Path) -> None:
    loaf = await room.made(await room.coop(), stock=5)
    await room.settled()
    engine = Counting()
    worker = worker_with(engine, Shelf(), room, tmp_path)

    for _ in range(4):
        await sold(worker, loaf, 1)
    assert engine.told == []
    last = await sold(worker, loaf, 1)
    assert engine.told == [False]
    await deliver(worker, cancelled(last))
    await do_tasks(worker)
    assert engine.told == [False, True]


async def test_without_the_guard_each_sale_would(room: Room, tmp_path: Path) -> None:
    """The negative control."""
    loaf = await room.made(await room.coop(), stock=5)
    await room.settled()
    engine = Counting()

    await sold(worker_with(engine, Eager(), room, tmp_path), loaf, 1)

    assert engine.told == [True]
