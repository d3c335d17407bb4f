"""Every change of a level is explained, and the explanations add up to it."""

import asyncio
import itertools
import random
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from chassis.auth import Caller
from chassis.testing import deliver
from services.catalog.inbound import OrderPlaced
from services.catalog.stock.check import discrepancies
from services.catalog.stock.reserving import Stock
from services.catalog.stock.shelf import TAKE, Shelf
from tests.catalog.conftest import CoopHere, Room, form
from tests.catalog.heard import cancelled, line, paid, placed
from tests.catalog.tills import STOCK, journal_of, level_of, shelf, told, variant_of

Entry = tuple[str, int, int, int | None, int]


def moves(journal: list[dict[str, Any]]) -> list[Entry]:
    names = ("change", "on_hand_change", "reserved_change", "on_hand", "reserved")
    return [tuple(entry[name] for name in names) for entry in journal]


async def test_every_way_to_change_a_level_is_told_with_its_cause(room: Room) -> None:
    coop = await room.coop()
    loaf = await room.made(coop, stock=5)
    kept, dropped, returned = [placed(line(loaf)) for _ in range(3)]
    await deliver(room.worker, kept)
    await deliver(room.worker, dropped)
    await deliver(room.worker, returned)
    await deliver(room.worker, paid(kept))
    await deliver(room.worker, cancelled(dropped))
    await deliver(room.worker, paid(returned))
    await deliver(room.worker, cancelled(returned))
    await told(coop.staff, loaf, change=6)
    await told(coop.staff, loaf, count=9, version="*")

    journal = await journal_of(room, coop, loaf)

    assert moves(journal) == [
        ("edited", 5, 0, 5, 0),
        ("reserved", 0, 1, 5, 1),
        ("reserved", 0, 1, 5, 2),
        ("reserved", 0, 1, 5, 3),
        ("sold", -1, -1, 4, 2),
        ("released", 0, -1, 4, 1),
        ("sold", -1, -1, 3, 0),
        ("put_back", 1, 0, 4, 0),
        ("adjusted", 6, 0, 10, 0),
        ("counted", -1, 0, 9, 0),
    ]
    orders = [str(one.order_id) for one in (kept, dropped, returned, kept, dropped, returned, returned)]
    assert [entry["cause"] for entry in journal[1:8]] == orders
    assert shelf(await level_of(room, coop, loaf)) == (9, 0, 9)
    assert await discrepancies(room.database) == []


async def test_an_import_is_named_and_one_that_says_the_same_says_nothing(room: Room) -> None:
    coop = await room.coop()
    sheet = "id,title,price,stock\nrye,Rye,4.50,7\n"
    first = await room.imported(coop, sheet)
    await room.imported(coop, sheet)
    second = await room.imported(coop, sheet.replace(",7", ",9"))
    [product] = (await room.get(coop.staff, "/api/v1/products", coop_id=str(coop.id)))["items"]

    journal = await journal_of(room, coop, product)

    assert moves(journal) == [("imported", 7, 0, 7, 0), ("imported", 2, 0, 9, 0)]
    assert [entry["cause"] for entry in journal] == [first["id"], second["id"]]


async def test_goods_that_stop_being_counted_keep_a_journal_that_adds_up(room: Room) -> None:
    coop = await room.coop()
    loaf = await room.made(coop, stock=5)
    held = placed(line(loaf))
    await deliver(room.worker, held)
    body = form(
        coop, "Rye loaf", variants=[{"id": variant_of(loaf), "price": loaf["variants"][0]["price"], "stock": None}]
    )
    await coop.staff.put(f"/api/v1/products/{loaf['id']}", json=body, headers={"If-Match": "*"})
    await deliver(room.worker, paid(held))

    assert moves(await journal_of(room, coop, loaf))[2:] == [("edited", -5, 0, None, 1), ("sold", 0, -1, None, 0)]
    assert await discrepancies(room.database) == []


async def test_orders_of_one_batch_each_have_their_entry(room: Room) -> None:
    coop = await room.coop()
    loaf = await room.made(coop, stock=9)
    orders = [placed(line(loaf, quantity)) for quantity in (1, 2, 3)]

    await deliver(room.worker, *orders)
    await deliver(room.worker, *map(paid, orders))

    journal = moves(await journal_of(room, coop, loaf))
    assert sorted(entry[2] for entry in journal[1:4]) == [1, 2, 3]
    assert [entry[4] for entry in journal[1:4]][-1] == 6
    assert journal[-1][3:] == (3, 0)
    for before, after in itertools.pairwise(journal):
        assert (before[3] or 0) + after[1] == after[3]
        assert before[4] + after[2] == after[4]


async def test_the_journal_is_read_page_by_page_and_by_staff_alone(room: Room) -> None:
    coop = await room.coop()
    loaf = await room.made(coop, stock=1)
    for _ in range(4):
        await told(coop.staff, loaf, change=1)
    url = f"{STOCK}/{variant_of(loaf)}/journal"

    first = await room.get(coop.staff, url, limit=3)
    second = await room.get(coop.staff, url, limit=3, cursor=first["next_cursor"])

    assert [entry["on_hand"] for entry in first["items"] + second["items"]] == [5, 4, 3, 2, 1]
    assert second["next_cursor"] is None
    stranger = room.connect(Caller(id=uuid4(), kind="account"))
    assert (await stranger.get(url)).status_code == 404


class Silent(Shelf):
    """The journal taken away from reservations."""

    take_sql = TAKE.format(guard="", write="SELECT 1")


async def test_bundles_tills_and_sales_racing_leave_a_journal_that_adds_up(room: Room) -> None:
    await _race(room, Shelf())

    assert await discrepancies(room.database) == []


async def test_without_the_journal_the_same_race_is_found_out(room: Room) -> None:
    """The negative control: the check above looks, and the entries are what it sees."""
    await _race(room, Silent())

    assert len(await discrepancies(room.database)) == 2


async def test_a_level_changed_behind_the_journals_back_is_named(room: Room) -> None:
    loaf = await room.made(await room.coop(), stock=5)
    async with room.database.transaction() as session:
        await session.execute(text("UPDATE variants SET on_hand = 6"))

    [wrong] = await discrepancies(room.database)

    assert str(wrong).startswith(f"variant {variant_of(loaf)} has 6 on the shelf and 0 reserved; its journal says 5")


async def bundle_of(coop: CoopHere, title: str, *parts: tuple[dict[str, Any], int]) -> dict[str, Any]:
    made_of = [{"variant_id": variant_of(product), "quantity": quantity} for product, quantity in parts]
    variant = {"price": {"amount": 900, "currency": "EUR"}, "parts": made_of}
    answer = await coop.staff.post("/api/v1/products", json=form(coop, title, variants=[variant]))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def _race(room: Room, guard: Shelf) -> None:
    """Orders of loaves, buns and a bundle of both are placed, paid and cancelled while tills count and adjust."""
    coop = await room.coop()
    loaf, bun = await room.made(coop, "Loaf", stock=40), await room.made(coop, "Bun", stock=60)
    box = await bundle_of(coop, "Box", (loaf, 1), (bun, 2))
    stock, crowd, dice = Stock(guard), asyncio.Semaphore(6), random.Random(4)

    async def buy() -> None:
        order = placed(*(line(one) for one in dice.sample([loaf, bun, box], 2)))
        async with crowd:
            async with room.database.transaction() as session:
                await stock.reserve(session, [OrderPlaced.model_validate(order.model_dump())])
            await deliver(room.worker, dice.choice([paid, cancelled])(order))

    async def till() -> None:
        product = dice.choice([loaf, bun])
        async with crowd:
            level = await level_of(room, coop, product)
            await told(coop.staff, product, count=level["on_hand"] + 1, version=level["version"])
            await told(coop.staff, product, change=-1)

    await asyncio.gather(*(buy() for _ in range(30)), *(till() for _ in range(10)))
    left = [placed(line(one)) for one in (loaf, bun)]
    async with room.database.transaction() as session:
        await stock.reserve(session, [OrderPlaced.model_validate(one.model_dump()) for one in left])
