"""Asking the registry about an applicant's domain, and what has to be true of it before anybody is admitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.errors import Conflict, DomainError, Unavailable
from services.producers import audit
from services.producers.application import READ, Application, locked
from services.producers.audit import Decision
from services.producers.rdap import Verdict
from services.producers.rdap_client import Registry
from services.producers.registration_check import RegistrationCheck, last, note

GOOD_FOR = timedelta(hours=1)


class RegistryUnreachable(Unavailable):
    code = "registry_unreachable"
    title = "The registry could not be asked"


class DomainOnHold(Conflict):
    code = "domain_on_hold"
    title = "The registry holds this domain back"


class DomainMoved(Conflict):
    code = "domain_changed_hands"
    title = "This domain changed hands after it was proved"


class DomainNotRegistered(Conflict):
    code = "domain_not_registered"
    title = "The registry does not know this domain"


REFUSALS: Mapping[Verdict, tuple[type[DomainError], str]] = {
    Verdict.UNKNOWN: (RegistryUnreachable, "The registry could not be asked about {}. Try again in a few minutes."),
    Verdict.HOLD: (DomainOnHold, "The registry does not let {} work at present. Let its holder mend that there first."),
    Verdict.ENDING: (DomainOnHold, "The registry is about to delete {}. Let its holder renew it there first."),
    Verdict.MOVED: (
        DomainMoved,
        "The registry says that {} changes hands, or did after it was proved. Prove it again.",
    ),
    Verdict.MISSING: (DomainNotRegistered, "The registry says that {} is registered to nobody."),
}


@dataclass(frozen=True)
class RegistryCheck:
    """Asks between two transactions, as every check does."""

    database: Database
    registry: Registry

    async def run(self, application_id: UUID, *, now: datetime, at_most_every: timedelta = timedelta(0)) -> None:
        """The answer is kept as evidence; where the domain changed hands the proof is taken back."""
        async with self.database.reading() as session:
            application = await session.get(Application, application_id)
            before = await last(session, application_id)
        if application is None or application.state not in READ:
            return
        if before is not None and now - before.checked_at < at_most_every:
            return
        registration = await self.registry.ask(application.domain)
        async with self.database.transaction() as session:
            application = await locked(session, application_id)
            verdict = registration.verdict(application.proved_at)
            told = await note(session, application.id, registration, verdict, now)
            if verdict is Verdict.MOVED and application.state in READ:
                application.take_back_proof()
                what, evidence = Decision.PROOF_TAKEN_BACK, told.digest
                audit.record(session, what, subject=application.id, by=None, at=now, evidence=evidence)


async def require_registered(session: AsyncSession, application: Application, now: datetime) -> RegistrationCheck:
    """The registry's last word, not older than an hour; raises unless it lets the domain's holder proceed."""
    found = await last(session, application.id)
    recent = found if found is not None and found.checked_at > now - GOOD_FOR else None
    if recent is not None and recent.verdict == Verdict.PROCEED:
        return recent
    verdict = Verdict.UNKNOWN if recent is None else Verdict(recent.verdict)
    error, sentence = REFUSALS[verdict]
    raise error(sentence.format(application.domain_shown))
