"""A refused applicant appeals within thirty days; the refusal is taken back, or stands for good."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.tasks import enqueue
from services.producers import audit
from services.producers.application import Application
from services.producers.applying import DomainTaken
from services.producers.audit import Decision
from services.producers.holding import alone, other_holder
from services.producers.mails import AppealMail


async def appeal(session: AsyncSession, application: Application, *, words: str, now: datetime) -> None:
    """Raises AppealClosed, or DomainTaken where somebody has applied with the domain since."""
    await alone(session, application.domain)
    await _require_nobody_since(session, application)
    if application.appeal(at=now, words=words):
        by = application.account_id
        audit.record(session, Decision.APPEALED, subject=application.id, by=by, at=now, words=words)


async def uphold(session: AsyncSession, application: Application, *, by: UUID, answer: str, now: datetime) -> None:
    """Admitting it is another decision: whatever else speaks against it has to be found first."""
    if application.uphold(at=now, answer=answer):
        audit.record(session, Decision.APPEAL_UPHELD, subject=application.id, by=by, at=now, words=answer)
        enqueue(session, AppealMail(application_id=application.id, upheld=True), key=str(application.id))


async def dismiss(session: AsyncSession, application: Application, *, by: UUID, answer: str, now: datetime) -> None:
    if application.dismiss(at=now, answer=answer):
        audit.record(session, Decision.APPEAL_DISMISSED, subject=application.id, by=by, at=now, words=answer)
        enqueue(session, AppealMail(application_id=application.id, upheld=False), key=str(application.id))


async def _require_nobody_since(session: AsyncSession, application: Application) -> None:
    if await other_holder(session, application) is not None:
        raise DomainTaken(f"Another application with {application.domain} is under way. Please go on with that one.")
