"""The operators' decision on an application, and what follows from it at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import Forbidden
from chassis.outbox import publish
from chassis.tasks import enqueue
from services.producers import audit, staff
from services.producers.application import READ, Application
from services.producers.audit import Decision
from services.producers.coop import Coop, CoopState, Role, mint_slug, public_state
from services.producers.events import CoopAdmitted
from services.producers.evidence import Check, Outcome
from services.producers.mails import AdmittedMail, RefusedMail
from services.producers.recheck import first
from services.producers.registering import require_registered
from services.producers.requirements import require_all


class OwnApplication(Forbidden):
    code = "own_application"
    title = "Nobody admits their own co-op"


@dataclass(frozen=True)
class Asked:
    """What an admission asks for, and whether the operator goes over what is open of it."""

    demanded: Collection[str]
    override: bool = False


async def admit(
    session: AsyncSession, application: Application, *, by: UUID, note: str, asked: Asked, now: datetime
) -> None:
    """The registry was asked just before, outside this transaction; no operator goes over its word.

    Raises OwnApplication where the operator had applied.
    """
    if by == application.account_id:
        raise OwnApplication("Please leave the decision to another operator.")
    registered = await require_registered(session, application, now) if application.state in READ else None
    if not application.admit(at=now, by=by, note=note):
        return
    assert registered is not None  # only a proved application can be admitted
    await require_all(session, application, asked.demanded, by=by, override=asked.override, words=note, now=now)
    proof = await _proof_of(session, application)
    coop = await _found_coop(session, application, proof, now)
    session.add(coop)
    await session.flush()
    session.add(first(coop, registered.statuses, registered.checked_at, now))
    publish(session, CoopAdmitted(state="admitted", **public_state(coop)))
    first_owner, email = application.account_id, application.contact_email
    await staff.join(session, coop, account_id=first_owner, email=email, role=Role.OWNER, now=now)
    enqueue(session, AdmittedMail(application_id=application.id), key=str(application.id))
    subject, evidence = application.id, proof.digest
    audit.record(session, Decision.ADMITTED, subject=subject, by=by, at=now, evidence=evidence, words=note)


def refuse(session: AsyncSession, application: Application, *, by: UUID | None, reason: str, now: datetime) -> None:
    if application.refuse(at=now, by=by, reason=reason):
        enqueue(session, RefusedMail(application_id=application.id), key=str(application.id))
        audit.record(session, Decision.REFUSED, subject=application.id, by=by, at=now, words=reason)


async def _proof_of(session: AsyncSession, application: Application) -> Check:
    proof = await session.scalar(
        select(Check)
        .where(Check.application_id == application.id, Check.outcome == Outcome.PROVED)
        .order_by(Check.checked_at.desc())
        .limit(1)
    )
    assert proof is not None  # an application becomes proved only together with the check that proves it
    return proof


async def _found_coop(session: AsyncSession, application: Application, proof: Check, now: datetime) -> Coop:
    return Coop(
        id=application.id,
        slug=await mint_slug(session, application.canonical, application.trading_name),
        name=application.trading_name,
        domain=application.domain,
        country=application.country,
        city=application.city,
        makes=application.makes,
        state=CoopState.ADMITTED,
        state_since=now,
        admitted_at=now,
        holder_confirmed_at=now,
        proof_method=proof.way,
        proved_at=proof.checked_at,
        proof_resolvers=proof.resolvers,
        proof_authenticated=proof.authenticated_data,
        version=1,
        members_version=0,
        payee_version=0,
    )
