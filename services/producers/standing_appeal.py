"""What a co-op says against being stopped: an appeal, open to its owners for as long as its shop is closed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.ids import new_id
from services.producers.base import Base
from services.producers.coop import Coop

OPEN = "decided_at IS NULL"


class StandingAppeal(Base):
    """One at a time for each co-op. `upheld` is None until it is decided; a co-op that sells again has been heard."""

    __tablename__ = "standing_appeals"
    __table_args__ = (
        Index("standing_appeals_of_coop", "coop_id", "appealed_at"),
        Index("one_open_appeal_per_coop", "coop_id", unique=True, postgresql_where=text(OPEN)),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    coop_id: Mapped[UUID] = mapped_column(ForeignKey("coops.id"))
    appealed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    by: Mapped[UUID]
    words: Mapped[str]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answer: Mapped[str | None]
    upheld: Mapped[bool | None]

    def decide(self, *, upheld: bool, answer: str | None, now: datetime) -> None:
        self.decided_at, self.answer, self.upheld = now, answer, upheld


async def close_as_upheld(session: AsyncSession, coop_id: UUID, *, answer: str | None, now: datetime) -> None:
    """What a co-op that sells again had said against being stopped, if anything."""
    found = await open_appeal(session, coop_id)
    if found is not None:
        found.decide(upheld=True, answer=answer, now=now)


async def open_appeal(session: AsyncSession, coop_id: UUID) -> StandingAppeal | None:
    found: StandingAppeal | None = await session.scalar(
        select(StandingAppeal).where(StandingAppeal.coop_id == coop_id, text(OPEN))
    )
    return found


async def appeals_of(session: AsyncSession, coop_id: UUID) -> Sequence[StandingAppeal]:
    """Newest first."""
    found = select(StandingAppeal).where(StandingAppeal.coop_id == coop_id).order_by(StandingAppeal.appealed_at.desc())
    return (await session.scalars(found)).all()


async def waiting(session: AsyncSession, *, limit: int) -> Sequence[tuple[StandingAppeal, Coop]]:
    """The appeals that nobody has decided, longest waiting first."""
    found = select(StandingAppeal, Coop).join(Coop, Coop.id == StandingAppeal.coop_id).where(text(OPEN))
    rows = await session.execute(found.order_by(StandingAppeal.appealed_at).limit(limit))
    return [(appeal, coop) for appeal, coop in rows]
