"""What is personal about a buyer, erased once their account is closed. What was sold, and for how much, stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from chassis.database import Database
from chassis.idempotency import forget_answers
from chassis.tasks import Task, enqueue, withdraw
from services.orders.basket import Basket, BasketLine
from services.orders.guest_link import GuestLink
from services.orders.inbound import AccountClosed
from services.orders.mails import MAILS
from services.orders.order import FINISHED, Order
from services.orders.order_queries import lock_orders
from services.orders.wishes.forgetting import forget
from services.orders.wishes.wish import Wish

SOON = timedelta(minutes=5)
"""By then nobody holds the gateway's word any more that an account is open which was closed."""

DAILY = timedelta(days=1)


class EraseBuyer(Task):
    """Comes back for what was ordered in the last moment, and then as long as something is still to be packed."""

    kind: ClassVar[str] = "orders.erase_buyer"

    account_id: UUID
    again: bool = False


async def let_go(session: AsyncSession, closed: Sequence[AccountClosed]) -> None:
    for fact in closed:
        enqueue(session, EraseBuyer(account_id=fact.account_id), key=str(fact.account_id))


@dataclass(frozen=True)
class Erasure:
    database: Database
    clock: Clock

    async def run(self, task: EraseBuyer) -> None:
        """Done twice it finds nothing the second time."""
        async with self.database.transaction() as session:
            await forget_answers(session, task.account_id)
            await session.execute(delete(BasketLine).where(BasketLine.owner == task.account_id))
            await session.execute(delete(Basket).where(Basket.owner == task.account_id))
            await forget(session, Wish.asked_by == task.account_id)
            orders = await _locked_orders_of(session, task.account_id)
            await _erase(session, [order for order in orders if order.state in FINISHED])
            if not task.again or any(order.state not in FINISHED for order in orders):
                later = self.clock() + (DAILY if task.again else SOON)
                next_time = EraseBuyer(account_id=task.account_id, again=True)
                enqueue(session, next_time, key=str(task.account_id), run_at=later)


async def _locked_orders_of(session: AsyncSession, account_id: UUID) -> Sequence[Order]:
    theirs = select(Order.id).where(Order.buyer_id == account_id, Order.email != "")
    return list((await lock_orders(session, (await session.scalars(theirs)).all())).values())


async def _erase(session: AsyncSession, orders: Sequence[Order]) -> None:
    ids = [order.id for order in orders]
    for order in orders:
        order.erase_buyer()
    await session.execute(delete(GuestLink).where(GuestLink.order_id.in_(ids)))
    await withdraw(session, MAILS, "order_id", ids)
