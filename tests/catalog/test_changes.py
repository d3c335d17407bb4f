"""Whoever reads along by the cursor misses nothing, however late a transaction commits."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.testing import counting, deliver
from services.catalog.assortment.archiving import withdraw
from services.catalog.assortment.assortment import Assortment
from services.catalog.assortment.changes import NumberChange, Numberer, changes_since
from services.catalog.product import Product
from tests.catalog.conftest import CoopHere, Room
from tests.catalog.heard import CoopPaused, CoopReinstated, CoopSuspended, line, placed
from tests.catalog.own_system import loaf, own_system

CHANGES = "/api/v1/changes"


class Mirror:
    """Somebody else's copy of what is for sale, kept by the changes alone."""

    def __init__(self, client: httpx.AsyncClient, url: str = CHANGES, *, limit: int = 2) -> None:
        self._client, self._url, self._limit = client, url, limit
        self._cursor: str | None = None
        self.products: dict[str, dict[str, Any]] = {}

    async def follow(self) -> list[str]:
        """The titles, or ids of what is gone, that were told since the last time."""
        told, more = [], True
        while more:
            params = {"limit": self._limit} | ({"cursor": self._cursor} if self._cursor else {})
            page = (await self._client.get(self._url, params=params)).raise_for_status().json()
            assert len(page["items"]) <= self._limit
            told += [self._take(item) for item in page["items"]]
            self._cursor, more = page["next_cursor"], page["more"]
        return told

    def _take(self, item: dict[str, Any]) -> str:
        if item["change"] == "withdrawn":
            self.products.pop(item["id"], None)
            return str(item["id"])
        self.products[item["id"]] = item["product"]
        return str(item["product"]["title"])


async def everything(room: Room) -> dict[str, Any]:
    return {one["id"]: one for one in (await room.get(room.nobody, "/api/v1/products", limit=100))["items"]}


async def test_a_mirror_that_follows_is_what_is_for_sale(room: Room, coop: CoopHere) -> None:
    system, mirror = own_system(room, coop), Mirror(room.nobody)
    for nth in range(5):
        await system.put(f"products/{nth}", json=loaf(f"Loaf {nth}"))
    await room.settled()
    assert await mirror.follow() == [f"Loaf {nth}" for nth in range(5)]

    await system.put("products/1", json=loaf("Dark"))
    await system.put("products/1", json=loaf("Darker"))
    gone = (await system.get("products/3")).json()["id"]
    await system.delete("products/3")
    await system.put("products/9", json=loaf("Hidden", state="draft"))
    await room.settled()

    assert await mirror.follow() == ["Darker", gone]
    assert mirror.products == await everything(room)
    assert await mirror.follow() == []
    await system.post("products/3/restore")
    await room.settled()
    assert await mirror.follow() == ["Loaf 3"]


async def test_stock_is_told_when_it_runs_out_or_comes_back_and_not_while_it_falls(room: Room, coop: CoopHere) -> None:
    made, mirror = await room.made(coop, "Rye", stock=2), Mirror(room.nobody)
    await room.settled()
    await mirror.follow()

    told = []
    for _ in range(2):
        await deliver(room.worker, placed(line(made)))
        await room.settled()
        told.append(await mirror.follow())

    assert told == [[], ["Rye"]]
    assert not mirror.products[made["id"]]["variants"][0]["in_stock"]


async def test_goods_of_a_co_op_that_is_stopped_are_withdrawn_and_come_back_with_it(room: Room, coop: CoopHere) -> None:
    made, mirror = await room.made(coop), Mirror(room.nobody)
    facts = (CoopSuspended, CoopReinstated, CoopPaused)
    seen = []
    for version, fact in enumerate(facts, start=2):
        await deliver(room.worker, fact(coop_id=coop.id, version=version))
        await room.settled()
        await mirror.follow()
        seen.append([(one["title"], one["coop"]["paused"]) for one in mirror.products.values()])

    assert seen == [[], [(made["title"], False)], [(made["title"], True)]]


async def test_mending_the_index_is_no_change(room: Room, coop: CoopHere) -> None:
    await room.settled()
    await room.made(coop)
    mirror = Mirror(room.nobody)
    [mend] = [timer for timer in room.worker.timers if timer.name == "mend the search index"]
    while await _done(room, "catalog.number_change"):
        pass
    await mirror.follow()

    await mend.run()
    await room.settled()

    assert await mirror.follow() == []


async def _done(room: Room, kind: str) -> int:
    [handler] = [one for one in room.worker.tasks if one.task.kind == kind]
    claimed = await room.worker.queue.claim(kind, handler.size)
    await room.worker.queue.done(await room.worker._do(handler, claimed) if claimed else [])
    return len(claimed)


async def test_a_co_ops_own_systems_are_told_of_drafts_and_nobody_else_is(room: Room, coop: CoopHere) -> None:
    system, other = own_system(room, coop), own_system(room, await room.coop("tailors"))
    await system.put("products/d", json=loaf("Draft", state="draft"))
    await other.put("products/x", json=loaf("Theirs"))
    await room.settled()

    page = (await system.get("changes")).json()

    assert [(one["change"], one["product"]["external_id"], one["product"]["state"]) for one in page["items"]] == [
        ("withdrawn", "d", "draft")
    ]
    assert await Mirror(room.nobody).follow() == ["Theirs"]
    other.base_url = system.base_url
    assert (await other.get("changes")).status_code == 404


Later = Callable[[], Awaitable[list[str]]]


async def late(room: Room, coop: CoopHere, follow: Later) -> list[list[str]]:
    """What a follower is told after a quick change, and then after a slow one that had begun before it."""
    slow, quick = await room.made(coop, "Slow"), await room.made(coop, "Quick")
    await room.settled()
    await follow()
    async with room.database.transaction() as session:
        product = await session.get_one(Product, UUID(slow["id"]), with_for_update=True)
        await Assortment.lock_variants(session, [product])
        withdraw(session, product, room.worker.clock())
        await session.flush()
        await coop.staff.delete(f"/api/v1/products/{quick['id']}")
        await room.settled()
        first = await follow()
    await room.settled()
    return [["quick" if one == quick["id"] else "slow" for one in told] for told in (first, await follow())]


async def test_a_change_that_commits_late_is_told_late_and_not_lost(room: Room, coop: CoopHere) -> None:
    assert await late(room, coop, Mirror(room.nobody).follow) == [["quick"], ["slow"]]


async def test_by_time_it_would_be_lost(room: Room, coop: CoopHere) -> None:
    since = datetime.min.replace(tzinfo=UTC)

    async def follow() -> list[str]:
        nonlocal since
        sql = "SELECT product_id, updated_at FROM products WHERE updated_at > $1 ORDER BY updated_at"
        rows = await room.database.fetch(sql, since)
        since = rows[-1]["updated_at"] if rows else since
        return [str(row["product_id"]) for row in rows]

    assert await late(room, coop, follow) == [["quick"], []]


class Unguarded(Numberer):
    """Two of these may number at once."""

    async def alone(self, session: AsyncSession) -> None:
        """Nobody is kept out."""


async def numbered_at_once(room: Room, coop: CoopHere, numberer: Numberer) -> list[int]:
    """What a follower sees of two products that two numberers give positions at the same time, one of them slowly."""
    first, second = [UUID((await room.made(coop, title))["id"]) for title in ("One", "Two")]
    seen: list[UUID] = []
    cursor = 0

    async def follow() -> None:
        nonlocal cursor
        for row in await changes_since(room.database, cursor, coop=None, limit=10):
            seen.append(row["product_id"])
            cursor = row["position"]

    async with room.database.transaction() as session:
        await numberer.write(session, [first])
        other = asyncio.create_task(numberer.number([NumberChange(product_id=second)]))
        await asyncio.wait([other], timeout=0.3)
        await follow()
    await other
    await follow()
    return [{first: 1, second: 2}[one] for one in seen]


async def test_one_numberer_waits_for_the_other(room: Room, coop: CoopHere) -> None:
    assert await numbered_at_once(room, coop, Numberer(room.database)) == [1, 2]


async def test_two_that_do_not_wait_lose_a_change(room: Room, coop: CoopHere) -> None:
    assert await numbered_at_once(room, coop, Unguarded(room.database)) == [2]


async def test_a_page_is_two_statements(room: Room, coop: CoopHere) -> None:
    for nth in range(3):
        await room.made(coop, f"Loaf {nth}")
    await room.settled()

    async with counting(room.database) as seen:
        await room.get(room.nobody, CHANGES)

    assert len(seen.sql) == 2


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "gAAAAAAAAAA=", "%00", "01934f5c-8a00-7000-8000-000000000001"])
async def test_what_is_no_cursor_is_said_to_be_none(room: Room, cursor: str) -> None:
    refused = await room.nobody.get(CHANGES, params={"cursor": cursor})

    assert (refused.status_code, refused.json()["code"]) == (400, "bad_cursor")
