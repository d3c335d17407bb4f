"""Goods that are sold though they are not there: the day is told in the basket, on the order and to the co-op."""

from typing import Any

from tests.orders.conftest import Room, Shopper, ok
from tests.orders.heard import StockReserved

DAY = "2099-01-31"  # A day that has passed promises nothing.


def line_of(order: dict[str, Any]) -> dict[str, Any]:
    return dict(order["consignments"][0]["lines"][0])


async def test_back_orders_keep_their_day_from_the_basket_to_the_parcel(room: Room, shopper: Shopper) -> None:
    coop = await room.open_coop("sunrise", "Sunrise Bakers")
    bread = await room.sell(coop, policy="back_order", available_from=DAY)
    await shopper.put_in(bread)
    [basket_line] = (await shopper.basket())["lines"]
    assert (basket_line["policy"], basket_line["available_from"]) == ("back_order", DAY)
    order = await shopper.place()
    await room.hear(StockReserved(order_id=order["id"], back_ordered=[bread.variant_id]))
    await room.pay(order)

    line = line_of(await shopper.see(order))
    assert (line["back_ordered"], line["available_from"]) == (True, DAY)
    staff = await room.staff(coop)
    [parcel] = ok(await staff.get("/api/v1/consignments", params={"coop_id": str(coop)}))["items"]
    assert parcel["lines"][0]["back_ordered"] is True
    await room.do_tasks()
    assert f"on back order, sent from {DAY}" in room.mails.letters[0].text


async def test_what_was_there_after_all_does_not_wait(room: Room, shopper: Shopper) -> None:
    bread = await room.sell(await room.open_coop("sunrise", "Sunrise"), policy="back_order", available_from=DAY)

    line = line_of(await shopper.awaiting(bread))

    assert line["back_ordered"] is False


async def test_what_is_made_to_order_says_how_long_it_takes(room: Room, shopper: Shopper) -> None:
    table = await room.sell(await room.open_coop("oak", "Oak"), policy="made_to_order", lead_days=21)

    order = await shopper.paid(table)
    await room.do_tasks()

    assert line_of(order)["lead_days"] == 21
    assert "made to order, within 21 days" in room.mails.letters[0].text


async def test_a_day_that_has_passed_is_not_promised_again(room: Room, shopper: Shopper) -> None:
    coop = await room.open_coop("sunrise", "Sunrise")
    await shopper.put_in(await room.sell(coop, policy="back_order", available_from="2026-01-31"))

    [line] = (await shopper.basket())["lines"]

    assert (line["policy"], line["available_from"]) == ("back_order", None)
