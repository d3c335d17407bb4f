"""What the registry said of a domain, kept as evidence: a row for each new answer, not for each day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, ForeignKey, Index, String, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.ids import new_id
from services.producers.audit import evidence_of
from services.producers.base import Base
from services.producers.rdap import NEW_REGISTRATIONS, Registration, Verdict


class RegistrationCheck(Base):
    __tablename__ = "registration_checks"
    __table_args__ = (Index("registration_checks_of_application", "application_id", "checked_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    first_checked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    checked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    times: Mapped[int]
    server: Mapped[str]
    verdict: Mapped[str]
    statuses: Mapped[list[str]] = mapped_column(ARRAY(String))
    events: Mapped[Mapping[str, Any]] = mapped_column(JSONB)
    failure: Mapped[str | None]

    @property
    def digest(self) -> bytes:
        """For the audit log: what was answered, however often."""
        return evidence_of([self.server, self.verdict, self.statuses, self.events, self.failure])

    def says(self, other: "RegistrationCheck") -> bool:
        """Whether both are the same answer."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("server", "verdict", "statuses", "events", "failure")
        )


async def note(
    session: AsyncSession, application_id: UUID, registration: Registration, verdict: Verdict, now: datetime
) -> RegistrationCheck:
    """Adds to the evidence; an answer that repeats the last one is counted with it."""
    told = RegistrationCheck(
        application_id=application_id,
        first_checked_at=now,
        checked_at=now,
        times=1,
        server=registration.server,
        verdict=verdict,
        statuses=list(registration.statuses),
        events={action: at.isoformat() for action, at in sorted(registration.events.items())},
        failure=registration.failure,
    )
    before = await last(session, application_id)
    if before is not None and before.says(told):
        before.checked_at, before.times = now, before.times + 1
        return before
    session.add(told)
    return told


async def last(session: AsyncSession, application_id: UUID) -> RegistrationCheck | None:
    of_application = select(RegistrationCheck).where(RegistrationCheck.application_id == application_id)
    found: RegistrationCheck | None = await session.scalar(
        of_application.order_by(RegistrationCheck.checked_at.desc()).limit(1)
    )
    return found


async def registered_anew_at(session: AsyncSession, application_id: UUID, *, since: datetime) -> datetime | None:
    """When the domain was registered anew after that time, as the registry last told it; None where it was not.

    Unlike a transfer, which may only change the registrar, this is a name that somebody had let go.
    """
    told = select(RegistrationCheck.events).where(
        RegistrationCheck.application_id == application_id, RegistrationCheck.events != {}
    )
    events = await session.scalar(told.order_by(RegistrationCheck.checked_at.desc()).limit(1)) or {}
    dates = [datetime.fromisoformat(at) for action, at in events.items() if action in NEW_REGISTRATIONS]
    return max((at for at in dates if at > since), default=None)
