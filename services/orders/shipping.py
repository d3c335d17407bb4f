"""Consignments, as the co-op that packs them sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, selectinload

from chassis.errors import NotFound
from chassis.outbox import publish
from chassis.tasks import enqueue
from services.orders import guest_link, telemetry
from services.orders.consignment import Consignment, ConsignmentState
from services.orders.inbound import PaymentRefunded, TransferMade
from services.orders.mails import SendRefunded, SendShipped
from services.orders.order import Order, OrderState
from services.orders.order_queries import hold_orders, lock_orders


class ConsignmentNotFound(NotFound):
    title: ClassVar[str] = "There is no such consignment, or it is another co-op's"


@dataclass(frozen=True, slots=True)
class Parcel:
    carrier: str
    tracking_number: str


# A co-op hears of a consignment when it is paid for, and of none that never was.
_VISIBLE = Order.paid_at.is_not(None)
_WITH_ORDER = (
    select(Consignment)
    .join(Consignment.order)
    .options(contains_eager(Consignment.order), selectinload(Consignment.lines))
)

_IN_STATE: dict[ConsignmentState, ColumnElement[bool]] = {
    ConsignmentState.SHIPPED: Consignment.shipped_at.is_not(None),
    ConsignmentState.TO_PACK: Consignment.shipped_at.is_(None) & (Order.state != OrderState.CANCELLED),
    ConsignmentState.CANCELLED: Consignment.shipped_at.is_(None) & (Order.state == OrderState.CANCELLED),
}


async def find_consignment(session: AsyncSession, consignment_id: UUID) -> Consignment:
    consignment = await session.scalar(_WITH_ORDER.where(Consignment.id == consignment_id, _VISIBLE))
    if consignment is None:
        raise ConsignmentNotFound("We know of no such consignment.")
    return consignment


async def consignments_page(
    session: AsyncSession, coop_id: UUID, *, state: ConsignmentState | None, before: UUID | None, limit: int
) -> list[Consignment]:
    """Newest first."""
    query = _WITH_ORDER.where(Consignment.coop_id == coop_id, _VISIBLE)
    if state is not None:
        query = query.where(_IN_STATE[state])
    if before is not None:
        query = query.where(Consignment.id < before)
    return list(await session.scalars(query.order_by(Consignment.id.desc()).limit(limit)))


async def ship(session: AsyncSession, consignment: Consignment, parcel: Parcel, now: datetime) -> Order:
    """Marks it as handed to the carrier; payments pays the co-op when it hears of it.

    Locking the order also reads this consignment anew.
    """
    order = (await lock_orders(session, [consignment.order_id]))[consignment.order_id]
    shipped = order.ship(consignment, carrier=parcel.carrier, tracking_number=parcel.tracking_number, at=now)
    if shipped is not None:
        publish(session, shipped)
        tokens = await guest_link.mint(session, [order.id])
        enqueue(session, SendShipped(order_id=order.id, consignment_id=consignment.id, token=tokens[order.id]))
        telemetry.shipped.inc()
    return order


async def record_transfers(session: AsyncSession, transfers: Sequence[TransferMade]) -> None:
    for transfer in sorted(transfers, key=lambda fact: fact.consignment_id):
        await session.execute(
            update(Consignment).where(Consignment.id == transfer.consignment_id).values(transferred=transfer.amount)
        )


async def record_refunds(session: AsyncSession, refunds: Sequence[PaymentRefunded]) -> None:
    orders = await hold_orders(session, [refund.order_id for refund in refunds])
    tokens = await guest_link.mint(session, list(orders))
    for refund in refunds:
        order = orders[refund.order_id]
        order.refund(refund.amount)
        enqueue(
            session,
            SendRefunded(order_id=order.id, amount=refund.amount, refunded=order.refunded, token=tokens[order.id]),
        )
