"""Applying: one active application or co-op per domain, whoever asks."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import Conflict
from chassis.ids import new_id
from services.producers import audit
from services.producers.application import GIVES_WAY_AFTER, HOLDING, HOLDS, Application, State
from services.producers.audit import Decision
from services.producers.eligibility import Eligibility, require_may_sell
from services.producers.holding import alone, unproved_holder
from services.producers.names import canonical
from services.producers.requirements import CERTIFIED
from services.producers.vetting import refuse

GAVE_WAY = "The domain was not proved within seven days, and somebody has applied for it since."


class DomainTaken(Conflict):
    code = "domain_taken"
    title = "This domain is taken"


async def apply(
    session: AsyncSession,
    *,
    account_id: UUID,
    domain: str,
    details: Mapping[str, str],
    certifies: bool = False,
    now: datetime,
) -> Application:
    require_may_sell(Eligibility(details.get("eligibility", Eligibility.COOP)), details.get("controlled_by", ""))
    name = canonical(domain)
    await alone(session, name.ascii)
    await _let_unproved_give_way(session, name.ascii, now)
    application: Application | None = await session.scalar(
        insert(Application)
        .values(
            id=new_id(),
            account_id=account_id,
            domain=name.ascii,
            domain_shown=name.shown,
            mixed_script=name.mixed_script,
            state=State.APPLIED,
            submitted_at=now,
            certified_version=CERTIFIED if certifies else None,
            certified_at=now if certifies else None,
            **details,
        )
        .on_conflict_do_nothing(index_elements=["domain"], index_where=text(HOLDS))
        .returning(Application)
    )
    if application is None:
        raise await _taken(session, name.ascii, account_id)
    audit.record(session, Decision.APPLIED, subject=application.id, by=account_id, at=now)
    return application


async def _let_unproved_give_way(session: AsyncSession, domain: str, now: datetime) -> None:
    unproved = await unproved_holder(session, domain)
    if unproved is not None and unproved.submitted_at < now - GIVES_WAY_AFTER:
        refuse(session, unproved, by=None, reason=GAVE_WAY, now=now)


async def _taken(session: AsyncSession, domain: str, account_id: UUID) -> DomainTaken:
    own = await session.scalar(
        select(Application).where(Application.domain == domain, Application.account_id == account_id, HOLDING)
    )
    if own is None:
        return DomainTaken(f"A co-op or another application already holds {domain}.", field="domain")
    return DomainTaken(f"You have applied with {domain} already.", field="domain", application_id=str(own.id))
