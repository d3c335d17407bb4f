"""Finding orders: locked for those who change them, filtered by who may see them for those who look."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, LargeBinary, Uuid, any_, bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from chassis.direct import Compiled, Statements
from chassis.errors import NotFound
from chassis.rows import Holding
from chassis.secret_token import hashed
from services.orders.consignment import Consignment
from services.orders.guest_link import GuestLink
from services.orders.order import Order, OrderState
from services.orders.order_rows import PARTS, add_parts, assembled, whole_orders

# Loaded by statements of their own, after the order is locked: a join would read them as they were before we waited.
LINES = selectinload(Order.consignments).selectinload(Consignment.lines)

# For lists: one statement, however many orders.
WHOLE = joinedload(Order.consignments, innerjoin=True).joinedload(Consignment.lines, innerjoin=True)


class OrderNotFound(NotFound):
    title = "There is no such order, or it is not yours"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks to see an order: its buyer, an operator, or whoever holds the link from a mail about it."""

    principal: UUID | None
    operator: bool
    token: str | None

    def asks_for(self, order_id: UUID) -> dict[str, object]:
        """The values of a statement that is limited to what this viewer may see."""
        token_hash = None if self.token is None else hashed(self.token)
        return {"id": order_id, "principal": self.principal, "operator": self.operator, "token_hash": token_hash}


# Statements are built once: every checkout passes here, and building one costs more than running it.
_seen = (Order.id == bindparam("id", type_=Uuid)) & (
    bindparam("operator", type_=Boolean)
    | (Order.buyer_id == bindparam("principal", type_=Uuid))
    | exists().where(GuestLink.order_id == Order.id, GuestLink.token_hash == bindparam("token_hash", type_=LargeBinary))
)
_STATE = Compiled(select(Order.state).where(_seen))
_SHOWN = whole_orders(_seen)
_BY_ID = whole_orders(Order.id == bindparam("id", type_=Uuid))
_these = Order.id == any_(bindparam("ids", type_=ARRAY(Uuid)))
_HELD = Holding(Order, _these)
# What the session read before it had the lock may be out of date.
_locked = select(Order).with_for_update().execution_options(populate_existing=True).options(LINES)
_LOCK_SHOWN = _locked.where(_seen)
_LOCK_LINES = _locked.where(_these).order_by(Order.id)


async def hold_orders(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Order]:
    """The orders of these ids alone, theirs who asks until the commit; raises when one is missing."""
    return _all_of(await _HELD.hold(session, ids=list(set(ids))), ids)


async def hold_orders_with_parts(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Order]:
    """The same with their consignments, to be read and not to be changed."""
    orders = await hold_orders(session, ids)
    add_parts(orders, await PARTS.rows(session, ids=list(orders)))
    return orders


async def lock_orders(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Order]:
    """The whole orders of these ids, as the session's own objects; raises when one is missing."""
    return _all_of(await session.scalars(_LOCK_LINES, {"ids": list(set(ids))}), ids)


def _all_of(found: Iterable[Order], ids: Sequence[UUID]) -> dict[UUID, Order]:
    orders = {order.id: order for order in found}
    if missing := set(ids) - orders.keys():
        raise OrderNotFound(f"Unknown orders: {', '.join(sorted(map(str, missing)))}")
    return orders


async def find_order(database: Statements, order_id: UUID, viewer: Viewer) -> Order:
    """Others' orders do not exist."""
    return _existing(assembled(await _SHOWN.rows(database, **viewer.asks_for(order_id))))


async def find_state(database: Statements, order_id: UUID, viewer: Viewer) -> OrderState | None:
    """How far the order has come, for a fraction of what reading it costs; None where there is nothing to see."""
    rows = await _STATE.rows(database, **viewer.asks_for(order_id))
    return OrderState(rows[0]["state"]) if rows else None


async def read_order(database: Statements, order_id: UUID) -> Order:
    """The whole order, for ourselves."""
    return _existing(assembled(await _BY_ID.rows(database, id=order_id)))


async def lock_order(session: AsyncSession, order_id: UUID, viewer: Viewer) -> Order:
    found = await session.scalars(_LOCK_SHOWN, viewer.asks_for(order_id))
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
