"""Taking away what is personal about a decision: beside the audit log, and wherever else the same words are shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.producers import audit
from services.producers.application import Application
from services.producers.audit import Decision, Entry, Words
from services.producers.coop import Coop
from services.producers.standing_appeal import StandingAppeal

ERASED = "[erased]"
"""Stands where the words were, so that nobody takes a decision for one without a reason."""

# Where the words of a decision are shown besides the audit log, each with the column that names its subject.
COPIES: Sequence[tuple[InstrumentedAttribute[Any], InstrumentedAttribute[UUID]]] = (
    (Application.decision_reason, Application.id),
    (Application.appeal_words, Application.id),
    (Application.appeal_answer, Application.id),
    (Coop.state_words, Coop.id),
    (StandingAppeal.words, StandingAppeal.coop_id),
    (StandingAppeal.answer, StandingAppeal.coop_id),
)


async def erase_words(session: AsyncSession, position: int, *, by: UUID, at: datetime) -> bool:
    """Takes the words of an entry away, with every copy of them about the same application or co-op, and records that.

    The chain holds. False where nothing was there.
    """
    entry, words = await session.get(Entry, position), await session.get(Words, position)
    if entry is None or words is None:
        return False
    said = words.said
    for copy in await _said_of(session, entry.subject, said):
        await session.delete(copy)
        why = str(copy.position)
        audit.record(session, Decision.WORDS_ERASED, subject=entry.subject, by=by, at=at, why=why)
    for column, subject in COPIES:
        shown = update(column.class_).where(subject == entry.subject, column == said)
        await session.execute(shown.values({column.key: ERASED}))
    return True


async def _said_of(session: AsyncSession, subject: UUID, said: str) -> Sequence[Words]:
    """One note may stand beside several entries, such as an admission and what it went over."""
    same = select(Words).join(Entry, Entry.position == Words.position)
    same = same.where(Entry.subject == subject, Words.said == said).order_by(Words.position).with_for_update(of=Words)
    return (await session.scalars(same)).all()
