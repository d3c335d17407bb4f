"""Stock is promised to an order whole or not at all, is sold when that is paid, comes back when it is cancelled."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from chassis.outbox import publish
from services.catalog.events import Shortfall, StockRejected, StockReserved
from services.catalog.inbound import OrderCancelled, OrderedLine, OrderPaid, OrderPlaced
from services.catalog.search.turned import Moved, index_turned
from services.catalog.stock.journal import WRITE_MOVES
from services.catalog.stock.shelf import OnShelf, Shelf

DECIDED = 1  # A reservation is decided once: this is the version of that fact.

# What is promised is recorded part by part: a bundle is what it was made of when it was ordered.
_CLAIM = """
    WITH fresh AS (
        INSERT INTO reservations (order_id, state) SELECT unnest($1::uuid[]), 'held'
        ON CONFLICT DO NOTHING RETURNING order_id),
    needed AS (
        SELECT order_id, variant_id, coalesce(part_id, variant_id) AS part_id,
               given.quantity * coalesce(bundle_parts.quantity, 1) AS quantity
        FROM unnest($2::uuid[], $3::uuid[], $4::bigint[]) AS given (order_id, variant_id, quantity)
        JOIN fresh USING (order_id) LEFT JOIN bundle_parts ON bundle_id = variant_id),
    lines AS (
        INSERT INTO reservation_lines (order_id, variant_id, quantity)
        SELECT order_id, part_id, sum(quantity) FROM needed GROUP BY order_id, part_id)
    SELECT order_id, variant_id, part_id, quantity FROM fresh LEFT JOIN needed USING (order_id)
"""

_REJECT = "UPDATE reservations SET state = 'rejected' WHERE order_id = ANY($1)"

_SETTLE = f"""
    WITH paid AS (
        UPDATE reservations SET state = 'settled', decided_at = now()
        WHERE order_id = ANY($1) AND state = 'held' RETURNING order_id),
    moves AS (
        SELECT variant_id, 'sold' AS change, order_id AS cause,
               -quantity AS on_hand_change, -quantity AS reserved_change
        FROM reservation_lines JOIN paid USING (order_id)),
    sold AS (SELECT variant_id, sum(reserved_change) AS quantity FROM moves GROUP BY variant_id),
    locked AS (
        SELECT variant_id, sold.quantity FROM variants v JOIN sold USING (variant_id)
        ORDER BY variant_id FOR UPDATE OF v),
    changed AS (
        UPDATE variants v SET reserved = v.reserved + locked.quantity, on_hand = v.on_hand + locked.quantity,
                              stock_version = v.stock_version + (v.on_hand IS NOT NULL)::int
        FROM locked WHERE v.variant_id = locked.variant_id
        RETURNING v.variant_id, v.on_hand, v.reserved, v.stock_version)
    {WRITE_MOVES}
"""  # noqa: S608, our own

# What was only promised is no longer; what was already sold stands on the shelf again.
_RETURN = f"""
    WITH cancelled AS (
        UPDATE reservations SET state = CASE state WHEN 'held' THEN 'released' ELSE 'put_back' END, decided_at = now()
        WHERE order_id = ANY($1) AND state IN ('held', 'settled') RETURNING order_id, state),
    moves AS (
        SELECT variant_id, state AS change, order_id AS cause,
               CASE state WHEN 'put_back' THEN quantity ELSE 0 END AS on_hand_change,
               CASE state WHEN 'released' THEN -quantity ELSE 0 END AS reserved_change
        FROM reservation_lines JOIN cancelled USING (order_id)),
    back AS (
        SELECT variant_id, sum(on_hand_change) AS on_hand_change, sum(reserved_change) AS reserved_change
        FROM moves GROUP BY variant_id),
    locked AS (
        SELECT back.* FROM variants v JOIN back USING (variant_id) ORDER BY variant_id FOR UPDATE OF v),
    changed AS (
        UPDATE variants v SET
            reserved = v.reserved + locked.reserved_change, on_hand = v.on_hand + locked.on_hand_change,
            stock_version = v.stock_version + (v.on_hand IS NOT NULL AND locked.on_hand_change <> 0)::int
        FROM locked WHERE v.variant_id = locked.variant_id
        RETURNING v.variant_id, v.product_id, v.on_hand, v.reserved, v.stock_version,
                  locked.on_hand_change - locked.reserved_change AS returned),
    written AS ({WRITE_MOVES})
    SELECT variant_id, product_id, on_hand - reserved AS available, returned,
           EXISTS (SELECT FROM bundle_parts WHERE part_id = variant_id) AS in_bundles
    FROM changed
"""  # noqa: S608, our own


@dataclass(frozen=True, slots=True)
class Needed:
    """What a line takes off the shelf: the variant itself, or one part of a bundle."""

    line: UUID
    part: UUID
    quantity: int


class Stock:
    """The use cases of stock; each takes many orders in one transaction and does nothing twice."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def reserve(self, session: AsyncSession, orders: Sequence[OrderPlaced]) -> None:
        """Answers every order: all its lines are promised to it, or none with the reasons."""
        told = {order.order_id: order for order in orders}
        needs = await _claim(session, told)
        if not needs:
            return
        asked = {variant for needed in needs.values() for one in needed for variant in (one.line, one.part)}
        shelf = await self._shelf.look(session, list(asked))
        before = {variant: found.available for variant, found in shelf.items()}
        taken: dict[UUID, Mapping[UUID, int]] = {}
        rejected: list[UUID] = []
        for order in (order for order_id, order in told.items() if order_id in needs):
            needed = needs[order.order_id]
            if shortfalls := _shortfalls(order, needed, shelf):
                rejected.append(order.order_id)
                publish(session, StockRejected(order_id=order.order_id, version=DECIDED, reasons=shortfalls))
                continue
            taken[order.order_id] = _promise(needed, shelf)
            owed = sorted({one.line for one in needed if shelf[one.part].owes})
            publish(session, StockReserved(order_id=order.order_id, version=DECIDED, back_ordered=owed))
        if taken:
            await self._shelf.take(session, taken)
        if rejected:
            await fetch(session, _REJECT, rejected)
        await index_turned(session, _moved(shelf, before))

    async def settle(self, session: AsyncSession, orders: Sequence[OrderPaid]) -> None:
        """What was promised is sold: it leaves the shelf."""
        await fetch(session, _SETTLE, sorted({order.order_id for order in orders}))

    async def give_back(self, session: AsyncSession, orders: Sequence[OrderCancelled]) -> None:
        """A promise is released, a sale is put back; an order that was rejected had neither."""
        rows = await fetch(session, _RETURN, sorted({order.order_id for order in orders}))
        await index_turned(session, {row["variant_id"]: _returned(row) for row in rows})


def _returned(row: asyncpg.Record) -> Moved:
    after = row["available"]
    before = None if after is None else after - row["returned"]
    return Moved(row["product_id"], before, after, row["in_bundles"])


def _moved(shelf: Mapping[UUID, OnShelf], before: Mapping[UUID, int | None]) -> dict[UUID, Moved]:
    return {
        variant: Moved(found.product_id, before[variant], found.available, found.in_bundles)
        for variant, found in shelf.items()
        if found.available != before[variant]
    }


def _summed(quantities: Iterable[tuple[UUID, int]]) -> Counter[UUID]:
    summed: Counter[UUID] = Counter()
    for variant, quantity in quantities:
        summed[variant] += quantity
    return summed


def _ordered(lines: Sequence[OrderedLine]) -> Counter[UUID]:
    return _summed((line.variant_id, line.quantity) for line in lines)


async def _claim(session: AsyncSession, orders: Mapping[UUID, OrderPlaced]) -> dict[UUID, list[Needed]]:
    """Records the orders not seen before, with what they take; what each of those needs."""
    lines = [
        (order_id, variant, quantity)
        for order_id, order in orders.items()
        for variant, quantity in _ordered(order.lines).items()
    ]
    rows = await fetch(
        session,
        _CLAIM,
        sorted(orders),
        [order for order, _, _ in lines],
        [variant for _, variant, _ in lines],
        [quantity for _, _, quantity in lines],
    )
    needs: dict[UUID, list[Needed]] = {}
    for row in rows:
        needs.setdefault(row["order_id"], []).append(Needed(row["variant_id"], row["part_id"], row["quantity"]))
    return needs


def _shortfalls(order: OrderPlaced, needed: Sequence[Needed], shelf: Mapping[UUID, OnShelf]) -> list[Shortfall]:
    prices = {line.variant_id: line.unit_price for line in order.lines}
    ordered = _ordered(order.lines)
    short = _short_lines(needed, ordered, shelf)
    found = (_shortfall(line, prices[line], order.currency, shelf.get(line), short) for line in ordered)
    return [shortfall for shortfall in found if shortfall]


def _shortfall(
    line: UUID, price: int, currency: str, found: OnShelf | None, short: Mapping[UUID, int]
) -> Shortfall | None:
    if found is None or not found.listed or found.currency != currency:
        return Shortfall(variant_id=line, reason="gone")
    if not found.coop_sells:
        return Shortfall(variant_id=line, reason="coop_unavailable")
    if found.price != price:
        return Shortfall(variant_id=line, reason="price", price=found.price)
    if line in short:
        return Shortfall(variant_id=line, reason="short", available=short[line])
    return None


def _short_lines(
    needed: Sequence[Needed], ordered: Mapping[UUID, int], shelf: Mapping[UUID, OnShelf]
) -> dict[UUID, int]:
    """Each line that takes of what falls short, all lines summed, and how many of it there could be by itself."""
    short: dict[UUID, int] = {}
    sums = _summed((one.part, one.quantity) for one in needed)
    for one in needed:
        found = shelf.get(one.part)
        if found is None or not found.has(sums[one.part]):
            left = 0 if found is None else max(0, found.available or 0)
            each = one.quantity // ordered[one.line]
            short[one.line] = min(left // each, short.get(one.line, left))
    return short


def _promise(needed: Sequence[Needed], shelf: Mapping[UUID, OnShelf]) -> Mapping[UUID, int]:
    sums = _summed((one.part, one.quantity) for one in needed)
    for part, quantity in sums.items():
        found = shelf[part]
        if found.available is not None:
            found.available -= quantity
    return sums
