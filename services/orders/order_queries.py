"""Finding orders: locked for those who change them, filtered by who may see them for those who look."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import LoaderOption

from chassis.errors import NotFound
from services.orders.consignment import Consignment
from services.orders.guest_link import GuestLink, hash_token
from services.orders.order import Order

# Loaded by a statement of their own, after the order is locked: a join would read them as they were before we waited.
CONSIGNMENTS = selectinload(Order.consignments)
LINES = CONSIGNMENTS.selectinload(Consignment.lines)

# To look at an order one statement will do.
WHOLE = joinedload(Order.consignments, innerjoin=True).joinedload(Consignment.lines, innerjoin=True)


class OrderNotFound(NotFound):
    title = "There is no such order, or it is not yours"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks to see an order: its buyer, an operator, or whoever holds the link from a mail about it."""

    principal: UUID | None
    operator: bool
    token: str | None

    def may_see(self) -> ColumnElement[bool]:
        grounds: list[ColumnElement[bool]] = [true() if self.operator else false()]
        if self.principal is not None:
            grounds.append(Order.buyer_id == self.principal)
        if self.token is not None:
            held = GuestLink.token_hash == hash_token(self.token)
            grounds.append(exists().where(GuestLink.order_id == Order.id, held))
        return or_(*grounds)


def _locked(*loading: LoaderOption) -> Select[Order]:
    # What the session read before it had the lock may be out of date.
    return select(Order).with_for_update().options(*loading).execution_options(populate_existing=True)


async def lock_orders(session: AsyncSession, ids: Sequence[UUID], *loading: LoaderOption) -> dict[UUID, Order]:
    """The orders of these ids, locked in the order of their ids; raises when one is missing."""
    found = await session.scalars(_locked(*loading).where(Order.id.in_(set(ids))).order_by(Order.id))
    orders = {order.id: order for order in found}
    if missing := set(ids) - orders.keys():
        raise OrderNotFound(f"Unknown orders: {', '.join(sorted(map(str, missing)))}")
    return orders


async def find_order(session: AsyncSession, order_id: UUID, viewer: Viewer) -> Order:
    """Others' orders do not exist."""
    found = await session.scalars(select(Order).where(Order.id == order_id, viewer.may_see()).options(WHOLE))
    return _existing(found.unique().one_or_none())


async def lock_order(session: AsyncSession, order_id: UUID, viewer: Viewer) -> Order:
    found = await session.scalars(_locked(LINES).where(Order.id == order_id, viewer.may_see()))
    return _existing(found.one_or_none())


def _existing(order: Order | None) -> Order:
    if order is None:
        raise OrderNotFound("We know of no such order. Orders made as a guest open by the link in their mail.")
    return order


async def orders_page(session: AsyncSession, *, buyer: UUID | None, before: UUID | None, limit: int) -> list[Order]:
    """Newest first; of everybody where no buyer is given."""
    query = select(Order).order_by(Order.id.desc()).limit(limit).options(WHOLE)
    if buyer is not None:
        query = query.where(Order.buyer_id == buyer)
    if before is not None:
        query = query.where(Order.id < before)
    return list((await session.scalars(query)).unique())
