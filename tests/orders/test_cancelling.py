"""Orders that end early: nobody pays, or the buyer thinks again; the goods are free only when no money can come."""

import asyncio
from uuid import UUID, uuid4

from services.orders.cancelling import Expiry
from services.orders.order_queries import lock_orders
from tests.orders.conftest import Goods, Room, Shopper, later, ok, problem
from tests.orders.heard import ChargeVoided, PaymentRefunded, captured


async def expire(room: Room) -> None:
    await room.worker.timers[0].run()


async def names(room: Room) -> list[str]:
    return [name for name, _ in await room.told()]


async def test_an_unpaid_order_is_voided_after_its_time_and_then_cancelled(
    room: Room, shopper: Shopper, bread: Goods
) -> None:
    order = await shopper.awaiting(bread)

    later(room, minutes=29)
    await expire(room)
    assert (await shopper.see(order))["state"] == "awaiting_payment"

    later(room, minutes=2)
    await expire(room)
    await expire(room)
    seen = await shopper.see(order)
    assert (seen["state"], seen["can_pay"]) == ("voiding", False)
    assert await names(room) == ["OrderPlaced", "OrderAwaitingPayment", "OrderVoidRequested"]

    await room.hear(ChargeVoided(order_id=UUID(order["id"])))
    seen = await shopper.see(order)
    assert (seen["state"], seen["cancel_reason"]) == ("cancelled", "expired")
    name, cancelled = (await room.told())[-1]
    assert (name, cancelled["reason"], cancelled["was_paid"]) == ("OrderCancelled", "expired", False)


async def test_a_payment_that_is_quicker_than_the_voiding_wins(room: Room, shopper: Shopper, bread: Goods) -> None:
    order = await shopper.awaiting(bread)
    later(room, minutes=31)
    await expire(room)

    await room.pay(order)

    seen = await shopper.see(order)
    assert (seen["state"], seen["cancel_reason"]) == ("paid", None)


async def test_money_after_the_cancellation_changes_nothing_and_the_refund_is_shown(
    room: Room, shopper: Shopper, bread: Goods
) -> None:
    order = await shopper.awaiting(bread)
    later(room, minutes=31)
    await expire(room)
    await room.hear(ChargeVoided(order_id=UUID(order["id"])))
    await room.pay(order)
    assert (await shopper.see(order))["state"] == "cancelled"

    await room.hear(PaymentRefunded(order_id=UUID(order["id"]), amount=950))

    assert (await shopper.see(order))["refunded"] == {"amount": 950, "currency": "EUR"}
    await room.do_tasks()
    assert [letter.subject.split()[0] for letter in room.mails.letters] == ["Your", "Your"]


async def test_a_paid_order_never_expires(room: Room, shopper: Shopper, bread: Goods) -> None:
    order = await shopper.paid(bread)

    later(room, hours=5)
    await expire(room)

    assert (await shopper.see(order))["state"] == "paid"


async def test_more_orders_than_one_batch_expire_together(room: Room, bread: Goods) -> None:
    shopper = await room.shopper()
    orders = [await shopper.awaiting(bread) for _ in range(3)]
    later(room, minutes=31)

    expiry = Expiry(room.database, lambda: room.now, at_once=2)
    await asyncio.gather(expiry.run(), expiry.run())

    assert {(await shopper.see(order))["state"] for order in orders} == {"voiding"}
    assert (await names(room)).count("OrderVoidRequested") == 3


async def test_expiry_passes_over_an_order_that_is_being_paid(room: Room, shopper: Shopper, bread: Goods) -> None:
    order = await shopper.awaiting(bread)
    later(room, minutes=31)
    async with room.database.transaction() as session:
        await lock_orders(session, [UUID(order["id"])])
        async with asyncio.timeout(60):
            await expire(room)

    assert (await shopper.see(order))["state"] == "awaiting_payment"


async def test_a_buyer_cancels_before_paying_and_is_not_charged(room: Room, shopper: Shopper, bread: Goods) -> None:
    order = await shopper.awaiting(bread)

    seen = ok(await shopper.cancel(order))
    again = ok(await shopper.cancel(order))

    assert seen["state"] == again["state"] == "voiding"
    name, wish = (await room.told())[-1]
    assert (name, wish["reason"]) == ("OrderVoidRequested", "buyer")
    await room.hear(ChargeVoided(order_id=UUID(order["id"])))
    assert (await shopper.see(order))["cancel_reason"] == "buyer"
    await room.do_tasks()
    assert "You were not charged" in room.mails.letters[-1].text


async def test_a_buyer_cancels_after_paying_and_is_told_of_the_refund(
    room: Room, shopper: Shopper, bread: Goods
) -> None:
    order = await shopper.paid(bread)

    seen = ok(await shopper.cancel(order))

    assert (seen["state"], seen["can_cancel"]) == ("cancelled", False)
    assert seen["consignments"][0]["state"] == "cancelled"
    name, cancelled = (await room.told())[-1]
    assert (name, cancelled["reason"], cancelled["was_paid"]) == ("OrderCancelled", "buyer", True)
    staff = await room.staff(bread.coop_id)
    problem(
        await staff.post(
            f"/api/v1/consignments/{order['consignments'][0]['id']}/ship",
            json={"carrier": "DHL", "tracking_number": "1"},
        ),
        409,
        "nothing_to_ship",
    )
    await room.do_tasks()
    assert "We are sending back 9.50 EUR" in room.mails.letters[-1].text


async def test_an_order_that_is_undecided_cannot_be_cancelled_yet(shopper: Shopper, bread: Goods) -> None:
    problem(await shopper.cancel(await shopper.order_of(bread)), 409, "not_yet")


async def test_an_order_that_is_partly_shipped_cannot_be_cancelled(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    order = await shopper.paid(bread, honey)
    staff = await room.staff(bread.coop_id)
    parcel = {"carrier": "DHL", "tracking_number": "1"}
    ok(await staff.post(f"/api/v1/consignments/{order['consignments'][0]['id']}/ship", json=parcel))

    problem(await shopper.cancel(order), 409, "already_shipped")


async def test_nobody_cancels_anothers_order(room: Room, shopper: Shopper, bread: Goods) -> None:
    order = await shopper.paid(bread)

    problem(await (await room.shopper()).cancel(order), 404, "not_found")
    staff = await room.staff(bread.coop_id)
    problem(await staff.post(f"/api/v1/orders/{order['id']}/cancel"), 404, "not_found")
    problem(await shopper.client.post(f"/api/v1/orders/{uuid4()}/cancel"), 404, "not_found")


async def test_cancelling_and_paying_at_the_same_moment_end_in_one_story(
    room: Room, shopper: Shopper, bread: Goods
) -> None:
    order = await shopper.awaiting(bread)

    await asyncio.gather(shopper.cancel(order), room.hear(captured(UUID(order["id"]), 950)), expire(room))

    told = await room.told()
    assert [data["version"] for _, data in told] == list(range(1, len(told) + 1))
    assert (await shopper.see(order))["state"] in ("paid", "cancelled")
