"""Mail to buyers: sent once per fact, in plain words, and again when the mail server was away."""

from uuid import UUID

from sqlalchemy import text

from chassis.testing import do_tasks
from tests.orders.conftest import Goods, Room, Shopper, ok
from tests.orders.heard import PaymentRefunded


async def test_the_confirmation_says_what_was_bought_and_opens_the_order(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    order = await shopper.paid(bread, honey)
    assert room.mails.letters == []

    await room.do_tasks()

    [letter] = room.mails.letters
    assert letter.to == "ada@example.org"
    assert letter.subject == f"Thank you for your order {order['number']}"
    for said in ("Hello Ada", "Sunrise Bakers", "1 × Rye bread", "4.50 EUR", "The Hive", "21.40 EUR", "OL12 0NU"):
        assert said in letter.text
    assert f"https://toadlane.example/orders/{order['id']}?token=" in letter.text


async def test_no_mail_goes_out_before_the_order_is_paid(room: Room, shopper: Shopper, bread: Goods) -> None:
    await shopper.awaiting(bread)

    await room.do_tasks()

    assert room.mails.letters == []


async def test_mail_waits_while_the_mail_server_is_away_and_is_the_same_then(
    room: Room, shopper: Shopper, bread: Goods
) -> None:
    await shopper.paid(bread)
    room.mails.refuse = 1
    await do_tasks(room.worker)
    assert room.mails.letters == []

    async with room.database.transaction() as session:
        await session.execute(text("UPDATE tasks SET run_at = now()"))
    await do_tasks(room.worker)
    await do_tasks(room.worker)

    assert len(room.mails.letters) == 1


async def test_a_shipped_parcel_is_announced_with_its_number(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    order = await shopper.paid(bread, honey)
    for goods, part in zip((bread, honey), order["consignments"], strict=True):
        staff = await room.staff(goods.coop_id)
        parcel = {"carrier": "Royal Mail", "tracking_number": f"RM {part['coop']['slug']}"}
        ok(await staff.post(f"/api/v1/consignments/{part['id']}/ship", json=parcel))
        await room.do_tasks()

    _, first, second = room.mails.letters
    assert "RM sunrise" in first.text
    assert "still being packed" in first.text
    assert "Honey" not in first.text
    assert "RM hive" in second.text
    assert "still being packed" not in second.text
    assert first.message_id != second.message_id


async def test_a_refund_is_announced(room: Room, shopper: Shopper, bread: Goods) -> None:
    order = await shopper.paid(bread)
    ok(await shopper.cancel(order))
    await room.hear(PaymentRefunded(order_id=UUID(order["id"]), amount=950))
    await room.do_tasks()

    assert [letter.message_id.rpartition(".")[2] for letter in room.mails.letters] == ["paid", "cancelled", "950"]
    assert "sent 9.50 EUR back" in room.mails.letters[-1].text
