"""A co-op that may not sell appeals, and a person answers: either it sells again, or its shop stays closed."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import Conflict
from chassis.tasks import enqueue
from services.producers import audit
from services.producers.audit import Decision
from services.producers.coop import Coop, CoopState
from services.producers.mails import StandingAppealMail
from services.producers.standing_appeal import StandingAppeal, open_appeal


class NothingToAppeal(Conflict):
    code: ClassVar[str] = "nothing_to_appeal"
    title: ClassVar[str] = "There is nothing to appeal against"


class AppealOpen(Conflict):
    code: ClassVar[str] = "appeal_open"
    title: ClassVar[str] = "An appeal is being read already"


class NoAppeal(Conflict):
    code: ClassVar[str] = "no_appeal"
    title: ClassVar[str] = "No appeal waits to be decided"


async def appeal(session: AsyncSession, coop: Coop, *, by: UUID, words: str, now: datetime) -> None:
    """The co-op's row is locked by the caller, as in what follows. Raises NothingToAppeal or AppealOpen."""
    if coop.state == CoopState.ADMITTED:
        raise NothingToAppeal("The shop is open: an appeal is for a co-op that may not sell.")
    if await open_appeal(session, coop.id) is not None:
        raise AppealOpen("Your appeal is being read. You can write again once it is answered.")
    session.add(StandingAppeal(coop_id=coop.id, appealed_at=now, by=by, words=words))
    audit.record(session, Decision.APPEALED, subject=coop.id, by=by, at=now, words=words)


async def dismiss(session: AsyncSession, coop: Coop, *, by: UUID, answer: str, now: datetime) -> None:
    """The shop stays closed; raises NoAppeal. Whoever upholds an appeal reinstates the co-op instead."""
    found = await open_appeal(session, coop.id)
    if found is None:
        raise NoAppeal("It was decided already, or there was none.")
    found.decide(upheld=False, answer=answer, now=now)
    audit.record(session, Decision.APPEAL_DISMISSED, subject=coop.id, by=by, at=now, words=answer)
    enqueue(session, StandingAppealMail(appeal_id=found.id, coop_id=coop.id), key=str(found.id))
