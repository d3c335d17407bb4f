"""What a draft makes of what a co-op has, before anything is changed."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from services.catalog.assortment.standing import own_ids, standing


class Outcome(StrEnum):
    """What a draft makes of the assortment."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


async def outcomes(
    session: AsyncSession, coop_id: UUID, drafts: Sequence[tuple[str | None, bytes]], *, lock: bool
) -> list[Outcome]:
    """Of drafts told by their external ids and digests; with `lock` the products there are stay as they are.

    A draft that says what it said the last time changes nothing, whatever was sold or edited since, nor does one that
    says what stands here already.
    """
    keys = [key for key, _ in drafts if key]
    rows = await fetch(session, _LOCK if lock else _KNOWN, coop_id, keys, own_ids(keys))
    last = {row["key"]: row["imported_digest"] for row in rows}
    differing = [key for key, digest in drafts if key and last.get(key, digest) != digest]
    there = await standing(session, coop_id, differing)

    def outcome(key: str, digest: bytes) -> Outcome:
        if key not in last:
            return Outcome.NEW
        return Outcome.UNCHANGED if digest in (last[key], there.get(key)) else Outcome.CHANGED

    return [outcome(key or "", digest) for key, digest in drafts]


# By external id, or by our own where no file has brought the product yet.
_KNOWN = """
    SELECT COALESCE(external_id, product_id::text) AS key, imported_digest FROM products
    WHERE coop_id = $1 AND (external_id = ANY($2) OR (external_id IS NULL AND product_id = ANY($3)))
"""
_LOCK = f"{_KNOWN} ORDER BY product_id FOR UPDATE"
