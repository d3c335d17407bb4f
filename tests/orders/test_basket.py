"""Baskets: what is in them, at today's prices, and why something cannot be bought any more."""

from typing import Any
from uuid import uuid4

import pytest

from chassis.auth import Caller
from tests.orders.conftest import Goods, Room, Shopper, ok, problem
from tests.orders.heard import CoopPaused, CoopResumed, CoopSuspended, ProductPublished, ProductWithdrawn, Variant


def eur(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


async def test_an_empty_basket_goes_to_the_marketplaces_own_country(shopper: Shopper) -> None:
    basket = await shopper.basket()

    assert basket["country"] == "GB"
    assert basket["lines"] == basket["consignments"] == []
    assert basket["total"] == eur(0)
    assert not basket["can_checkout"]


async def test_a_basket_of_two_coops_has_two_consignments_and_one_total(
    shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    await shopper.put_in(bread, 2)
    basket = await shopper.put_in(honey)

    assert [part["coop"]["name"] for part in basket["consignments"]] == ["Sunrise Bakers", "The Hive"]
    assert [part["goods"] for part in basket["consignments"]] == [eur(900), eur(800)]
    assert [part["delivery"] for part in basket["consignments"]] == [eur(500), eur(390)]
    assert (basket["goods"], basket["delivery"], basket["total"]) == (eur(1700), eur(890), eur(2590))
    assert basket["can_checkout"]
    assert await shopper.basket() == basket


async def test_putting_the_same_in_again_adds_up(shopper: Shopper, bread: Goods) -> None:
    await shopper.put_in(bread, 2)
    basket = await shopper.put_in(bread, 3)

    assert [line["quantity"] for line in basket["lines"]] == [5]


async def test_a_quantity_can_be_set_and_zero_takes_the_line_out(shopper: Shopper, bread: Goods) -> None:
    await shopper.put_in(bread)
    path = f"/api/v1/basket/lines/{bread.variant_id}"

    assert ok(await shopper.client.put(path, json={"quantity": 7}))["lines"][0]["quantity"] == 7
    assert ok(await shopper.client.put(path, json={"quantity": 0}))["lines"] == []
    assert ok(await shopper.client.delete(path))["lines"] == []


@pytest.mark.parametrize("quantity", [0, -1, 100, 10**30, 1.5, "2", None, True])
async def test_a_quantity_that_is_none_is_refused(shopper: Shopper, bread: Goods, quantity: object) -> None:
    response = await shopper.client.post(
        "/api/v1/basket/lines", json={"variant_id": str(bread.variant_id), "quantity": quantity}
    )

    answer = problem(response, 422, "invalid")
    assert [error["field"] for error in answer["errors"]] == ["quantity"]
    assert (await shopper.basket())["lines"] == []


async def test_adding_up_to_more_than_99_is_refused_and_changes_nothing(shopper: Shopper, bread: Goods) -> None:
    await shopper.put_in(bread, 98)

    response = await shopper.client.post(
        "/api/v1/basket/lines", json={"variant_id": str(bread.variant_id), "quantity": 2}
    )

    problem(response, 422, "quantity_too_large")
    assert (await shopper.basket())["lines"][0]["quantity"] == 98


async def test_unknown_goods_are_refused(shopper: Shopper) -> None:
    line = {"variant_id": str(uuid4()), "quantity": 1}

    problem(await shopper.client.post("/api/v1/basket/lines", json=line), 404, "unknown_variant")
    problem(await shopper.client.put(f"/api/v1/basket/lines/{uuid4()}", json={"quantity": 1}), 404, "unknown_variant")
    problem(await shopper.client.put("/api/v1/basket/lines/bread", json={"quantity": 1}), 422, "invalid")


async def test_a_basket_holds_a_hundred_different_goods(room: Room, shopper: Shopper, bread: Goods) -> None:
    variants = [Variant(variant_id=uuid4(), price=100) for _ in range(101)]
    await room.hear(ProductPublished(product_id=uuid4(), coop_id=bread.coop_id, variants=variants))
    *first, last = variants
    for variant in first:
        line = {"variant_id": str(variant.variant_id), "quantity": 1}
        ok(await shopper.client.post("/api/v1/basket/lines", json=line))

    line = {"variant_id": str(last.variant_id), "quantity": 1}
    problem(await shopper.client.post("/api/v1/basket/lines", json=line), 409, "basket_full")
    more = {"variant_id": str(first[0].variant_id), "quantity": 1}
    assert len(ok(await shopper.client.post("/api/v1/basket/lines", json=more))["lines"]) == 100


async def test_a_withdrawn_product_stays_in_the_basket_and_says_so(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    await shopper.put_in(bread)
    await shopper.put_in(honey)
    await room.hear(
        ProductWithdrawn(product_id=bread.product_id, coop_id=bread.coop_id, variant_ids=[bread.variant_id])
    )

    basket = await shopper.basket()

    assert [line["problem"] for line in basket["lines"]] == ["withdrawn", None]
    assert [(part["goods"], part["delivery"]) for part in basket["consignments"]] == [
        (eur(0), eur(0)),
        (eur(800), eur(390)),
    ]
    assert basket["consignments"][0]["lines"] == [str(bread.variant_id)]
    assert basket["total"] == eur(800 + 390)
    assert not basket["can_checkout"]
    line = {"variant_id": str(bread.variant_id), "quantity": 1}
    problem(await shopper.client.post("/api/v1/basket/lines", json=line), 409, "not_for_sale")
    path = f"/api/v1/basket/lines/{bread.variant_id}"
    problem(await shopper.client.put(path, json={"quantity": 2}), 409, "not_for_sale")
    assert ok(await shopper.client.put(path, json={"quantity": 0}))["can_checkout"]


async def test_goods_of_a_suspended_coop_say_so(room: Room, shopper: Shopper, bread: Goods, honey: Goods) -> None:
    await shopper.put_in(bread)
    await room.hear(CoopSuspended(coop_id=bread.coop_id))
    await room.hear(CoopSuspended(coop_id=honey.coop_id))

    basket = await shopper.basket()

    assert [line["problem"] for line in basket["lines"]] == ["coop_unavailable"]
    assert not basket["can_checkout"]
    line = {"variant_id": str(honey.variant_id), "quantity": 1}
    problem(await shopper.client.post("/api/v1/basket/lines", json=line), 409, "coop_unavailable")


async def test_goods_of_a_coop_on_holiday_say_when_it_is_back_and_sell_again_then(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    await shopper.put_in(bread)
    for goods in (bread, honey):
        await room.hear(CoopPaused(coop_id=goods.coop_id))

    basket = await shopper.basket()

    assert [(line["problem"], line["back_on"]) for line in basket["lines"]] == [("coop_paused", "2027-01-04")]
    assert not basket["can_checkout"]
    line = {"variant_id": str(honey.variant_id), "quantity": 1}
    refused = await shopper.client.post("/api/v1/basket/lines", json=line)
    problem(refused, 409, "coop_paused")
    assert refused.json()["until"] == "2027-01-04"

    for goods in (bread, honey):
        await room.hear(CoopResumed(coop_id=goods.coop_id))
    assert ok(await shopper.client.post("/api/v1/basket/lines", json=line))["can_checkout"]


async def test_goods_priced_in_another_currency_are_not_for_sale(room: Room, shopper: Shopper, bread: Goods) -> None:
    variant = Variant(variant_id=uuid4(), price=100)
    await room.hear(ProductPublished(product_id=uuid4(), coop_id=bread.coop_id, variants=[variant], currency="USD"))

    line = {"variant_id": str(variant.variant_id), "quantity": 1}
    problem(await shopper.client.post("/api/v1/basket/lines", json=line), 409, "not_for_sale")


async def test_goods_dearer_than_a_card_can_pay_are_not_for_sale_and_the_dearest_basket_can_be_summed(
    room: Room, shopper: Shopper, bread: Goods
) -> None:
    dear = [Variant(variant_id=uuid4(), price=price) for price in (10**13, 99_999_999)]
    await room.hear(ProductPublished(product_id=uuid4(), coop_id=bread.coop_id, variants=dear))
    lines = [{"variant_id": str(variant.variant_id), "quantity": 99} for variant in dear]

    problem(await shopper.client.post("/api/v1/basket/lines", json=lines[0]), 409, "not_for_sale")
    basket = ok(await shopper.client.post("/api/v1/basket/lines", json=lines[1]))

    assert basket["goods"] == eur(99 * 99_999_999)


async def test_delivery_follows_the_country_and_a_coop_may_not_go_there(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    await room.deliver_for(bread.coop_id, {"GB": 300, "*": 1200})
    await room.deliver_for(honey.coop_id, {"GB": 200})
    await shopper.put_in(bread)
    await shopper.put_in(honey)

    at_home = await shopper.basket()
    abroad = ok(await shopper.client.put("/api/v1/basket", json={"country": "FR"}))

    assert [part["delivery"] for part in at_home["consignments"]] == [eur(300), eur(200)]
    assert abroad["country"] == "FR"
    assert [(part["delivery"], part["delivers"]) for part in abroad["consignments"]] == [
        (eur(1200), True),
        (None, False),
    ]
    assert not abroad["can_checkout"]


@pytest.mark.parametrize("country", ["XX", "gb", "GBR", "", "*", None, 3])
async def test_a_country_that_is_none_is_refused(shopper: Shopper, country: object) -> None:
    problem(await shopper.client.put("/api/v1/basket", json={"country": country}), 422, "invalid")


async def test_baskets_are_their_owners_alone(room: Room, shopper: Shopper, bread: Goods) -> None:
    await shopper.put_in(bread)

    assert (await (await room.shopper()).basket())["lines"] == []


async def test_without_a_session_there_is_no_basket(room: Room) -> None:
    nobody = await room.client(Caller())
    problem(await nobody.get("/api/v1/basket"), 401, "sign_in_required")
