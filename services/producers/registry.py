"""Reading the registry: applications with their evidence, and the co-ops that were admitted."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from chassis.errors import NotFound
from services.producers.application import Application, State
from services.producers.challenge import Challenge
from services.producers.coop import Coop, CoopState
from services.producers.document import Document
from services.producers.evidence import Check, Outcome
from services.producers.ownership import spoken_for_by
from services.producers.question import Question
from services.producers.recheck import Recheck
from services.producers.registration_check import RegistrationCheck
from services.producers.requirements import RequirementMark


class NoSuchCoop(NotFound):
    code = "coop_not_found"
    title = "There is no such co-op here"


@dataclass
class Dossier:
    """An application together with all that is kept on it."""

    application: Application
    challenge: Challenge | None = None
    checks: list[Check] = field(default_factory=list)
    coop: Coop | None = None
    questions: list[Question] = field(default_factory=list)
    marks: list[RequirementMark] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    recheck: Recheck | None = None
    registrations: list[RegistrationCheck] = field(default_factory=list)


@dataclass(frozen=True)
class Listed:
    """A co-op together with what everybody may see of its checks, and of what it stated as a seller."""

    coop: Coop
    recheck: Recheck
    seller: Application


T = TypeVar("T", Check, Document, Question, RegistrationCheck, RequirementMark)

_LISTED = (
    select(Coop, Recheck, Application)
    .join(Recheck, Recheck.coop_id == Coop.id)
    .join(Application, Application.id == Coop.id)
)


async def dossiers(
    session: AsyncSession, *, account_id: UUID | None, state: State | None, after: UUID | None, limit: int
) -> list[Dossier]:
    """In the order in which they came in; of one account, or of all."""
    found = select(Application).order_by(Application.id).limit(limit)
    if account_id is not None:
        found = found.where(spoken_for_by(account_id))
    if state is not None:
        found = found.where(Application.state == state)
    if after is not None:
        found = found.where(Application.id > after)
    return await complete(session, (await session.scalars(found)).all())


async def complete(session: AsyncSession, applications: Sequence[Application]) -> list[Dossier]:
    ids = [application.id for application in applications]
    challenges = await session.scalars(select(Challenge).where(Challenge.application_id.in_(ids)))
    challenge_of = {challenge.application_id: challenge for challenge in challenges}
    coop_of = {coop.id: coop for coop in await session.scalars(select(Coop).where(Coop.id.in_(ids)))}
    rechecks = await session.scalars(select(Recheck).where(Recheck.coop_id.in_(ids)))
    recheck_of = {recheck.coop_id: recheck for recheck in rechecks}
    checks = await _by_application(session, Check, ids, Check.checked_at)
    questions = await _by_application(session, Question, ids, Question.asked_at)
    marks = await _by_application(session, RequirementMark, ids, RequirementMark.at)
    documents = await _by_application(session, Document, ids, Document.added_at)
    registrations = await _by_application(session, RegistrationCheck, ids, RegistrationCheck.checked_at)
    return [
        Dossier(
            one,
            challenge_of.get(one.id),
            [check for check in checks[one.id] if check.outcome != Outcome.ASKED],
            coop_of.get(one.id),
            questions[one.id],
            marks[one.id],
            documents[one.id],
            recheck_of.get(one.id),
            registrations[one.id],
        )
        for one in applications
    ]


async def _by_application(
    session: AsyncSession, kept: type[T], ids: Sequence[UUID], by_age: InstrumentedAttribute[datetime]
) -> defaultdict[UUID, list[T]]:
    found: defaultdict[UUID, list[T]] = defaultdict(list)
    for one in await session.scalars(select(kept).where(kept.application_id.in_(ids)).order_by(by_age)):
        found[one.application_id].append(one)
    return found


async def coops(session: AsyncSession, *, state: CoopState | None, after: str | None, limit: int) -> Sequence[Listed]:
    found = _LISTED.order_by(Coop.slug).limit(limit)
    if state is not None:
        found = found.where(Coop.state == state)
    rows = await session.execute(found if after is None else found.where(Coop.slug > after))
    return [Listed(coop, recheck, seller) for coop, recheck, seller in rows]


async def coop(session: AsyncSession, slug_or_id: str) -> Listed:
    found = await _one(session, _LISTED.where(_named(slug_or_id))) if slug_or_id.isprintable() else None
    if found is None:
        raise NoSuchCoop("No co-op of that name sells here.")
    return found


async def holder(session: AsyncSession, domain: str) -> Listed | None:
    """The co-op that is admitted with a domain, or else the last one that was."""
    admitted_first = (Coop.state == CoopState.ADMITTED).desc()
    return await _one(session, _LISTED.where(Coop.domain == domain).order_by(admitted_first, Coop.admitted_at.desc()))


async def _one(session: AsyncSession, query: Select[Coop, Recheck, Application]) -> Listed | None:
    row = (await session.execute(query.limit(1))).first()
    return None if row is None else Listed(*row)


def _named(slug_or_id: str) -> ColumnElement[bool]:
    try:
        return Coop.id == UUID(slug_or_id)
    except ValueError:
        return Coop.slug == slug_or_id
