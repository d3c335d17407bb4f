"""The shelf: variants as they stand there, and the guard against promising what is not there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from services.catalog.assortment.draft import ProductState
from services.catalog.stock.journal import WRITE_MOVES
from services.catalog.stock.policy import StockPolicy

LOOK = """
    SELECT v.variant_id, v.product_id, v.price, v.policy, v.on_hand - v.reserved AS available,
           p.currency, p.state, c.state = 'admitted' AND NOT c.paused AS coop_sells,
           EXISTS (SELECT FROM bundle_parts WHERE part_id = v.variant_id) AS in_bundles
    FROM variants v JOIN products p USING (product_id) LEFT JOIN coops c USING (coop_id)
    WHERE v.variant_id = ANY($1) ORDER BY v.variant_id
"""

TAKE = """
    WITH moves AS (
        SELECT variant_id, 'reserved' AS change, order_id AS cause, 0 AS on_hand_change, quantity AS reserved_change
        FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS given (order_id, variant_id, quantity)),
    given AS (SELECT variant_id, sum(reserved_change) AS quantity FROM moves GROUP BY variant_id),
    changed AS (
        UPDATE variants v SET reserved = v.reserved + given.quantity
        FROM given
        WHERE v.variant_id = given.variant_id {guard}
        RETURNING v.variant_id, v.on_hand, v.reserved, v.stock_version),
    written AS ({write})
    SELECT variant_id FROM changed
"""


class ShelfMoved(RuntimeError):
    """Stock changed although its rows were locked: nothing of the transaction may stand."""


@dataclass(slots=True)
class OnShelf:
    """A variant as it is while its row is locked; `available` is None where no count is kept."""

    product_id: UUID
    price: int
    policy: str
    available: int | None
    currency: str
    listed: bool
    coop_sells: bool
    in_bundles: bool

    @property
    def owes(self) -> bool:
        """More of it are promised than stand there."""
        return self.available is not None and self.available < 0

    def has(self, quantity: int) -> bool:
        """Whether so many may be promised; those that are back-ordered are promised below zero.

        A bundle never is: what is taken are its parts, and whoever knew none has read before it became one.
        """
        if self.policy == StockPolicy.BUNDLE:
            return False
        return self.available is None or self.policy == StockPolicy.BACK_ORDER or self.available >= quantity


class Shelf:
    """The guard against selling what is not there: rows locked in id order, taken only while enough is left."""

    look_sql = LOOK + " FOR UPDATE OF v"
    take_sql = TAKE.format(
        guard="AND (v.on_hand IS NULL OR v.policy = 'back_order' OR v.on_hand - v.reserved >= given.quantity)",
        write=WRITE_MOVES,
    )

    async def look(self, session: AsyncSession, variants: Sequence[UUID]) -> dict[UUID, OnShelf]:
        """The variants that exist, locked until the transaction ends."""
        rows = await fetch(session, self.look_sql, sorted(variants))
        return {row["variant_id"]: _on_shelf(row) for row in rows}

    async def take(self, session: AsyncSession, wanted: Mapping[UUID, Mapping[UUID, int]]) -> None:
        """Promises all of it, to each order its own; raises ShelfMoved where one variant falls short."""
        rows = [(order, part, quantity) for order, parts in wanted.items() for part, quantity in parts.items()]
        taken = await fetch(session, self.take_sql, *(list(column) for column in zip(*rows, strict=True)))
        if len(taken) != len({part for _, part, _ in rows}):
            raise ShelfMoved("a variant fell short after it was looked at")


def _on_shelf(row: asyncpg.Record) -> OnShelf:
    return OnShelf(
        row["product_id"],
        row["price"],
        row["policy"],
        row["available"],
        row["currency"],
        listed=row["state"] == ProductState.LISTED,
        coop_sells=bool(row["coop_sells"]),
        in_bundles=row["in_bundles"],
    )
