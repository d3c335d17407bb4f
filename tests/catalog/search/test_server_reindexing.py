"""Other settings mean another index, filled beside the one in use, which serves until the other is whole."""

from collections.abc import Iterator
from typing import Any

import pytest

from chassis.testing import MemoryBus, do_tasks
from chassis.worker import Worker
from services.catalog.search.server.engine import MeilisearchEngine
from services.catalog.search.server.index import MARK
from services.catalog.settings import Settings
from services.catalog.worker import create_worker
from tests.catalog.conftest import Room
from tests.catalog.search.meilisearch_stand_in import StandIn, meilisearch_stand_in
from tests.catalog.search.test_engine_suite import entry

IN_USE, BESIDE = "products", f"products-{MARK}"
OLD: dict[str, Any] = {"displayedAttributes": ["hit", "settings-of-last-year"]}


@pytest.fixture
def server() -> Iterator[StandIn]:
    with meilisearch_stand_in() as stand_in:
        yield stand_in


@pytest.fixture
def engine(server: StandIn) -> MeilisearchEngine:
    return MeilisearchEngine(server.url, "key")


def test_the_first_index_is_begun_with_its_settings(server: StandIn, engine: MeilisearchEngine) -> None:
    engine.write([entry("Loaf")], [])

    assert MARK in server.settings[IN_USE]["displayedAttributes"]
    assert server.titles(IN_USE) == {"Loaf"}
    assert BESIDE not in server.indexes


def test_the_old_index_serves_and_is_kept_up_to_date_until_the_new_one_is_whole(
    server: StandIn, engine: MeilisearchEngine
) -> None:
    server.set_up(IN_USE, OLD)
    loaf, bun, cake = entry("Loaf"), entry("Bun"), entry("Cake")
    engine.write([loaf, bun], [])

    assert engine.known() == set()
    assert server.titles(IN_USE) == {"Loaf", "Bun"}
    engine.write([cake], [bun.hit.id])
    assert (server.titles(IN_USE), server.titles(BESIDE)) == ({"Loaf", "Cake"}, {"Cake"})
    engine.write([loaf], [])
    engine.complete()

    assert server.titles(IN_USE) == {"Loaf", "Cake"}
    assert MARK in server.settings[IN_USE]["displayedAttributes"]
    assert engine.known() == {loaf.hit.id, cake.hit.id}
    assert BESIDE not in server.indexes


def test_a_write_during_the_swap_is_not_lost(server: StandIn, engine: MeilisearchEngine) -> None:
    server.set_up(IN_USE, OLD)
    engine.known()
    server.meanwhile = lambda uid: swapped(server) if uid == BESIDE else None

    engine.write([entry("Loaf")], [])

    assert MARK in server.settings[IN_USE]["displayedAttributes"]
    assert server.titles(IN_USE) == {"Loaf"}


def test_written_in_the_other_order_it_would_be(server: StandIn) -> None:
    """The negative control."""
    server.set_up(IN_USE, OLD)
    server.set_up(BESIDE, {})
    loaf = [{"id": "1", "title": "Loaf"}]

    server.add(IN_USE, loaf)
    swapped(server)
    server.add(BESIDE, loaf)

    assert server.titles(IN_USE) == set()


def swapped(server: StandIn) -> None:
    server.swap([{"indexes": [IN_USE, BESIDE]}])


async def test_the_worker_fills_the_new_index_and_then_puts_it_in_place(
    room: Room, settings: Settings, server: StandIn, engine: MeilisearchEngine
) -> None:
    await room.made(await room.coop(), "Loaf")
    server.set_up(IN_USE, OLD)
    server.add(IN_USE, [{"id": "of-last-year", "title": "Loaf of last year"}])
    worker = create_worker(settings, room.database, MemoryBus(), engine=engine)

    await mended(worker)
    assert server.titles(IN_USE) == {"Loaf of last year"}
    await do_tasks(worker)
    assert server.titles(BESIDE) == {"Loaf"}
    await mended(worker)

    assert server.titles(IN_USE) == {"Loaf"}
    assert list(server.indexes) == [IN_USE]


async def mended(worker: Worker) -> None:
    await next(timer for timer in worker.timers if timer.name == "mend the search index").run()
