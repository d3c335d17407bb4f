"""Operators see how long a change has waited to be found."""

from services.catalog.telemetry import GAUGES
from tests.catalog.conftest import Room


async def unfindable(room: Room) -> float:
    gauge = next(one for one in GAUGES if one.name == "toadlane_catalog_unfindable_seconds")
    (row,) = await room.database.fetch(gauge.sql)
    return float(row[0])


async def test_the_oldest_change_that_search_does_not_show_yet_is_timed_from_its_commit(room: Room) -> None:
    assert await unfindable(room) == 0
    await room.made(await room.coop())

    waited = await unfindable(room)
    assert 0 < waited < await unfindable(room)

    await room.settled()
    assert await unfindable(room) == 0
