"""What a seller has to state, given after the application was sent."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.producers import audit
from services.producers.application import DECIDED, AlreadyDecided, Application
from services.producers.audit import Decision, evidence_of
from services.producers.eligibility import Eligibility, require_may_sell
from services.producers.requirements import CERTIFIED


def state(
    session: AsyncSession, application: Application, stated: Mapping[str, str], *, certifies: bool, now: datetime
) -> None:
    """Takes the place of what was stated before, until the application is decided."""
    if application.state in DECIDED:
        raise AlreadyDecided("The application is decided; what you stated in it stays as it was.")
    require_may_sell(Eligibility(stated["eligibility"]), stated["controlled_by"])
    for name, value in stated.items():
        setattr(application, name, value)
    application.certified_version, application.certified_at = (CERTIFIED, now) if certifies else (None, None)
    by, evidence = application.account_id, evidence_of({**stated, "certified": application.certified_version})
    audit.record(session, Decision.STATED, subject=application.id, by=by, at=now, evidence=evidence)
