"""Orders that hold goods of a co-op which may no longer sell: unpaid ones end, paid ones are fulfilled."""

from uuid import UUID

from chassis.testing import counting
from tests.orders.conftest import Goods, Room, Shopper, ok
from tests.orders.heard import ChargeVoided, CoopLapsed, CoopPaused, CoopReinstated, CoopSuspended


async def withdraw(room: Room) -> None:
    await room.worker.timers[1].run()


async def test_an_unpaid_order_that_holds_a_suspended_co_ops_goods_is_cancelled_as_an_expiry_is(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    order = await shopper.awaiting(bread, honey)
    other = await (await room.shopper()).awaiting(honey)
    await room.hear(CoopSuspended(coop_id=bread.coop_id))

    await withdraw(room)
    await withdraw(room)

    seen = await shopper.see(order)
    assert (seen["state"], seen["can_pay"], seen["expires_at"]) == ("voiding", False, order["expires_at"])
    assert [(one["title"], one["reason"]) for one in seen["rejections"]] == [("Rye bread", "coop_unavailable")]
    name, wish = (await room.told())[-1]
    assert (name, wish["order_id"], wish["reason"]) == ("OrderVoidRequested", order["id"], "coop_unavailable")
    await room.hear(ChargeVoided(order_id=UUID(order["id"])))
    assert (await shopper.see(order))["cancel_reason"] == "coop_unavailable"
    await room.do_tasks()
    assert "has stopped selling for now" in room.mails.letters[-1].text
    assert "You were not charged" in room.mails.letters[-1].text
    assert other["id"] not in {data["order_id"] for name, data in await room.told() if name == "OrderVoidRequested"}


async def test_an_unpaid_order_of_a_co_op_that_goes_on_holiday_goes_on(
    room: Room, shopper: Shopper, bread: Goods
) -> None:
    order = await shopper.awaiting(bread)
    await room.hear(CoopPaused(coop_id=bread.coop_id))

    await withdraw(room)

    assert (await shopper.see(order))["can_pay"]


async def test_goods_reserved_while_the_news_of_a_lapse_is_on_its_way_are_given_back(
    room: Room, shopper: Shopper, bread: Goods
) -> None:
    order = await shopper.order_of(bread)
    await room.hear(CoopLapsed(coop_id=bread.coop_id))
    await withdraw(room)
    await room.reserve(order["id"])

    await withdraw(room)

    assert (await shopper.see(order))["state"] == "voiding"


async def test_a_paid_order_of_a_suspended_co_op_is_shipped_all_the_same(
    room: Room, shopper: Shopper, bread: Goods
) -> None:
    order = await shopper.paid(bread)
    await room.hear(CoopSuspended(coop_id=bread.coop_id))

    await withdraw(room)

    staff = await room.staff(bread.coop_id)
    parcel = {"carrier": "DHL", "tracking_number": "1"}
    ok(await staff.post(f"/api/v1/consignments/{order['consignments'][0]['id']}/ship", json=parcel))
    assert (await shopper.see(order))["state"] == "shipped"


async def test_money_that_is_quicker_than_the_voiding_forgets_what_was_refused(
    room: Room, shopper: Shopper, bread: Goods
) -> None:
    order = await shopper.awaiting(bread)
    await room.hear(CoopSuspended(coop_id=bread.coop_id))
    await withdraw(room)

    await room.pay(order)

    seen = await shopper.see(order)
    assert (seen["state"], seen["rejections"], seen["cancel_reason"]) == ("paid", [], None)


async def test_a_reinstated_co_ops_orders_are_left_in_peace(room: Room, shopper: Shopper, bread: Goods) -> None:
    await room.hear(CoopSuspended(coop_id=bread.coop_id), CoopReinstated(coop_id=bread.coop_id))
    order = await shopper.awaiting(bread)

    await withdraw(room)

    assert (await shopper.see(order))["state"] == "awaiting_payment"


async def test_a_look_that_finds_every_co_op_selling_is_one_statement(
    room: Room, shopper: Shopper, bread: Goods
) -> None:
    await shopper.awaiting(bread)

    async with counting(room.database) as seen:
        await withdraw(room)

    assert len(seen.sql) == 1
