"""What becomes of an order when none is left: refused, owed, or made; and bundles, which are their parts."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.testing import deliver
from services.catalog.inbound import OrderPlaced
from services.catalog.stock.check import discrepancies
from services.catalog.stock.journal import WRITE_MOVES
from services.catalog.stock.policy import StockPolicy
from services.catalog.stock.reserving import Stock
from services.catalog.stock.shelf import TAKE, OnShelf, Shelf
from tests.catalog.conftest import CoopHere, Room, form
from tests.catalog.heard import cancelled, line, paid, placed
from tests.catalog.test_stock import answers
from tests.catalog.test_stock_journal import bundle_of, moves
from tests.catalog.tills import euros, journal_of, level_of, shelf, told, variant_of

DAY = "2099-01-31"  # A day that has passed promises nothing.


async def offered(coop: CoopHere, **variant: Any) -> dict[str, Any]:
    body = form(coop, "Loaf", variants=[{"price": euros(450), **variant}])
    answer = await coop.staff.post("/api/v1/products", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def shown(room: Room, product: dict[str, Any]) -> dict[str, Any]:
    found = await room.get(room.nobody, f"/api/v1/products/{product['id']}")
    return dict(found["variants"][0])


async def test_back_orders_are_promised_below_zero_and_named(room: Room, coop: CoopHere) -> None:
    loaf = await offered(coop, stock=1, policy="back_order", available_from=DAY)
    there, owed = placed(line(loaf)), placed(line(loaf, 2))

    await deliver(room.worker, there)
    await deliver(room.worker, owed)

    found = await answers(room)
    assert "back_ordered" not in found[there.key]
    assert found[owed.key]["back_ordered"] == [variant_of(loaf)]
    told_now = await shown(room, loaf)
    assert (told_now["availability"], told_now["available"], told_now["in_stock"]) == ("back_order", 0, False)
    assert told_now["available_from"] == DAY
    await room.settled()
    [hit] = (await room.search())["hits"]
    assert (hit["in_stock"], hit["back_order"]) == (False, True)


async def test_what_comes_in_is_owed_first(room: Room, coop: CoopHere) -> None:
    loaf = await offered(coop, stock=0, policy="back_order")
    order = placed(line(loaf, 3))
    await deliver(room.worker, order)
    await deliver(room.worker, paid(order))
    level = await level_of(room, coop, loaf)
    assert shelf(level) == (-3, 0, 0)

    answer = await told(coop.staff, loaf, count=10, version=level["version"])

    assert shelf(answer.json()) == (7, 0, 7)
    assert moves(await journal_of(room, coop, loaf))[-1] == ("counted", 10, 0, 7, 0)
    assert await discrepancies(room.database) == []


async def test_the_day_and_the_policy_are_published_and_only_with_a_policy(room: Room, coop: CoopHere) -> None:
    await offered(coop, stock=0, policy="back_order", available_from=DAY)
    await offered(coop, stock=None, policy="made_to_order", lead_days=14)
    await offered(coop, stock=3)

    facts: list[Any] = await room.facts("catalog.products")
    first, second, third = [fact.data["variants"][0] for fact in facts]

    assert (first["policy"], first["available_from"]) == ("back_order", DAY)
    assert (second["policy"], second["lead_days"]) == ("made_to_order", 14)
    assert third.keys().isdisjoint({"policy", "available_from", "lead_days"})


async def test_what_is_made_to_order_is_never_counted(room: Room, coop: CoopHere) -> None:
    loaf = await offered(coop, stock=7, policy="made_to_order", lead_days=14)
    await deliver(room.worker, placed(line(loaf, 50)))
    await room.settled()

    now = await shown(room, loaf)
    assert (now["availability"], now["available"], now["lead_days"]) == ("made_to_order", None, 14)
    assert (await room.search(in_stock=True))["total"] == 1


@pytest.mark.parametrize(
    ("variant", "code"),
    [
        ({"policy": "made_to_order"}, "no_lead_time"),
        ({"policy": "bundle"}, "no_parts"),
        ({"policy": "whenever"}, "invalid"),
        ({"lead_days": 0}, "invalid"),
        ({"parts": [{"variant_id": "019505b5-0000-7000-8000-000000000000"}]}, "not_a_part"),
    ],
)
async def test_half_a_policy_is_refused(room: Room, coop: CoopHere, variant: dict[str, Any], code: str) -> None:
    body = form(coop, "Loaf", variants=[{"price": euros(450), **variant}])

    answer = await coop.staff.post("/api/v1/products", json=body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_policy_that_is_not_told_stays(room: Room, coop: CoopHere) -> None:
    loaf = await offered(coop, stock=0, policy="back_order", available_from=DAY)
    body = form(coop, "Loaf", variants=[{"id": variant_of(loaf), "price": euros(460)}])

    await coop.staff.put(f"/api/v1/products/{loaf['id']}", json=body, headers={"If-Match": "*"})

    assert ((await shown(room, loaf))["policy"], (await shown(room, loaf))["available_from"]) == ("back_order", DAY)


FILES: dict[str, tuple[str, list[tuple[str, str | None, int | None]]]] = {
    "shopify": (
        (
            "Handle,Title,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price\n"
            "a,A,shopify,0,continue,4.50\nb,B,shopify,0,deny,4.50\n"
        ),
        [("back_order", None, None), ("deny", None, None)],
    ),
    "shopify, new header": (
        (
            "Title,URL handle,Inventory tracker,Inventory quantity,Continue selling when out of stock,Price\n"
            "A,a,shopify,0,continue,4.50\nB,b,shopify,0,DENY,4.50\n"
        ),
        [("back_order", None, None), ("deny", None, None)],
    ),
    "woocommerce": (
        (
            "ID,Type,SKU,Name,Published,In stock?,Stock,Backorders allowed?,Regular price\n"
            "1,simple,a,A,1,1,0,notify,4.50\n2,simple,b,B,1,1,0,0,4.50\n3,simple,c,C,1,backorder,,1,4.50\n"
        ),
        [("back_order", None, None), ("deny", None, None), ("back_order", None, None)],
    ),
    "google": (
        (
            "id,title,link,availability,availability_date,price\n"
            f"a,A,https://a.coop/,backorder,{DAY}T08:00+0100,4.50 EUR\nb,B,https://a.coop/,out_of_stock,,4.50 EUR\n"
        ),
        [("back_order", DAY, None), ("deny", None, None)],
    ),
    "our own": (
        (
            "id,title,price,stock,policy,available_from,lead_days\n"
            f"a,A,4.50,0,back_order,{DAY},\nb,B,4.50,0,,,\nc,C,4.50,,made_to_order,,14\n"
        ),
        [("back_order", DAY, None), ("deny", None, None), ("made_to_order", None, 14)],
    ),
}


@pytest.mark.parametrize("name", FILES)
async def test_files_say_what_is_sold_ahead(room: Room, coop: CoopHere, name: str) -> None:
    content, policies = FILES[name]
    report = await room.imported(coop, content)

    assert (report["rows_rejected"], report["products_created"]) == (0, len(policies)), report
    page = await room.get(coop.staff, "/api/v1/products", coop_id=str(coop.id))
    found = {one["title"]: one["variants"][0] for one in page["items"]}
    assert [(one["policy"], one["available_from"], one["lead_days"]) for _, one in sorted(found.items())] == policies


async def test_a_day_that_staff_gave_outlives_files_that_know_none(room: Room, coop: CoopHere) -> None:
    content = FILES["shopify"][0]
    await room.imported(coop, content)
    page = await room.get(coop.staff, "/api/v1/products", coop_id=str(coop.id))
    product = next(one for one in page["items"] if one["title"] == "A")
    variant = {"id": variant_of(product), "price": euros(450), "policy": "back_order", "available_from": DAY}
    body = form(coop, "A", variants=[variant])
    await coop.staff.put(f"/api/v1/products/{product['id']}", json=body, headers={"If-Match": "*"})

    await room.imported(coop, content.replace("a,A,shopify,0,continue,4.50", "a,A,shopify,0,continue,4.60"))

    now = await shown(room, product)
    assert (now["price"]["amount"], now["available_from"]) == (460, DAY)


async def test_a_bundle_is_as_many_as_its_scarcest_part_allows(room: Room, coop: CoopHere) -> None:
    loaf, bun = await room.made(coop, "Loaf", stock=9), await room.made(coop, "Bun", stock=5)
    box = await bundle_of(coop, "Box", (loaf, 1), (bun, 2))

    assert (await shown(room, box))["available"] == 2
    assert {(part["title"], part["quantity"]) for part in (await shown(room, box))["parts"]} == {
        ("Loaf", 1),
        ("Bun", 2),
    }
    await deliver(room.worker, placed(line(box, 2)))

    assert (await room.available(loaf), await room.available(bun), await room.available(box)) == (7, 1, 0)
    assert moves(await journal_of(room, coop, bun))[-1] == ("reserved", 0, 4, 5, 4)


async def test_a_bundle_and_its_part_in_one_basket_are_summed(room: Room, coop: CoopHere) -> None:
    loaf = await room.made(coop, "Loaf", stock=3)
    box = await bundle_of(coop, "Box", (loaf, 2))
    order = placed(line(box), line(loaf, 2))

    await deliver(room.worker, order)

    reasons = (await answers(room))[order.key]["reasons"]
    assert {one["variant_id"]: (one["reason"], one["available"]) for one in reasons} == {
        variant_of(box): ("short", 1),
        variant_of(loaf): ("short", 3),
    }
    assert await room.available(loaf) == 3


class ByTheLine(OnShelf):
    """The sum taken away: every line is looked at as if it were alone."""

    def has(self, quantity: int) -> bool:
        return super().has(min(quantity, 2))


class LineByLine(Shelf):
    take_sql = TAKE.format(guard="", write=WRITE_MOVES)

    async def look(self, session: AsyncSession, variants: Sequence[UUID]) -> dict[UUID, OnShelf]:
        found = await super().look(session, variants)
        return {one: ByTheLine(*(getattr(row, name) for name in OnShelf.__slots__)) for one, row in found.items()}


async def test_without_the_sum_a_bundle_and_its_part_are_sold_twice(room: Room, coop: CoopHere) -> None:
    """The negative control: each of the two lines asks for two of three loaves, and both get them."""
    loaf = await room.made(coop, "Loaf", stock=3)
    box = await bundle_of(coop, "Box", (loaf, 2))
    order = placed(line(box), line(loaf, 2))

    async with room.database.transaction() as session:
        await Stock(LineByLine()).reserve(session, [OrderPlaced.model_validate(order.model_dump())])

    assert shelf(await level_of(room, coop, loaf)) == (3, 4, 0)


async def test_what_a_bundle_took_comes_back_as_it_went_whatever_it_is_made_of_by_then(
    room: Room, coop: CoopHere
) -> None:
    loaf, bun = await room.made(coop, "Loaf", stock=9), await room.made(coop, "Bun", stock=9)
    box = await bundle_of(coop, "Box", (loaf, 2))
    kept, dropped = placed(line(box)), placed(line(box))
    await deliver(room.worker, kept, dropped)
    variant = {"id": variant_of(box), "price": euros(900), "parts": [{"variant_id": variant_of(bun), "quantity": 1}]}
    body = form(coop, "Box", variants=[variant])
    changed = await coop.staff.put(f"/api/v1/products/{box['id']}", json=body, headers={"If-Match": "*"})
    assert changed.status_code == 200, changed.text

    await deliver(room.worker, paid(kept))
    await deliver(room.worker, cancelled(dropped))

    assert (await room.available(loaf), await room.available(bun)) == (7, 9)
    assert await discrepancies(room.database) == []


async def test_a_bundle_sells_out_and_comes_back_in_the_search_with_its_parts(room: Room, coop: CoopHere) -> None:
    loaf = await room.made(coop, "Loaf", stock=2)
    await bundle_of(coop, "Box", (loaf, 2))
    await room.settled()
    order = placed(line(loaf))

    await deliver(room.worker, order)
    await room.settled()
    assert [hit["title"] for hit in (await room.search(in_stock=True))["hits"]] == ["Loaf"]

    await deliver(room.worker, cancelled(order))
    await room.settled()
    assert (await room.search(in_stock=True))["total"] == 2


async def test_a_bundle_whose_part_is_gone_is_sold_out(room: Room, coop: CoopHere) -> None:
    sizes = [{"options": {"Size": size}, "price": euros(450), "stock": 5} for size in "SM"]
    loaf = (await coop.staff.post("/api/v1/products", json=form(coop, "Loaf", variants=sizes))).json()
    box = await bundle_of(coop, "Box", (loaf, 1))
    left = [{"id": variant_of(loaf, 1), "title": "M", "price": euros(450)}]
    body = form(coop, "Loaf", variants=left)
    await coop.staff.put(f"/api/v1/products/{loaf['id']}", json=body, headers={"If-Match": "*"})
    order = placed(line(box))

    await deliver(room.worker, order)

    assert (await shown(room, box))["available"] == 0
    assert (await answers(room))[order.key]["reasons"][0]["reason"] == "short"


async def test_a_bundle_is_no_part_and_no_other_co_ops_goods_are(room: Room, coop: CoopHere) -> None:
    loaf, theirs = await room.made(coop, "Loaf"), await room.made(await room.coop("other"), "Bun")
    box = await bundle_of(coop, "Box", (loaf, 1))

    for part in (box, theirs):
        variant = {"price": euros(900), "parts": [{"variant_id": variant_of(part)}]}
        answer = await coop.staff.post("/api/v1/products", json=form(coop, "Crate", variants=[variant]))
        assert (answer.status_code, answer.json()["code"]) == (422, "not_a_part")


class Meanwhile(Shelf):
    """Something happens between an order's being read and its goods' being looked at."""

    def __init__(self, what: Callable[[], Awaitable[None]]) -> None:
        self._what = what

    async def look(self, session: AsyncSession, variants: Sequence[UUID]) -> dict[UUID, OnShelf]:
        await self._what()
        return await super().look(session, variants)


class Uncounted(OnShelf):
    """The guard taken away: a bundle keeps no count, so that there is always enough of it."""

    def has(self, quantity: int) -> bool:
        return self.policy == StockPolicy.BUNDLE or super().has(quantity)


class Credulous(Meanwhile):
    async def look(self, session: AsyncSession, variants: Sequence[UUID]) -> dict[UUID, OnShelf]:
        found = await super().look(session, variants)
        return {one: Uncounted(*(getattr(row, name) for name in OnShelf.__slots__)) for one, row in found.items()}


@pytest.mark.parametrize(("shelf_of", "promised"), [(Meanwhile, False), (Credulous, True)])
async def test_what_becomes_a_bundle_this_moment_is_not_promised_without_its_parts(
    room: Room, coop: CoopHere, shelf_of: type[Meanwhile], promised: bool
) -> None:
    """The second is the negative control: it promises a box, and takes nothing off the shelf for it."""
    loaf, box = await room.made(coop, "Loaf", stock=0), await room.made(coop, "Box", stock=1)

    async def bundled() -> None:
        parts = [{"variant_id": variant_of(loaf), "quantity": 1}]
        body = form(coop, "Box", variants=[{"id": variant_of(box), "price": euros(450), "parts": parts}])
        answer = await coop.staff.put(f"/api/v1/products/{box['id']}", json=body, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text

    order = placed(line(box))
    async with room.database.transaction() as session:
        await Stock(shelf_of(bundled)).reserve(session, [OrderPlaced.model_validate(order.model_dump())])

    assert ("reasons" not in (await answers(room))[order.key]) == promised


async def test_two_at_once_make_no_bundle_of_a_bundle(room: Room, coop: CoopHere) -> None:
    loaf, box, crate = [await room.made(coop, title) for title in ("Loaf", "Box", "Crate")]

    async def bundled(product: dict[str, Any], part: dict[str, Any]) -> int:
        parts = [{"variant_id": variant_of(part), "quantity": 1}]
        body = form(coop, "Bundle", variants=[{"id": variant_of(product), "price": euros(450), "parts": parts}])
        url = f"/api/v1/products/{product['id']}"
        return (await coop.staff.put(url, json=body, headers={"If-Match": "*"})).status_code

    statuses = await asyncio.gather(bundled(crate, box), bundled(box, loaf))

    assert sorted(statuses) == [200, 422]
