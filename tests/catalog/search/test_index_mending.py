"""What the index lacks or holds too much is found, and set right by tasks."""

import shutil
from pathlib import Path
from uuid import UUID

from services.catalog.search.embedded.engine import TantivyEngine
from services.catalog.search.embedded.index import VERSION
from services.catalog.search.indexing import COUNTED_BETWEEN
from tests.catalog.conftest import Room
from tests.catalog.search.test_engine_suite import entry


async def test_an_index_that_was_lost_is_made_again(room: Room, tmp_path: Path) -> None:
    coop = await room.coop()
    await room.made(coop, "Loaf")
    await room.settled()
    shutil.rmtree(tmp_path / "search" / f"v{VERSION}")
    again = TantivyEngine(tmp_path / "search")
    assert again.known() == set()

    mend = next(timer for timer in room.worker.timers if "search" in timer.name)
    await mend.run()
    await room.settled()

    assert len(again.known()) == 1


async def test_an_index_that_was_right_is_counted_and_compared_where_it_has_too_few_or_after_a_day(
    room: Room, tmp_path: Path
) -> None:
    coop = await room.coop()
    products = [await room.made(coop, title) for title in ("Loaf", "Bun")]
    await room.settled()
    loaf, bun = (UUID(product["id"]) for product in products)
    mend = next(timer for timer in room.worker.timers if "search" in timer.name)
    engine = TantivyEngine(tmp_path / "search")
    await mend.run()

    engine.write([], [bun])
    await mend.run()
    await room.settled()
    assert engine.known() == {loaf, bun}

    await mend.run()
    strange = entry("Cake")
    engine.write([strange], [bun])
    await mend.run()
    await room.settled()
    assert engine.known() == {loaf, strange.hit.id}
    for _ in range(COUNTED_BETWEEN):
        await mend.run()
    await room.settled()
    assert engine.known() == {loaf, bun}
