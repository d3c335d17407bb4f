"""The stock journal as a co-op's staff read it: entry by entry, and summed up since the shelf was last counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from services.catalog.stock.journal import Change
from services.catalog.stock.policy import at_least_none

# What says how many there are, whatever there were before; everything else says how many more or fewer.
SAYS_HOW_MANY = (Change.OPENING, Change.IMPORTED, Change.EDITED, Change.COUNTED)

_ENTRIES = """
    SELECT entry, at, change, cause, on_hand_change, reserved_change, on_hand, reserved, version
    FROM stock_journal
    WHERE variant_id = $1 AND entry < coalesce($2::bigint, 9223372036854775807)
      AND at >= coalesce($3::timestamptz, '-infinity') AND at < coalesce($4::timestamptz, 'infinity')
      AND ($5::text IS NULL OR change = $5)
    ORDER BY entry DESC LIMIT $6
"""
_COUNTED = """
    SELECT entry, at, change, cause, on_hand_change, reserved_change, on_hand, reserved, version
    FROM stock_journal WHERE variant_id = $1 AND change = ANY($2) ORDER BY entry DESC LIMIT 1
"""
_SUMS = """
    SELECT change, count(*) AS times, sum(on_hand_change)::bigint AS on_hand_change,
           sum(reserved_change)::bigint AS reserved_change
    FROM stock_journal WHERE variant_id = $1 AND entry > $2 GROUP BY change ORDER BY min(entry)
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


class SumView(BaseModel):
    """All changes of one kind together."""

    change: Change
    times: int
    on_hand_change: int
    reserved_change: int


class ExplanationView(BaseModel):
    """`counted` is the last entry that says how many there are, `since` what came of it; together they are the level.

    Without `counted` nothing ever said how many there are, and `since` is everything.
    """

    counted: EntryView | None
    since: list[SumView]


@dataclass(frozen=True, slots=True)
class Span:
    """Days, the first and the last included, as UTC has them; and one kind of change, or all."""

    since: date | None = None
    until: date | None = None
    change: Change | None = None

    @property
    def begins(self) -> datetime | None:
        return _midnight(self.since) if self.since else None

    @property
    def ends(self) -> datetime | None:
        return _midnight(self.until) + timedelta(days=1) if self.until else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


Day = Annotated[date | None, Query(ge=date(2000, 1, 1), le=date(2999, 12, 31))]


async def _span(since: Day = None, until: Day = None, change: Change | None = None) -> Span:
    return Span(since, until, change)


AskedSpan = Annotated[Span, Depends(_span)]


async def read_journal(
    session: AsyncSession, variant_id: UUID, span: Span, *, before: int | None, limit: int
) -> Sequence[asyncpg.Record]:
    """Newest first."""
    return await fetch(session, _ENTRIES, variant_id, before, span.begins, span.ends, span.change, limit)


async def explained(session: AsyncSession, variant_id: UUID) -> ExplanationView:
    """How the level came about since somebody last said how many there are."""
    rows = await fetch(session, _COUNTED, variant_id, list(SAYS_HOW_MANY))
    sums = await fetch(session, _SUMS, variant_id, rows[0]["entry"] if rows else 0)
    return ExplanationView(
        counted=entry_shown(rows[0]) if rows else None, since=[SumView.model_validate(dict(row)) for row in sums]
    )


def entry_shown(row: asyncpg.Record) -> EntryView:
    on_hand = row["on_hand"]
    told = {name: row[name] for name in EntryView.model_fields if name != "available"}
    return EntryView(**told, available=None if on_hand is None else at_least_none(on_hand - row["reserved"]))
