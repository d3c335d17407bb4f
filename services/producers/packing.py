"""Which consignments of an order are still to be sent, so that their co-ops can be told to pack, or to stop packing."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.direct import Insertion, fetch
from chassis.tasks import enqueue
from services.producers.base import Base
from services.producers.inbound import ConsignmentShipped, OrderCancelled, OrderPaid, OrderPlaced
from services.producers.mails import CalledOffMail, PackMail
from services.producers.webhooks.announcing import announce
from services.producers.webhooks.news import ConsignmentNews, EventType


class OpenConsignment(Base):
    """Neither shipped nor cancelled; `asked` once its co-op was told to pack it."""

    __tablename__ = "open_consignments"

    consignment_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(index=True)
    coop_id: Mapped[UUID]
    number: Mapped[str]
    asked: Mapped[bool]


_OPEN = Insertion(OpenConsignment, or_keep=True)


async def remember(session: AsyncSession, orders: Sequence[OrderPlaced]) -> None:
    rows = [
        {
            "consignment_id": consignment.consignment_id,
            "order_id": order.order_id,
            "coop_id": consignment.coop_id,
            "number": order.number,
            "asked": False,
        }
        for order in orders
        for consignment in order.consignments
    ]
    await _OPEN.write(session, rows)


_ASK = """
    UPDATE open_consignments SET asked = true WHERE order_id = ANY($1) AND NOT asked
    RETURNING consignment_id, coop_id, number
"""


async def ask_to_pack(session: AsyncSession, orders: Sequence[OrderPaid]) -> None:
    asked = await fetch(session, _ASK, [order.order_id for order in orders])
    for one in asked:
        enqueue(session, PackMail(**one), key=str(one["consignment_id"]))
    await announce(session, EventType.CONSIGNMENT_TO_PACK, [ConsignmentNews(**one) for one in asked])


async def call_off(session: AsyncSession, orders: Sequence[OrderCancelled]) -> None:
    of_these = OpenConsignment.order_id.in_([order.order_id for order in orders])
    closed = await session.scalars(delete(OpenConsignment).where(of_these).returning(OpenConsignment))
    asked = [one for one in closed if one.asked]
    for one in asked:
        mail = CalledOffMail(consignment_id=one.consignment_id, coop_id=one.coop_id, number=one.number)
        enqueue(session, mail, key=str(one.consignment_id))
    await announce(session, EventType.CONSIGNMENT_CALLED_OFF, [_news(one) for one in asked])


async def forget(session: AsyncSession, shipped: Sequence[ConsignmentShipped]) -> None:
    of_these = OpenConsignment.consignment_id.in_([one.consignment_id for one in shipped])
    sent = await session.scalars(delete(OpenConsignment).where(of_these).returning(OpenConsignment))
    await announce(session, EventType.CONSIGNMENT_SHIPPED, [_news(one) for one in sent])


def _news(one: OpenConsignment) -> ConsignmentNews:
    return ConsignmentNews(coop_id=one.coop_id, consignment_id=one.consignment_id, number=one.number)
