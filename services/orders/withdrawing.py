"""Unpaid orders that hold goods of a co-op which sells no more: cancelled as those are which nobody pays."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.outbox import publish
from services.orders.consignment import Consignment
from services.orders.coop import not_selling
from services.orders.events import VoidReason
from services.orders.order import Order, OrderState
from services.orders.order_queries import LINES


@dataclass(frozen=True)
class Withdrawal:
    """Looks again and again, not once when the news comes: goods may be reserved while the news is on its way.

    It only asks payments to void, so money that is quicker wins, and what is paid is fulfilled.
    """

    database: Database
    at_once: int = 100

    async def run(self) -> None:
        while await self._withdraw_some() == self.at_once:
            pass

    async def _withdraw_some(self) -> int:
        async with self.database.transaction() as session:
            stopped = await not_selling(session)
            orders = await self._holding_goods_of(session, stopped) if stopped else []
            for order in orders:
                _withdraw(session, order, stopped)
            return len(orders)

    async def _holding_goods_of(self, session: AsyncSession, coops: Collection[UUID]) -> Sequence[Order]:
        theirs = exists().where(Consignment.order_id == Order.id, Consignment.coop_id.in_(coops))
        # Whoever holds one of these locks is paying or cancelling it: the next round will see.
        found = await session.scalars(
            select(Order)
            .where(Order.state == OrderState.AWAITING_PAYMENT, theirs)
            .order_by(Order.id)
            .limit(self.at_once)
            .options(LINES)
            .with_for_update(skip_locked=True)
        )
        return found.all()


def _withdraw(session: AsyncSession, order: Order, stopped: Collection[UUID]) -> None:
    """Each lost line keeps its reason, for the page that explains it."""
    for line in (line for part in order.consignments if part.coop_id in stopped for line in part.lines):
        line.refused = VoidReason.COOP_UNAVAILABLE
    wish = order.expire(VoidReason.COOP_UNAVAILABLE)
    assert wish is not None
    publish(session, wish)
