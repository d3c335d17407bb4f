"""What is remembered between the checks of a co-op, and when the next one is due."""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, ForeignKey, Index, String, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.producers.base import Base
from services.producers.control import DAY, JITTER, Control, Notice, Stand
from services.producers.coop import Coop, CoopState, Reason
from services.producers.rdap import Registration, Verdict


class Recheck(Base):
    """One row for each co-op, from its admission on."""

    __tablename__ = "rechecks"
    __table_args__ = (Index("rechecks_due", "next_due"),)

    coop_id: Mapped[UUID] = mapped_column(ForeignKey("coops.id"), primary_key=True)
    next_due: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    counted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    proof_revoked: Mapped[bool] = mapped_column(default=False)
    stand: Mapped[str] = mapped_column(default=CoopState.ADMITTED)
    stand_reason: Mapped[str] = mapped_column(default=Reason.MENDED)
    verdict: Mapped[str] = mapped_column(default=Verdict.PROCEED)
    registry_statuses: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)
    registry_seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    worsened_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    grace_used: Mapped[timedelta] = mapped_column(default=timedelta(0))
    ending_used: Mapped[timedelta] = mapped_column(default=timedelta(0))
    stopped: Mapped[timedelta] = mapped_column(default=timedelta(0))
    got_through: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    notices: Mapped[list[str]] = mapped_column(ARRAY(String), default=list)

    def control(self, coop: Coop) -> Control:
        return Control(
            proved_at=None if self.proof_revoked else coop.proved_at,
            counted_at=self.counted_at,
            stand=Stand(CoopState(self.stand), Reason(self.stand_reason)),
            registry=Verdict(self.verdict),
            grace_used=self.grace_used,
            ending_used=self.ending_used,
            stopped=self.stopped,
            got_through=self.got_through,
            failures=self.failures,
            notices=tuple(map(Notice, self.notices)),
        )

    def remember(self, known: Control) -> None:
        self.counted_at = known.counted_at
        self.proof_revoked = known.proved_at is None
        self.stand, self.stand_reason = known.stand.state, known.stand.reason
        self.verdict = known.registry
        self.grace_used, self.ending_used, self.stopped = known.grace_used, known.ending_used, known.stopped
        self.got_through, self.failures = known.got_through, known.failures
        self.notices = list(known.notices)

    def saw(self, registration: Registration, now: datetime) -> None:
        """For everybody to read: what the registry last said, if it said anything."""
        if registration.failure is None:
            self.registry_statuses, self.registry_seen_at = list(registration.statuses), now


def roll(coop_id: UUID, now: datetime) -> float:
    """A number between 0 and 1 that differs from co-op to co-op and from hour to hour, and needs no dice."""
    return zlib.crc32(f"{coop_id} {now:%Y-%j-%H}".encode()) / 2**32


def first(coop: Coop, statuses: Sequence[str], seen_at: datetime, now: datetime) -> Recheck:
    """At an admission; the first check is due within the day after it, those of a day spread over all of the next."""
    return Recheck(
        coop_id=coop.id,
        next_due=now + DAY * (JITTER + (1 - JITTER) * roll(coop.id, now)),
        counted_at=now,
        registry_statuses=list(statuses),
        registry_seen_at=seen_at,
    )


async def claim(session: AsyncSession, *, now: datetime, most: int, again_in: timedelta) -> Sequence[UUID]:
    """The co-ops whose check is due, longest overdue first; they are due again then, unless their check says when."""
    due = (
        select(Recheck.coop_id)
        .where(Recheck.next_due <= now)
        .order_by(Recheck.next_due)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    claimed = update(Recheck).where(Recheck.coop_id.in_(due)).values(next_due=now + again_in)
    return (await session.scalars(claimed.returning(Recheck.coop_id))).all()
