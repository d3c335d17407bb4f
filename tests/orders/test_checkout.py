"""Checkout: a basket becomes an order at our own prices, once, or nothing happens and the shopper is told why."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.testing import deliver, failures
from tests.orders.conftest import ADDRESS, Goods, Room, Shopper, later, problem
from tests.orders.heard import (
    CoopSuspended,
    ProductPublished,
    ProductWithdrawn,
    StockRejected,
    StockReserved,
    Variant,
    captured,
)


def eur(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


async def test_an_order_is_placed_at_once_and_told_with_its_amounts(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    await shopper.put_in(bread, 2)
    await shopper.put_in(honey)

    order = await shopper.place()

    assert (order["state"], order["total"]) == ("placed", eur(2590))
    assert (order["can_pay"], order["can_cancel"]) == (False, False)
    assert [part["coop"]["slug"] for part in order["consignments"]] == ["sunrise", "hive"]
    assert order["consignments"][0]["lines"][0]["line_total"] == eur(900)
    [(name, placed)] = await room.told()
    assert name == "OrderPlaced"
    assert placed["order_id"] == order["id"]
    assert (placed["buyer_id"], placed["version"], placed["total"]) == (str(shopper.id), 1, 2590)
    assert [(part["goods"], part["delivery"]) for part in placed["consignments"]] == [(900, 500), (800, 390)]
    assert placed["consignments"][0]["lines"] == [
        {"variant_id": str(bread.variant_id), "product_id": str(bread.product_id), "quantity": 2, "unit_price": 450}
    ]
    assert await shopper.see(order) == order


async def test_facts_carry_nothing_personal(room: Room, shopper: Shopper, bread: Goods) -> None:
    order = await shopper.paid(bread)
    await shopper.cancel(order)

    told = str(await room.told())
    for personal in ("Ada", "example.org", "Toad Lane", "Rochdale", "OL12"):
        assert personal not in told


async def test_the_same_key_twice_is_one_order(room: Room, shopper: Shopper, bread: Goods) -> None:
    await shopper.put_in(bread)

    first, second = [await shopper.try_to_place(key="k") for _ in range(2)]

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert len(await room.told()) == 1


async def test_two_clicks_at_the_same_moment_are_one_order(room: Room, shopper: Shopper, bread: Goods) -> None:
    basket = await shopper.put_in(bread)

    answers = await asyncio.gather(*(shopper.try_to_place(key="k", total=basket["total"]) for _ in range(5)))

    assert {answer.json()["id"] for answer in answers} == {answers[0].json()["id"]}
    assert len(await room.told()) == 1


async def test_a_key_used_again_with_another_body_is_refused(room: Room, shopper: Shopper, bread: Goods) -> None:
    await shopper.put_in(bread)
    await shopper.try_to_place(key="k")

    problem(await shopper.try_to_place(key="k", name="Eve"), 409, "idempotency_key_reused")
    assert len(await room.told()) == 1


async def test_a_key_is_needed(shopper: Shopper, bread: Goods) -> None:
    basket = await shopper.put_in(bread)
    body = {"email": "ada@example.org", "name": "Ada", "address": ADDRESS, "total": basket["total"]}

    problem(await shopper.client.post("/api/v1/orders", json=body), 400, "idempotency_key_missing")


async def test_the_key_of_one_shopper_means_nothing_to_another(room: Room, shopper: Shopper, bread: Goods) -> None:
    other = await room.shopper()
    await shopper.put_in(bread)
    await other.put_in(bread)

    first, second = await shopper.try_to_place(key="k"), await other.try_to_place(key="k")

    assert first.json()["id"] != second.json()["id"]


async def test_a_price_that_changed_is_told_before_anything_is_placed(
    room: Room, shopper: Shopper, bread: Goods
) -> None:
    shown = (await shopper.put_in(bread))["total"]
    variant = Variant(variant_id=bread.variant_id, price=500)
    await room.hear(ProductPublished(product_id=bread.product_id, coop_id=bread.coop_id, variants=[variant], version=2))

    answer = problem(await shopper.try_to_place(total=shown, key="k"), 409, "price_changed")

    assert (answer["goods"], answer["delivery"], answer["total"]) == (eur(500), eur(500), eur(1000))
    assert await room.told() == []
    assert len((await shopper.basket())["lines"]) == 1
    assert (await shopper.try_to_place(total=answer["total"], key="another")).status_code == 201


async def test_a_total_made_up_by_the_browser_is_refused(room: Room, shopper: Shopper, bread: Goods) -> None:
    await shopper.put_in(bread)

    for amount in (0, 1, -950, 949, 951):
        problem(await shopper.try_to_place(total=eur(amount)), 409, "price_changed")
    problem(await shopper.try_to_place(total={"amount": 950, "currency": "USD"}), 422, "wrong_currency")
    assert await room.told() == []


async def test_another_country_on_the_form_prices_the_delivery_there(
    room: Room, shopper: Shopper, bread: Goods
) -> None:
    await room.deliver_for(bread.coop_id, {"GB": 300, "FR": 900})
    await shopper.put_in(bread)

    answer = problem(await shopper.try_to_place(address={**ADDRESS, "country": "FR"}), 409, "price_changed")
    assert answer["delivery"] == eur(900)
    answer = problem(await shopper.try_to_place(address={**ADDRESS, "country": "IT"}), 409, "does_not_deliver")
    assert answer["coops"] == [str(bread.coop_id)]


async def test_an_empty_basket_cannot_be_ordered(shopper: Shopper) -> None:
    problem(await shopper.try_to_place(), 409, "basket_empty")


async def test_a_basket_with_stale_lines_cannot_be_ordered(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    await shopper.put_in(bread)
    await shopper.put_in(honey)
    await room.hear(
        CoopSuspended(coop_id=honey.coop_id),
        ProductWithdrawn(product_id=bread.product_id, coop_id=bread.coop_id, variant_ids=[bread.variant_id]),
    )

    answer = problem(await shopper.try_to_place(), 409, "basket_stale")

    assert answer["lines"] == [
        {"variant_id": str(bread.variant_id), "problem": "withdrawn"},
        {"variant_id": str(honey.variant_id), "problem": "coop_unavailable"},
    ]
    assert await room.told() == []


@pytest.mark.parametrize(("price", "quantity"), [(0, 1), (49, 1), (99_999_999, 2)])
async def test_a_total_that_no_card_can_pay_is_refused_before_anything_is_promised(
    room: Room, shopper: Shopper, price: int, quantity: int
) -> None:
    goods = await room.sell(await room.open_coop("gifts", "Gifts", delivery=0), price=price)
    await shopper.put_in(goods, quantity)

    answer = problem(await shopper.try_to_place(), 409, "total_out_of_bounds")

    assert (answer["least"], answer["most"]) == (eur(50), eur(99_999_999))
    assert await room.told() == []


async def test_what_costs_nothing_can_be_ordered_beside_what_does(room: Room, shopper: Shopper, bread: Goods) -> None:
    sample = await room.sell(await room.open_coop("gifts", "Gifts", delivery=0), price=0)

    order = await shopper.order_of(sample, bread)

    assert order["total"] == eur(950)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("email", {"email": "ada"}),
        ("email", {"email": ""}),
        ("email", {"email": "ada@example.org\nBcc: all@example.org"}),
        ("email", {"email": "a" * 300 + "@example.org"}),
        ("name", {"name": "  "}),
        ("name", {"name": "A\x00da"}),
        ("name", {"name": "x" * 201}),
        ("name", {"name": None}),
        ("address.country", {"address": {**ADDRESS, "country": "XX"}}),
        ("address.city", {"address": {name: value for name, value in ADDRESS.items() if name != "city"}}),
        ("total.amount", {"total": {"amount": 9.5, "currency": "EUR"}}),
        ("total.amount", {"total": {"amount": "950", "currency": "EUR"}}),
        ("total.currency", {"total": {"amount": 950, "currency": "euro"}}),
        ("total", {"total": 950}),
        ("discount", {"discount": 100}),
    ],
)
async def test_a_form_with_a_mistake_names_the_field(
    shopper: Shopper, bread: Goods, field: str, changes: dict[str, Any]
) -> None:
    await shopper.put_in(bread)

    answer = problem(await shopper.try_to_place(**changes), 422, "invalid")

    assert [error["field"] for error in answer["errors"]] == [field]


async def test_half_a_character_is_refused(shopper: Shopper) -> None:
    body = b'{"email": "ada@example.org", "name": "\\ud800", "address": {"line1": "\\udfff"}}'
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}

    problem(await shopper.client.post("/api/v1/orders", content=body, headers=headers), 422, "invalid")


async def test_reserved_goods_wait_for_payment_and_leave_the_basket(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    await shopper.put_in(bread, 2)
    order = await shopper.place()
    await shopper.put_in(bread, 1)
    await shopper.put_in(honey)

    await room.reserve(order["id"])

    seen = await shopper.see(order)
    assert (seen["state"], seen["can_pay"], seen["can_cancel"]) == ("awaiting_payment", True, True)
    assert datetime.fromisoformat(seen["expires_at"]) == room.now + timedelta(minutes=30)
    left = {line["variant_id"]: line["quantity"] for line in (await shopper.basket())["lines"]}
    assert left == {str(bread.variant_id): 1, str(honey.variant_id): 1}
    name, awaiting = (await room.told())[-1]
    assert name == "OrderAwaitingPayment"
    assert (awaiting["total"], awaiting["version"]) == (1400, 2)
    assert [part["goods"] for part in awaiting["consignments"]] == [900]


async def test_a_run_of_reservations_is_handled_together(room: Room, bread: Goods) -> None:
    shoppers = [await room.shopper() for _ in range(5)]
    orders = [await shopper.order_of(bread) for shopper in shoppers]
    await room.hear(*(StockReserved(order_id=UUID(order["id"])) for order in reversed(orders)))

    assert {(await shopper.see(order))["state"] for shopper, order in zip(shoppers, orders, strict=True)} == {
        "awaiting_payment"
    }
    assert [await shopper.basket() for shopper in shoppers if (await shopper.basket())["lines"]] == []


async def test_a_rejected_order_says_which_lines_and_keeps_the_basket(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    await shopper.put_in(bread, 5)
    await shopper.put_in(honey)
    order = await shopper.place()

    await room.hear(
        StockRejected(
            order_id=UUID(order["id"]),
            reasons=[
                {"variant_id": str(bread.variant_id), "reason": "short", "available": 3, "price": None},
                {"variant_id": str(honey.variant_id), "reason": "price", "available": None, "price": 900},
            ],
        )
    )

    seen = await shopper.see(order)
    assert (seen["state"], seen["cancel_reason"], seen["can_pay"]) == ("cancelled", "rejected", False)
    assert [(one["title"], one["reason"], one["available"], one["price"]) for one in seen["rejections"]] == [
        ("Rye bread", "short", 3, None),
        ("Honey", "price", None, eur(900)),
    ]
    assert len((await shopper.basket())["lines"]) == 2
    name, cancelled = (await room.told())[-1]
    assert (name, cancelled["reason"], cancelled["was_paid"]) == ("OrderCancelled", "rejected", False)


async def test_an_order_is_paid_once_however_often_it_is_told(room: Room, shopper: Shopper, bread: Goods) -> None:
    order = await shopper.awaiting(bread)

    await room.hear(captured(UUID(order["id"]), 950), captured(UUID(order["id"]), 950))
    await room.pay(order)

    seen = await shopper.see(order)
    assert (seen["state"], seen["can_cancel"], seen["can_pay"]) == ("paid", True, False)
    assert [part["state"] for part in seen["consignments"]] == ["to_pack"]
    assert [name for name, _ in await room.told()] == ["OrderPlaced", "OrderAwaitingPayment", "OrderPaid"]
    await room.do_tasks()
    assert len(room.mails.letters) == 1


async def test_news_of_an_order_nobody_knows_is_parked(room: Room) -> None:
    await deliver(room.worker, captured(uuid4(), 950))

    assert len(await failures(room.database)) == 1


async def test_what_was_sold_stays_as_it_was_sold(room: Room, shopper: Shopper, bread: Goods) -> None:
    order = await shopper.order_of(bread)
    await room.hear(
        ProductPublished(
            product_id=bread.product_id,
            coop_id=bread.coop_id,
            title="Renamed",
            variants=[Variant(variant_id=bread.variant_id, price=1)],
            version=2,
        )
    )
    later(room, minutes=1)

    line = (await shopper.see(order))["consignments"][0]["lines"][0]
    assert (line["title"], line["unit_price"]) == ("Rye bread", eur(450))
