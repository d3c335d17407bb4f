"""Levels and prices as tills tell them: right to the unit, whatever is sold meanwhile, each item by itself."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from chassis.auth import Caller
from chassis.testing import counting, deliver
from tests.catalog.conftest import CoopHere, Room, form
from tests.catalog.heard import cancelled, line, paid, placed
from tests.catalog.tills import STOCK, euros, journal_of, level_of, shelf, told, told_many, variant_of

PRODUCTS = "catalog.products"
MANY = 200


async def test_a_count_of_the_shelf_leaves_open_reservations_deducted(room: Room, coop: CoopHere) -> None:
    loaf = await room.made(coop, stock=5)
    await deliver(room.worker, placed(line(loaf, 2)))
    seen = await level_of(room, coop, loaf)

    answer = await told(coop.staff, loaf, count=8, version=seen["version"])

    assert answer.status_code == 200, answer.text
    assert shelf(answer.json()) == (8, 2, 6)
    assert answer.json()["version"] == seen["version"] + 1


async def test_a_count_from_before_a_sale_is_refused_and_told_the_level(room: Room, coop: CoopHere) -> None:
    loaf = await room.made(coop, stock=5)
    order = placed(line(loaf))
    seen = await level_of(room, coop, loaf)
    await deliver(room.worker, order)
    await deliver(room.worker, paid(order))

    answer = await told(coop.staff, loaf, count=5, version=seen["version"])

    assert answer.status_code == 409
    problem = answer.json()
    assert problem["code"] == "stale_level"
    assert problem["level"] == await level_of(room, coop, loaf)
    assert shelf(problem["level"]) == (4, 0, 4)


async def test_without_its_version_the_same_count_puts_the_sold_unit_back(room: Room, coop: CoopHere) -> None:
    """The negative control: it is the version that keeps what is sold from being sold again."""
    loaf = await room.made(coop, stock=5)
    order = placed(line(loaf))
    await deliver(room.worker, order)
    await deliver(room.worker, paid(order))

    answer = await told(coop.staff, loaf, count=5, version="*")

    assert shelf(answer.json()) == (5, 0, 5)


async def test_a_reservation_makes_no_count_stale(room: Room, coop: CoopHere) -> None:
    """What is promised still stands on the shelf, and whoever counts there counts it."""
    loaf = await room.made(coop, stock=5)
    seen = await level_of(room, coop, loaf)
    order = placed(line(loaf, 2))
    await deliver(room.worker, order)
    await deliver(room.worker, cancelled(order))
    await deliver(room.worker, placed(line(loaf)))

    answer = await told(coop.staff, loaf, count=5, version=seen["version"])

    assert shelf(answer.json()) == (5, 1, 4)


async def test_a_change_is_added_to_whatever_there_is(room: Room, coop: CoopHere) -> None:
    loaf = await room.made(coop, stock=5)
    await asyncio.gather(*(told(coop.staff, loaf, change=step) for step in (1, 2, -3, 4)))

    assert shelf(await level_of(room, coop, loaf)) == (9, 0, 9)
    refused = await told(coop.staff, loaf, change=-10)
    assert (refused.status_code, refused.json()["code"]) == (422, "below_zero")


@pytest.mark.parametrize(
    "change",
    [{}, {"count": 3}, {"count": 3, "change": 1, "version": "*"}, {"count": -1, "version": "*"}, {"change": 1.5}],
)
async def test_what_makes_no_sense_is_refused(room: Room, coop: CoopHere, change: dict[str, Any]) -> None:
    loaf = await room.made(coop, stock=5)

    answer = await told(coop.staff, loaf, **change)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert shelf(await level_of(room, coop, loaf)) == (5, 0, 5)


async def test_of_many_items_a_bad_one_costs_only_itself(room: Room, coop: CoopHere) -> None:
    loaf, free = await room.made(coop, stock=5), await room.made(coop, "Advice", stock=None)
    strange = await room.made(await room.coop("other"), "Bun")
    me = {"variant_id": variant_of(loaf)}

    answer = await told_many(
        coop,
        {**me, "count": 7, "version": 1},
        {**me, "count": 9, "version": 1},
        {**me, "change": -2},
        {"variant_id": variant_of(strange), "change": 1},
        {"variant_id": variant_of(free), "change": 1},
        "nonsense",
        {**me, "change": "two"},
        {**me, "price": {"amount": 500, "currency": "USD"}},
        {**me, "change": 0},
    )

    assert [(item["outcome"], item["code"], item["field"]) for item in answer["items"]] == [
        ("changed", None, None),
        ("refused", "stale_level", "version"),
        ("changed", None, None),
        ("refused", "no_such_variant", "variant_id"),
        ("refused", "not_counted", "change"),
        ("refused", "invalid", None),
        ("refused", "invalid", "change"),
        ("refused", "not_a_price", "price"),
        ("unchanged", None, None),
    ]
    assert answer["items"][1]["level"]["on_hand"] == 7
    assert (answer["changed"], answer["unchanged"], answer["refused"]) == (2, 1, 6)
    assert shelf(await level_of(room, coop, loaf)) == (5, 0, 5)
    assert (await level_of(room, coop, loaf))["version"] == 3


async def test_variants_go_by_the_co_ops_own_names(room: Room, coop: CoopHere) -> None:
    def size(name: str, sku: str | None) -> dict[str, Any]:
        return {"options": {"Size": name}, "sku": sku, "price": euros(3200), "stock": 1}

    variants = [size("M", "T-1"), size("L", "T-2"), size("XL", "T-2")]
    body = form(coop, "Shirt", external_id="shirt", variants=variants)
    shirt = (await coop.staff.post("/api/v1/products", json=body)).json()

    answer = await told_many(
        coop,
        {"product": "shirt", "sku": "T-1", "change": 1},
        {"product": "shirt", "options": {"Size": "xl"}, "change": 2},
        {"product": "shirt", "sku": "T-2", "change": 4},
        {"product": "trousers", "change": 4},
        {"product": "shirt", "variant_id": variant_of(shirt), "change": 4},
    )

    codes = [item["code"] for item in answer["items"]]
    assert codes == [None, None, "several_variants", "no_such_variant", "invalid"]
    page = await room.get(coop.staff, STOCK, coop_id=str(coop.id))
    assert [(one["options"], one["on_hand"]) for one in page["items"]] == [
        ({"Size": "M"}, 2), ({"Size": "L"}, 1), ({"Size": "XL"}, 3)
    ]  # fmt: skip
    assert {one["product"] for one in page["items"]} == {"shirt"}


async def test_levels_are_listed_product_by_product(room: Room, coop: CoopHere) -> None:
    goods = [await room.made(coop, f"Loaf {nth}", stock=nth) for nth in range(5)]
    first = await room.get(coop.staff, STOCK, coop_id=str(coop.id), limit=3)
    second = await room.get(coop.staff, STOCK, coop_id=str(coop.id), limit=3, cursor=first["next_cursor"])

    assert [one["on_hand"] for one in first["items"] + second["items"]] == [4, 3, 2, 1, 0]
    assert second["next_cursor"] is None
    assert goods[0]["id"] == second["items"][-1]["product_id"]


async def test_prices_publish_a_product_once_and_are_found(room: Room, coop: CoopHere) -> None:
    """However many they are: the statements do not grow with them."""
    rows = "".join(f"p{nth // 2},Loaf {nth // 2},{'ABCD'[nth % 2]},4.50,5,Size\n" for nth in range(MANY))
    sheet = "id,title,option1_value,price,stock,option1_name\n" + rows
    report = await room.imported(coop, sheet)
    assert report["products_created"] == MANY // 2, report
    before = len(await room.facts(PRODUCTS))
    named = [{"product": f"p{nth // 2}", "options": {"Size": "ABCD"[nth % 2]}} for nth in range(MANY)]

    async with counting(room.database) as few:
        await told_many(coop, *({**one, "price": euros(500)} for one in named[:2]))
    async with counting(room.database) as many:
        answer = await told_many(coop, *({**one, "price": euros(610)} for one in named))
    await room.settled()

    assert answer["changed"] == MANY
    assert len(many.sql) == len(few.sql) <= 9
    published: list[Any] = (await room.facts(PRODUCTS))[before:]
    assert len(published) == 1 + MANY // 2
    assert {one["price"] for one in published[-1].data["variants"]} == {610}
    found = await room.search("loaf", min_price=610, max_price=610)
    assert found["total"] == MANY // 2


async def test_a_former_price_that_is_not_above_the_new_one_goes(room: Room, coop: CoopHere) -> None:
    variant = {"price": euros(400), "compare_at": euros(500), "stock": 1}
    loaf = (await coop.staff.post("/api/v1/products", json=form(coop, "Loaf", variants=[variant]))).json()

    await told(coop.staff, loaf, price=euros(500))

    [shown] = (await room.get(room.nobody, f"/api/v1/products/{loaf['id']}"))["variants"]
    assert (shown["price"]["amount"], shown["compare_at"]) == (500, None)


async def test_what_is_sold_out_or_back_is_indexed_and_nothing_is_published(room: Room, coop: CoopHere) -> None:
    loaf = await room.made(coop, stock=5)
    await room.settled()
    facts = len(await room.facts(PRODUCTS))

    await told(coop.staff, loaf, count=0, version="*")
    await room.settled()
    assert (await room.search(in_stock=True))["total"] == 0
    await told(coop.staff, loaf, change=3)
    await room.settled()

    assert (await room.search(in_stock=True))["total"] == 1
    assert len(await room.facts(PRODUCTS)) == facts


async def test_a_request_sent_twice_is_carried_out_once(room: Room, coop: CoopHere) -> None:
    loaf = await room.made(coop, stock=5)
    body = {"coop_id": str(coop.id), "items": [{"variant_id": variant_of(loaf), "change": 1}]}
    key = {"Idempotency-Key": "delivery-7"}

    answers = [await coop.staff.post(STOCK, json=body, headers=key) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert len(await journal_of(room, coop, loaf)) == 2


async def test_a_tills_key_counts_and_sets_no_price(room: Room, coop: CoopHere) -> None:
    loaf = await room.made(coop, stock=5)
    scopes = frozenset({"stock:write"})
    till = room.connect(Caller(id=uuid4(), kind="key", works_for={coop.id: "key"}, scopes={coop.id: scopes}))

    counted = await told(till, loaf, count=4, version=1)
    priced = await told(till, loaf, price=euros(1))
    many = await told_many(coop, {"variant_id": variant_of(loaf), "price": euros(1)}, client=till)
    reader = room.connect(Caller(id=uuid4(), works_for={coop.id: "fulfilment"}, scopes={coop.id: frozenset()}))

    assert counted.status_code == 200
    assert (priced.status_code, priced.json()["code"]) == (403, "scope_missing")
    assert [item["code"] for item in many["items"]] == ["scope_missing"]
    assert (await told(reader, loaf, change=1)).status_code == 403
    assert (await told(room.nobody, loaf, change=1)).status_code == 404
