"""A co-op's products as its own systems see them: with the co-op's ids, drafts and archived ones included."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from chassis.paging import AFTER_ALL
from services.catalog.assortment.draft import ProductState
from services.catalog.categories import Categories
from services.catalog.product_view import SHOWN, ProductView, shown

_PAGE = (
    SHOWN
    + """
    WHERE p.coop_id = $1 AND ($2::text IS NULL OR p.state = $2) AND p.product_id < $3
    ORDER BY p.product_id DESC LIMIT $4
"""
)
_BY_EXTERNAL_ID = SHOWN + "WHERE p.coop_id = $1 AND p.external_id = $2"


class OwnProduct(ProductView):
    """`external_id` is the co-op's own id of it, None where it was made by the form without one."""

    external_id: str | None


async def read_assortment(
    session: AsyncSession, coop: UUID, *, state: ProductState | None, before: UUID | None, limit: int
) -> Sequence[asyncpg.Record]:
    """Newest first, in every state or in one."""
    return await fetch(session, _PAGE, coop, state, before or AFTER_ALL, limit)


async def read_own(session: AsyncSession, coop: UUID, external_id: str) -> asyncpg.Record | None:
    """The row of the co-op's product with this id of its own, or None."""
    rows = await fetch(session, _BY_EXTERNAL_ID, coop, external_id)
    return rows[0] if rows else None


def own(row: asyncpg.Record, categories: Categories) -> OwnProduct:
    """What `shown` makes of it, and the co-op's id."""
    return OwnProduct.model_construct(external_id=row["external_id"], **dict(shown(row, categories, own=True)))
