"""A shop that its own co-op closes for a while: its goods can still be looked at, and a day may open it again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from chassis.database import Database
from chassis.errors import Refused
from chassis.outbox import publish
from services.producers import audit
from services.producers.audit import Decision
from services.producers.coop import Coop, public_state
from services.producers.events import CoopPaused, CoopResumed
from services.producers.webhooks.announcing import announce
from services.producers.webhooks.news import EventType, PauseNews

LONGEST = timedelta(days=366)


class DayRefused(Refused):
    code: ClassVar[str] = "pause_day_refused"
    title: ClassVar[str] = "The shop cannot open again on that day"


async def pause(
    session: AsyncSession, coop: Coop, *, until: date | None, words: str, by: UUID | None, now: datetime
) -> bool:
    """Nobody can buy its goods from now on; orders that hold some already go on. False where that was so before.

    The row is locked by the caller; `words` are for shoppers to read, and go into no fact.
    """
    if until is not None and not now.date() < until <= (now + LONGEST).date():
        raise DayRefused("Name a day from tomorrow to a year from now, or none.", field="until")
    if coop.paused_at is not None and (coop.paused_until, coop.pause_words) == (until, words):
        return False
    coop.paused_at = coop.paused_at or now
    coop.paused_until, coop.pause_words = until, words
    coop.version += 1
    publish(session, CoopPaused.model_validate({"state": coop.state, **public_state(coop)}))
    audit.record(session, Decision.PAUSED, subject=coop.id, by=by, at=now, words=words or None)
    await announce(session, EventType.SHOP_PAUSED, [PauseNews(coop_id=coop.id, until=until)])
    return True


async def resume(session: AsyncSession, coop: Coop, *, by: UUID | None, now: datetime) -> bool:
    """The shop is open again. False where it was. The row is locked by the caller; `by` is None for the day itself."""
    if coop.paused_at is None:
        return False
    coop.paused_at, coop.paused_until, coop.pause_words = None, None, ""
    coop.version += 1
    publish(session, CoopResumed.model_validate({"state": coop.state, **public_state(coop)}))
    audit.record(session, Decision.RESUMED, subject=coop.id, by=by, at=now)
    await announce(session, EventType.SHOP_RESUMED, [PauseNews(coop_id=coop.id, until=None)])
    return True


@dataclass(frozen=True)
class Reopening:
    """Opens the shops whose day has come, at midnight UTC or as soon after it as the house is up."""

    database: Database
    clock: Clock
    at_once: int = 100

    async def run(self) -> None:
        while await self._open_some() == self.at_once:
            pass

    async def _open_some(self) -> int:
        now = self.clock()
        due = select(Coop).where(Coop.paused_until <= now.date()).order_by(Coop.id).limit(self.at_once)
        async with self.database.transaction() as session:
            coops = (await session.scalars(due.with_for_update(skip_locked=True))).all()
            for coop in coops:
                await resume(session, coop, by=None, now=now)
            return len(coops)
