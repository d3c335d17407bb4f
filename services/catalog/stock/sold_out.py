"""What of a product nobody can order just now, told to other rooms when that changes.

It is read after the commit that may have changed it, by the one who numbers changes: reserving stays as short as it is,
and of two that sell the last ones at once neither has to know of the other.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ForeignKey, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.direct import fetch
from chassis.outbox import publish
from services.catalog.base import Base
from services.catalog.events import AvailabilityChanged
from services.catalog.stock.bundle import AVAILABLE


class AvailabilityTold(Base):
    """What was told last of a product; without a row, that all of it can be ordered."""

    __tablename__ = "availability_told"

    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.product_id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int]
    sold_out: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


async def tell_sold_out(session: AsyncSession, products: Iterable[UUID]) -> None:
    """Only one process may do this at a time. What is as it was told is not told again."""
    for row in await fetch(session, _TURNED, sorted(products)):
        publish(session, AvailabilityChanged(**row))


_TURNED = f"""
    WITH now AS (
        SELECT product_id, coalesce(array_agg(v.variant_id ORDER BY v.variant_id) FILTER (
                   WHERE v.policy NOT IN ('back_order', 'made_to_order') AND coalesce({AVAILABLE}, 1) <= 0), '{{}}')
               AS sold_out
        FROM variants v WHERE product_id = ANY($1) GROUP BY product_id),
    turned AS (
        INSERT INTO availability_told AS told (product_id, version, sold_out)
        SELECT product_id, 1, now.sold_out FROM now LEFT JOIN availability_told before USING (product_id)
        WHERE now.sold_out <> coalesce(before.sold_out, '{{}}')
        ON CONFLICT (product_id) DO UPDATE SET version = told.version + 1, sold_out = excluded.sold_out
        RETURNING product_id, version, sold_out)
    SELECT product_id, turned.version, coop_id, sold_out FROM turned JOIN products USING (product_id)
"""  # noqa: S608, our own
