"""What sold out or is back: that alone goes to the search index when stock changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from services.catalog.search.indexing import index

_BUNDLES_TURNED = """
    SELECT v.product_id
    FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS moved (part_id, before, after)
    JOIN bundle_parts p USING (part_id) JOIN variants v ON v.variant_id = p.bundle_id
    WHERE (before >= p.quantity) <> (after >= p.quantity)
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many of a variant could be had before and after a change; None where no count is kept."""

    product_id: UUID
    before: int | None
    after: int | None
    in_bundles: bool

    @property
    def turned(self) -> bool:
        """It sold out, or is back."""
        return self.before is not None and self.after is not None and (self.before > 0) != (self.after > 0)


async def index_turned(session: AsyncSession, moved: Mapping[UUID, Moved]) -> None:
    """Whatever sold out or is back goes to the index, and the bundles made of it; nothing else does."""
    products = {one.product_id for one in moved.values() if one.turned}
    parts = {part: one for part, one in moved.items() if one.in_bundles and one.before is not None}
    if parts:
        before, after = [one.before for one in parts.values()], [one.after for one in parts.values()]
        products |= {row["product_id"] for row in await fetch(session, _BUNDLES_TURNED, list(parts), before, after)}
    index(session, products)
