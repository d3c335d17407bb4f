"""The stock journal as a co-op's staff read it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from services.catalog.stock.journal import Change
from services.catalog.stock.policy import at_least_none

_ENTRIES = """
    SELECT entry, at, change, cause, on_hand_change, reserved_change, on_hand, reserved, version
    FROM stock_journal WHERE variant_id = $1 AND ($2::bigint IS NULL OR entry < $2)
    ORDER BY entry DESC LIMIT $3
"""


class EntryView(BaseModel):
    """One change, and what is left after it. `cause` is an order, an import, or the account or key that told us."""

    at: datetime
    change: Change
    cause: UUID | None
    on_hand_change: int
    reserved_change: int
    on_hand: int | None
    reserved: int
    available: int | None
    version: int


async def read_journal(
    session: AsyncSession, variant_id: UUID, *, before: int | None, limit: int
) -> Sequence[asyncpg.Record]:
    """Newest first."""
    return await fetch(session, _ENTRIES, variant_id, before, limit)


def entry_shown(row: asyncpg.Record) -> EntryView:
    on_hand = row["on_hand"]
    told = {name: row[name] for name in EntryView.model_fields if name != "available"}
    return EntryView(**told, available=None if on_hand is None else at_least_none(on_hand - row["reserved"]))
