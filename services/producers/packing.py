"""Which co-ops an order concerns, remembered until it is paid, so that each can be told to pack."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.tasks import enqueue
from services.producers.base import Base
from services.producers.inbound import OrderCancelled, OrderPaid, OrderPlaced
from services.producers.mails import PackMail


class AwaitedConsignment(Base):
    """A consignment of an order that is placed and neither paid nor cancelled."""

    __tablename__ = "awaited_consignments"

    consignment_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(index=True)
    coop_id: Mapped[UUID]
    number: Mapped[str]


async def await_payment(session: AsyncSession, orders: Sequence[OrderPlaced]) -> None:
    rows = [
        {
            "consignment_id": consignment.consignment_id,
            "order_id": order.order_id,
            "coop_id": consignment.coop_id,
            "number": order.number,
        }
        for order in orders
        for consignment in order.consignments
    ]
    if rows:
        await session.execute(insert(AwaitedConsignment).on_conflict_do_nothing(), rows)


async def ask_to_pack(session: AsyncSession, orders: Sequence[OrderPaid]) -> None:
    for consignment in await _taken_off(session, [order.order_id for order in orders]):
        enqueue(session, _mail(consignment))


async def forget(session: AsyncSession, orders: Sequence[OrderCancelled]) -> None:
    await _taken_off(session, [order.order_id for order in orders])


async def _taken_off(session: AsyncSession, order_ids: Sequence[UUID]) -> Sequence[AwaitedConsignment]:
    removed = await session.scalars(
        delete(AwaitedConsignment).where(AwaitedConsignment.order_id.in_(order_ids)).returning(AwaitedConsignment)
    )
    return removed.all()


def _mail(consignment: AwaitedConsignment) -> PackMail:
    return PackMail(
        consignment_id=consignment.consignment_id, coop_id=consignment.coop_id, number=consignment.number
    )
