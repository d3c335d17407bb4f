"""JSON Lines in bulk: each line answered, in order; none lost for another's sake; few statements; once with a key."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest

from chassis.testing import counting
from services.catalog.assortment.bulk import LINES_AT_ONCE, Bulk, BulkKey, read_lines
from services.catalog.categories import load_categories
from services.catalog.pictures.darkroom import Darkroom
from services.catalog.pictures.intake import Intake
from services.catalog.pictures.store import store_of
from services.catalog.search.embedded.engine import TantivyEngine
from services.catalog.settings import Settings
from services.catalog.shopfront import Shopfront
from services.catalog.stock.journal import Cause, Change
from tests.catalog.conftest import CoopHere, Room
from tests.catalog.own_system import loaf, own_system, shirt, variant

BULK = "products/bulk"
Lines = list[dict[str, Any]]


@pytest.fixture
def system(room: Room, coop: CoopHere) -> httpx.AsyncClient:
    return own_system(room, coop)


def named(external_id: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"external_id": external_id} | body


def written(*lines: dict[str, Any] | bytes) -> bytes:
    return b"".join((line if isinstance(line, bytes) else orjson.dumps(line)) + b"\n" for line in lines)


def loaves(count: int, **more: Any) -> bytes:
    return written(*(named(f"L{nth}", loaf(f"Loaf {nth}", **more)) for nth in range(count)))


async def sent(system: httpx.AsyncClient, content: bytes, key: str | None = None) -> Lines:
    answer = await system.post(BULK, content=content, headers={"Idempotency-Key": key} if key else {})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [orjson.loads(line) for line in answer.text.splitlines()]


async def test_every_line_is_answered_in_its_order_and_a_bad_one_harms_no_other(
    room: Room, system: httpx.AsyncClient
) -> None:
    await system.put("products/known", json=loaf("Known"))
    content = written(
        named("new", shirt("S", "M")),
        named("known", loaf("Known")),
        b"{not json",
        b"",
        named("priceless", loaf("Rye", variant(price=-1))),
        loaf("Nameless"),
        named("new", loaf("Once more")),
        named("stale", loaf("Stale")) | {"version": 3},
        named("last", loaf("Last")),
    )

    answers = await sent(system, content)

    assert [(one["line"], one["status"], one["outcome"], one.get("external_id")) for one in answers] == [
        (1, 201, "new", "new"),
        (2, 200, "unchanged", "known"),
        (3, 422, "rejected", None),
        (5, 422, "rejected", "priceless"),
        (6, 422, "rejected", None),
        (7, 409, "rejected", "new"),
        (8, 412, "rejected", "stale"),
        (9, 201, "new", "last"),
    ]
    told = {one["line"]: one["problem"] for one in answers if "problem" in one}
    assert {line: problem["code"] for line, problem in told.items()} == {
        3: "invalid", 5: "not_a_price", 6: "invalid", 7: "sent_twice", 8: "changed_meanwhile"
    }  # fmt: skip
    assert [told[line]["errors"][0]["field"] for line in (5, 6, 7)] == [
        "variants.0.price", "external_id", "external_id"
    ]  # fmt: skip
    found = (await system.get("products")).json()["items"]
    assert {one["external_id"]: one["id"] for one in found} == {
        one["external_id"]: one["id"] for one in answers if "id" in one
    }


async def test_a_line_changes_what_it_saw(system: httpx.AsyncClient) -> None:
    [made] = await sent(system, written(named("rye", loaf())))
    [changed] = await sent(system, written(named("rye", loaf("Dark")) | {"version": made["version"]}))
    [stale] = await sent(system, written(named("rye", loaf("Light")) | {"version": made["version"]}))

    assert (changed["outcome"], changed["version"]) == ("changed", 2)
    assert (stale["status"], stale["problem"]["version"]) == (412, 2)


@pytest.mark.parametrize("price", [450, 460])
async def test_a_hundred_lines_cost_a_few_statements_whether_new_or_changed(
    room: Room, system: httpx.AsyncClient, price: int
) -> None:
    if price != 450:
        await sent(system, loaves(100))
    async with counting(room.database) as seen:
        answers = await sent(system, loaves(100, variants=[variant(price)]))

    assert [one["status"] for one in answers] == [201 if price == 450 else 200] * 100
    assert seen.transactions == 100 // LINES_AT_ONCE
    assert len(seen.sql) <= 20


async def test_a_request_repeated_with_its_key_is_answered_as_before_and_changes_nothing(
    system: httpx.AsyncClient,
) -> None:
    content, key = loaves(LINES_AT_ONCE + 5), str(uuid4())
    first = await sent(system, content, key)
    await system.put("products/L0", json=loaf("Meanwhile"))

    assert await sent(system, content, key) == first
    assert (await system.get("products/L0")).json()["title"] == "Meanwhile"
    other = await system.post(BULK, content=loaves(1), headers={"Idempotency-Key": key})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


async def test_without_the_key_what_came_meanwhile_is_undone(system: httpx.AsyncClient) -> None:
    await sent(system, loaves(1))
    await system.put("products/L0", json=loaf("Meanwhile"))

    await sent(system, loaves(1))

    assert (await system.get("products/L0")).json()["title"] == "Loaf 0"


async def test_one_that_broke_off_goes_on_where_it_stopped(room: Room, coop: CoopHere, settings: Settings) -> None:
    categories = load_categories()
    engine = TantivyEngine(room.worker.settings.data_folder / "search")
    store = store_of(settings)
    intake = Intake(room.database, Darkroom(), store, room.worker.clock)
    shop = Shopfront(room.database, categories, engine, "EUR", 1, "http://lane.example", store, intake)
    bulk = Bulk(room.database, shop, coop.id, room.worker.clock(), Cause(Change.EDITED, None))
    lines, once = read_lines(loaves(2 * LINES_AT_ONCE)), BulkKey("somebody", "key", b"print")

    begun: AsyncIterator[bytes] = bulk.take(lines, once)
    half = await anext(begun)
    await begun.aclose()  # type: ignore[attr-defined]
    whole = [part async for part in bulk.take(lines, once)]

    assert whole[0] == half
    assert b'"outcome":"new"' in whole[1]
    assert len((await own_system(room, coop).get("products", params={"limit": 100})).json()["items"]) == 100


async def test_two_requests_with_the_same_products_the_other_way_round_do_not_wait_for_each_other(
    system: httpx.AsyncClient,
) -> None:
    lines = loaves(LINES_AT_ONCE).splitlines()
    both = [written(*lines), written(*reversed(lines))]

    answers = await asyncio.gather(*(sent(system, content) for content in both for _ in range(2)))

    assert sum(one["outcome"] == "new" for told in answers for one in told) == LINES_AT_ONCE
    assert {one["status"] for told in answers for one in told} == {200, 201}


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "no_lines"),
        (b"\n \n", 422, "no_lines"),
        (b"{}\n" * 1001, 413, "too_many_lines"),
        (b" " * 10_000_001, 413, "too_large"),
    ],
)
async def test_what_is_no_bulk_is_refused_as_a_whole(
    system: httpx.AsyncClient, content: bytes, status: int, code: str
) -> None:
    refused = await system.post(BULK, content=content)

    assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_only_whoever_may_write_may_do_so_in_bulk(room: Room, coop: CoopHere) -> None:
    reader = own_system(room, coop, frozenset({"catalog:read"}))

    assert (await reader.post(BULK, content=loaves(1))).json()["code"] == "scope_missing"
