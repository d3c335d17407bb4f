"""Stock is promised to an order whole or not at all, is sold when that is paid, comes back when it is cancelled."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from chassis.outbox import publish
from services.catalog.draft import ProductState
from services.catalog.events import Shortfall, StockRejected, StockReserved
from services.catalog.inbound import OrderCancelled, OrderedLine, OrderPaid, OrderPlaced
from services.catalog.indexing import index

DECIDED = 1  # A reservation is decided once: this is the version of that fact.

_CLAIM = """
    WITH fresh AS (
        INSERT INTO reservations (order_id, state) SELECT unnest($1::uuid[]), 'held'
        ON CONFLICT DO NOTHING RETURNING order_id),
    lines AS (
        INSERT INTO reservation_lines (order_id, variant_id, quantity)
        SELECT given.*
        FROM unnest($2::uuid[], $3::uuid[], $4::bigint[]) AS given (order_id, variant_id, quantity)
        JOIN fresh USING (order_id))
    SELECT order_id FROM fresh
"""

LOOK = """
    SELECT v.variant_id, v.product_id, v.price, v.on_hand - v.reserved AS available,
           p.currency, p.state, c.state = 'admitted' AND NOT c.paused AS coop_sells
    FROM variants v JOIN products p USING (product_id) LEFT JOIN coops c USING (coop_id)
    WHERE v.variant_id = ANY($1) ORDER BY v.variant_id
"""

TAKE = """
    UPDATE variants v SET reserved = v.reserved + given.quantity
    FROM unnest($1::uuid[], $2::bigint[]) AS given (variant_id, quantity)
    WHERE v.variant_id = given.variant_id {guard}
    RETURNING v.variant_id
"""

_REJECT = "UPDATE reservations SET state = 'rejected' WHERE order_id = ANY($1)"

_SETTLE = """
    WITH paid AS (
        UPDATE reservations SET state = 'settled', decided_at = now()
        WHERE order_id = ANY($1) AND state = 'held' RETURNING order_id),
    sold AS (
        SELECT variant_id, sum(quantity) AS quantity FROM reservation_lines JOIN paid USING (order_id)
        GROUP BY variant_id),
    locked AS (
        SELECT variant_id, sold.quantity FROM variants v JOIN sold USING (variant_id)
        ORDER BY variant_id FOR UPDATE OF v)
    UPDATE variants v SET reserved = v.reserved - locked.quantity, on_hand = v.on_hand - locked.quantity
    FROM locked WHERE v.variant_id = locked.variant_id
"""

# What was only promised is no longer; what was already sold stands on the shelf again.
_RETURN = """
    WITH cancelled AS (
        UPDATE reservations SET state = CASE state WHEN 'held' THEN 'released' ELSE 'put_back' END, decided_at = now()
        WHERE order_id = ANY($1) AND state IN ('held', 'settled') RETURNING order_id, state),
    back AS (
        SELECT variant_id, sum(quantity) AS quantity,
               coalesce(sum(quantity) FILTER (WHERE state = 'released'), 0) AS promised,
               coalesce(sum(quantity) FILTER (WHERE state = 'put_back'), 0) AS sold
        FROM reservation_lines JOIN cancelled USING (order_id) GROUP BY variant_id),
    locked AS (
        SELECT variant_id, back.quantity, promised, sold FROM variants v JOIN back USING (variant_id)
        ORDER BY variant_id FOR UPDATE OF v)
    UPDATE variants v SET reserved = v.reserved - locked.promised, on_hand = v.on_hand + locked.sold
    FROM locked WHERE v.variant_id = locked.variant_id
    RETURNING v.product_id, v.on_hand - v.reserved AS available, locked.quantity AS returned
"""


class ShelfMoved(RuntimeError):
    """Stock changed although its rows were locked: nothing of the transaction may stand."""


@dataclass(slots=True)
class OnShelf:
    """A variant as it is while its row is locked; `available` is None where no count is kept."""

    product_id: UUID
    price: int
    available: int | None
    currency: str
    listed: bool
    coop_sells: bool


class Shelf:
    """The guard against selling what is not there: rows locked in id order, taken only while enough is left."""

    look_sql = LOOK + " FOR UPDATE OF v"
    take_sql = TAKE.format(guard="AND (v.on_hand IS NULL OR v.on_hand - v.reserved >= given.quantity)")

    async def look(self, session: AsyncSession, variants: Sequence[UUID]) -> dict[UUID, OnShelf]:
        """The variants that exist, locked until the transaction ends."""
        rows = await fetch(session, self.look_sql, sorted(variants))
        return {row["variant_id"]: _on_shelf(row) for row in rows}

    async def take(self, session: AsyncSession, wanted: Mapping[UUID, int]) -> None:
        """Promises all of it; raises ShelfMoved where one variant falls short."""
        taken = await fetch(session, self.take_sql, list(wanted), list(wanted.values()))
        if len(taken) != len(wanted):
            raise ShelfMoved("a variant fell short after it was looked at")


def _on_shelf(row: asyncpg.Record) -> OnShelf:
    return OnShelf(
        row["product_id"],
        row["price"],
        row["available"],
        row["currency"],
        listed=row["state"] == ProductState.LISTED,
        coop_sells=bool(row["coop_sells"]),
    )


class Stock:
    """The use cases of stock; each takes many orders in one transaction and does nothing twice."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def reserve(self, session: AsyncSession, orders: Sequence[OrderPlaced]) -> None:
        """Answers every order: all its lines are promised to it, or none with the reasons."""
        told = {order.order_id: order for order in orders}
        wanted = {order_id: _summed(order.lines) for order_id, order in told.items()}
        fresh = await _claim(session, wanted)
        decided = [order for order_id, order in told.items() if order_id in fresh]
        if not decided:
            return
        shelf = await self._shelf.look(session, list({variant for one in decided for variant in wanted[one.order_id]}))
        taken: Counter[UUID] = Counter()
        rejected: list[UUID] = []
        for order in decided:
            shortfalls = _shortfalls(order, wanted[order.order_id], shelf)
            if shortfalls:
                rejected.append(order.order_id)
                publish(session, StockRejected(order_id=order.order_id, version=DECIDED, reasons=shortfalls))
                continue
            _promise(wanted[order.order_id], shelf, taken)
            publish(session, StockReserved(order_id=order.order_id, version=DECIDED))
        if taken:
            await self._shelf.take(session, taken)
        if rejected:
            await fetch(session, _REJECT, rejected)
        index(session, {shelf[one].product_id for one in taken if shelf[one].available == 0})

    async def settle(self, session: AsyncSession, orders: Sequence[OrderPaid]) -> None:
        """What was promised is sold: it leaves the shelf."""
        await fetch(session, _SETTLE, sorted({order.order_id for order in orders}))

    async def give_back(self, session: AsyncSession, orders: Sequence[OrderCancelled]) -> None:
        """A promise is released, a sale is put back; an order that was rejected had neither."""
        rows = await fetch(session, _RETURN, sorted({order.order_id for order in orders}))
        index(session, {row["product_id"] for row in rows if _is_back(row)})


def _is_back(row: asyncpg.Record) -> bool:
    return row["available"] is not None and row["available"] > 0 >= row["available"] - row["returned"]


def _summed(lines: Sequence[OrderedLine]) -> Counter[UUID]:
    summed: Counter[UUID] = Counter()
    for line in lines:
        summed[line.variant_id] += line.quantity
    return summed


async def _claim(session: AsyncSession, wanted: Mapping[UUID, Mapping[UUID, int]]) -> set[UUID]:
    """Records the orders not seen before, with their lines, and says which they are."""
    lines = [(order, variant, quantity) for order, summed in wanted.items() for variant, quantity in summed.items()]
    fresh = await fetch(
        session,
        _CLAIM,
        sorted(wanted),
        [order for order, _, _ in lines],
        [variant for _, variant, _ in lines],
        [quantity for _, _, quantity in lines],
    )
    return {row["order_id"] for row in fresh}


def _shortfalls(order: OrderPlaced, wanted: Mapping[UUID, int], shelf: Mapping[UUID, OnShelf]) -> list[Shortfall]:
    prices = {line.variant_id: line.unit_price for line in order.lines}
    found = (
        _shortfall(variant, quantity, prices[variant], order.currency, shelf.get(variant))
        for variant, quantity in wanted.items()
    )
    return [shortfall for shortfall in found if shortfall]


def _shortfall(variant: UUID, quantity: int, price: int, currency: str, found: OnShelf | None) -> Shortfall | None:
    if found is None or not found.listed or found.currency != currency:
        return Shortfall(variant_id=variant, reason="gone")
    if not found.coop_sells:
        return Shortfall(variant_id=variant, reason="coop_unavailable")
    if found.price != price:
        return Shortfall(variant_id=variant, reason="price", price=found.price)
    if found.available is not None and found.available < quantity:
        return Shortfall(variant_id=variant, reason="short", available=max(0, found.available))
    return None


def _promise(wanted: Mapping[UUID, int], shelf: Mapping[UUID, OnShelf], taken: Counter[UUID]) -> None:
    for variant, quantity in wanted.items():
        taken[variant] += quantity
        found = shelf[variant]
        if found.available is not None:
            found.available -= quantity
