"""What the producers do when orders and payments tell them something."""

from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import func, select

from chassis.events import Record
from chassis.ids import new_id
from chassis.testing import deliver, do_tasks
from services.producers.packing import OpenConsignment
from tests.producers.conftest import Room


def fact(kind: str, key: UUID, **data: Any) -> Record:
    event_id = new_id()
    envelope = {"id": str(event_id), "type": kind, "subject": str(key), "version": 1, "data": {"version": 1, **data}}
    return Record(event_id, str(key), orjson.dumps(envelope, default=str))


def placed(order_id: UUID, *coop_ids: str) -> Record:
    consignments = [{"consignment_id": uuid4(), "coop_id": coop_id, "goods": 1200, "lines": []} for coop_id in coop_ids]
    return fact("orders.OrderPlaced", order_id, order_id=order_id, number="TL-7", consignments=consignments)


async def hear(room: Room, *records: Record) -> None:
    await deliver(room.worker, *records, topic="orders.orders")


async def remembered(room: Room) -> int:
    async with room.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(OpenConsignment)) or 0


async def test_each_co_op_of_a_paid_order_is_asked_to_pack_and_learns_nothing_of_the_buyer(room: Room) -> None:
    coops = [
        await room.admitted(room.as_account(), "sunrise.coop"),
        await room.admitted(room.as_account(), "sunset.coop", contact_email="ben@sunset.coop"),
    ]
    await do_tasks(room.worker)
    room.mails.sent.clear()
    order_id = uuid4()

    await hear(room, placed(order_id, *(coop["coop_id"] for coop in coops)))
    assert await do_tasks(room.worker) == 0
    paid = fact("orders.OrderPaid", order_id, order_id=order_id, buyer_id=uuid4())
    await hear(room, paid)
    await hear(room, paid)
    await do_tasks(room.worker)

    assert {mail["to"] for mail in room.mails.sent} == {"ann@sunrise.coop", "ben@sunset.coop"}
    assert len(room.mails.sent) == len({mail["message_id"] for mail in room.mails.sent}) == 2
    assert all("TL-7" in mail["subject"] and "/desk/consignments" in mail["text"] for mail in room.mails.sent)


async def test_who_was_asked_to_pack_is_told_when_the_order_is_cancelled(room: Room) -> None:
    coop = await room.admitted(room.as_account())
    order_id = uuid4()
    await hear(room, placed(order_id, coop["coop_id"]))
    await hear(room, fact("orders.OrderPaid", order_id, order_id=order_id))
    await do_tasks(room.worker)

    await hear(room, fact("orders.OrderCancelled", order_id, order_id=order_id, reason="buyer", was_paid=True))
    await do_tasks(room.worker)

    assert room.mails.sent[-1]["subject"] == "Order TL-7 was cancelled: please do not send it"
    assert await remembered(room) == 0


async def test_a_shipped_consignment_is_forgotten(room: Room) -> None:
    order_id, consignment_id = uuid4(), uuid4()
    consignments = [{"consignment_id": consignment_id, "coop_id": uuid4()}]
    await hear(room, fact("orders.OrderPlaced", order_id, order_id=order_id, number="TL-7", consignments=consignments))

    await hear(room, fact("orders.ConsignmentShipped", order_id, order_id=order_id, consignment_id=consignment_id))

    assert await remembered(room) == 0


async def test_an_unpaid_order_that_is_cancelled_is_forgotten_without_a_word(room: Room) -> None:
    order_id = uuid4()

    await hear(room, placed(order_id, str(uuid4())))
    await hear(room, fact("orders.OrderCancelled", order_id, order_id=order_id, reason="expired", was_paid=False))

    assert await remembered(room) == 0
    assert await do_tasks(room.worker) == 0


async def test_an_opened_payee_shows_on_the_application_and_an_older_fact_changes_nothing(room: Room) -> None:
    ann = room.as_account()
    application = await room.admitted(ann)
    coop_id = UUID(application["coop_id"])
    assert application["payee"] is None

    for version, enabled in ((2, True), (1, False)):
        opened = fact("payments.PayeeOpened", coop_id, coop_id=coop_id, version=version, enabled=enabled)
        await deliver(room.worker, opened, topic="payments.payees")

    assert (await ann.get(f"/api/v1/applications/{application['id']}")).json()["payee"] == {"enabled": True}
