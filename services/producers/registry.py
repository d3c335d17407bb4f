"""Reading the registry: applications with their evidence, and the co-ops that were admitted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarResult, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from chassis.errors import NotFound
from services.producers.application import Application, State
from services.producers.challenge import Challenge
from services.producers.coop import Coop, CoopState
from services.producers.evidence import Check, Outcome
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
    recheck: Recheck | None = None
    registrations: list[RegistrationCheck] = field(default_factory=list)


@dataclass(frozen=True)
class Listed:
    """A co-op together with what everybody may see of its checks."""

    coop: Coop
    recheck: Recheck


T = TypeVar("T", Check, Question, RegistrationCheck, RequirementMark)

_LISTED = select(Coop, Recheck).join(Recheck, Recheck.coop_id == Coop.id)


async def dossiers(
    session: AsyncSession, *, account_id: UUID | None, state: State | None, after: UUID | None, limit: int
) -> list[Dossier]:
    """In the order in which they came in; of one account, or of all."""
    found = select(Application).order_by(Application.id).limit(limit)
    if account_id is not None:
        found = found.where(Application.account_id == account_id)
    if state is not None:
        found = found.where(Application.state == state)
    if after is not None:
        found = found.where(Application.id > after)
    return await complete(session, (await session.scalars(found)).all())


async def complete(session: AsyncSession, applications: Sequence[Application]) -> list[Dossier]:
    dossiers = {application.id: Dossier(application) for application in applications}
    for challenge in await session.scalars(select(Challenge).where(Challenge.application_id.in_(dossiers))):
        dossiers[challenge.application_id].challenge = challenge
    for coop in await session.scalars(select(Coop).where(Coop.id.in_(dossiers))):
        dossiers[coop.id].coop = coop
    for recheck in await session.scalars(select(Recheck).where(Recheck.coop_id.in_(dossiers))):
        dossiers[recheck.coop_id].recheck = recheck
    for check in await _kept(session, Check, dossiers, Check.checked_at):
        if check.outcome != Outcome.ASKED:
            dossiers[check.application_id].checks.append(check)
    for told in await _kept(session, RegistrationCheck, dossiers, RegistrationCheck.checked_at):
        dossiers[told.application_id].registrations.append(told)
    for question in await _kept(session, Question, dossiers, Question.asked_at):
        dossiers[question.application_id].questions.append(question)
    for mark in await _kept(session, RequirementMark, dossiers, RequirementMark.at):
        dossiers[mark.application_id].marks.append(mark)
    return list(dossiers.values())


async def _kept(
    session: AsyncSession, kept: type[T], ids: Iterable[UUID], by_age: InstrumentedAttribute[datetime]
) -> ScalarResult[T]:
    return await session.scalars(select(kept).where(kept.application_id.in_(ids)).order_by(by_age))


async def coops(session: AsyncSession, *, state: CoopState | None, after: str | None, limit: int) -> Sequence[Listed]:
    found = _LISTED.order_by(Coop.slug).limit(limit)
    if state is not None:
        found = found.where(Coop.state == state)
    rows = await session.execute(found if after is None else found.where(Coop.slug > after))
    return [Listed(coop, recheck) for coop, recheck in rows]


async def coop(session: AsyncSession, slug_or_id: str) -> Listed:
    found = await _one(session, _LISTED.where(_named(slug_or_id))) if slug_or_id.isprintable() else None
    if found is None:
        raise NoSuchCoop("No co-op of that name sells here.")
    return found


async def holder(session: AsyncSession, domain: str) -> Listed | None:
    """The co-op that is admitted with a domain, or else the last one that was."""
    admitted_first = (Coop.state == CoopState.ADMITTED).desc()
    return await _one(session, _LISTED.where(Coop.domain == domain).order_by(admitted_first, Coop.admitted_at.desc()))


async def _one(session: AsyncSession, query: Select[Coop, Recheck]) -> Listed | None:
    row = (await session.execute(query.limit(1))).first()
    return None if row is None else Listed(row[0], row[1])


def _named(slug_or_id: str) -> ColumnElement[bool]:
    try:
        return Coop.id == UUID(slug_or_id)
    except ValueError:
        return Coop.slug == slug_or_id
