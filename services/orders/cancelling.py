"""Orders that end early: those nobody pays, and those whose buyer thinks again."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from chassis.database import Database
from chassis.outbox import publish
from chassis.tasks import enqueue
from services.orders import guest_link, telemetry
from services.orders.events import OrderCancelled, OrderVoidRequested
from services.orders.inbound import ChargeVoided
from services.orders.mails import SendCancelled
from services.orders.order import Order, OrderState
from services.orders.order_queries import hold_orders


async def cancel(session: AsyncSession, order: Order) -> None:
    """The buyer's wish for an order that is locked; refused once something is on its way."""
    match order.cancel():
        case OrderVoidRequested() as wish:
            publish(session, wish)
        case OrderCancelled() as cancelled:
            await _tell(session, [cancelled])


async def close_voided(session: AsyncSession, voided: Sequence[ChargeVoided]) -> None:
    """Nothing can be paid any more, so the order is over and its goods are free again."""
    orders = await hold_orders(session, [fact.order_id for fact in voided])
    told = [orders[fact.order_id].charge_voided() for fact in voided]
    await _tell(session, [cancelled for cancelled in told if cancelled is not None])


async def _tell(session: AsyncSession, news: Sequence[OrderCancelled]) -> None:
    tokens = await guest_link.mint(session, [cancelled.order_id for cancelled in news])
    for cancelled in news:
        publish(session, cancelled)
        enqueue(session, SendCancelled(order_id=cancelled.order_id, token=tokens[cancelled.order_id]))
        telemetry.cancelled.labels(cancelled.reason).inc()


@dataclass(frozen=True)
class Expiry:
    """The one clock of an unpaid order. It only asks payments to void; the order ends when payments has done so."""

    database: Database
    clock: Clock
    at_once: int = 100

    async def run(self) -> None:
        while await self._expire_some() == self.at_once:
            pass

    async def _expire_some(self) -> int:
        async with self.database.transaction() as session:
            # Whoever holds one of these locks is paying or cancelling it: the next round will see.
            late = await session.scalars(
                select(Order)
                .where(Order.state == OrderState.AWAITING_PAYMENT, Order.expires_at <= self.clock())
                .order_by(Order.expires_at)
                .limit(self.at_once)
                .with_for_update(skip_locked=True)
            )
            wishes = [order.expire() for order in late]
            for wish in wishes:
                assert wish is not None
                publish(session, wish)
            return len(wishes)
