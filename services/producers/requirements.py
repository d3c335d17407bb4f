"""What has to be so before a co-op is admitted: one table, each row computed, attested by the co-op, or verified."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.errors import Conflict, NotFound
from services.producers import audit
from services.producers.application import Application
from services.producers.audit import Decision
from services.producers.base import Base
from services.producers.document import Document, DocumentKind
from services.producers.eligibility import Eligibility

CERTIFIED = "2026-11"
"""The version of the statement that a seller certifies; another one has to be certified anew."""


class Kind(StrEnum):
    COMPUTED = "computed"
    ATTESTED = "attested"
    VERIFIED = "verified"


class Mark(StrEnum):
    VERIFIED = "verified"
    WAIVED = "waived"


class Met(StrEnum):
    OPEN = "open"
    MET = "met"
    WAIVED = "waived"


@dataclass(frozen=True)
class Requirement:
    """`holds` says so from the application and the kinds of its papers; what is verified needs an operator's mark."""

    code: str
    kind: Kind
    told: str
    holds: Callable[[Application, Collection[str]], bool]


REQUIREMENTS: Sequence[Requirement] = (
    Requirement("domain_proved", Kind.COMPUTED, "Controls its .coop domain", lambda one, _: one.proved_at is not None),
    Requirement(
        "eligible",
        Kind.COMPUTED,
        "Is a co-operative, or shows by a paper which one controls it",
        lambda one, papers: (
            one.eligibility == Eligibility.COOP or (bool(one.controlled_by) and DocumentKind.CONTROLLING_COOP in papers)
        ),
    ),
    Requirement(
        "seller_identity",
        Kind.COMPUTED,
        "Has given its entry in a register, its tax number and whose bank account it is paid to",
        lambda one, _: all((one.register_name, one.register_number, one.tax_id, one.bank_holder)),
    ),
    Requirement(
        "self_certified",
        Kind.ATTESTED,
        "Certifies that it is who it says and offers only what the law allows",
        lambda one, _: one.certified_version == CERTIFIED,
    ),
    Requirement(
        "papers_read",
        Kind.VERIFIED,
        "Its statutes and its entry were read by an operator, and agree with what it states",
        lambda _, __: False,
    ),
)
CODES = tuple(one.code for one in REQUIREMENTS)


class RequirementMark(Base):
    """An operator's word on one requirement of one application."""

    __tablename__ = "requirement_marks"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    requirement: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[str]
    by: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class RequirementsOpen(Conflict):
    code: ClassVar[str] = "requirements_open"
    title: ClassVar[str] = "Not everything is there that an admission needs"


class NoSuchRequirement(NotFound):
    code: ClassVar[str] = "requirement_not_found"
    title: ClassVar[str] = "There is no such requirement"


def met(
    requirement: Requirement, application: Application, marks: Sequence[RequirementMark], papers: Collection[str]
) -> Met:
    mark = next((one.mark for one in marks if one.requirement == requirement.code), None)
    if mark == Mark.WAIVED:
        return Met.WAIVED
    return Met.MET if mark == Mark.VERIFIED or requirement.holds(application, papers) else Met.OPEN


def asked_for(demanded: Collection[str]) -> list[Requirement]:
    """The rows of the table that this marketplace asks for."""
    return [one for one in REQUIREMENTS if one.code in demanded]


async def verify(
    session: AsyncSession, application: Application, codes: Collection[str], *, by: UUID, now: datetime
) -> None:
    """Only what is for an operator to verify can be."""
    for requirement in asked_for(codes):
        if requirement.kind is Kind.VERIFIED:
            await _mark(session, application, requirement.code, Mark.VERIFIED, by=by, now=now)


async def waive(
    session: AsyncSession, application: Application, code: str, *, by: UUID, words: str, now: datetime
) -> None:
    """It is not asked of this co-op; why, is in the audit log."""
    if code not in CODES:
        raise NoSuchRequirement(f"There are: {', '.join(CODES)}.", field="requirement")
    await _mark(session, application, code, Mark.WAIVED, by=by, now=now, words=words)


async def _mark(
    session: AsyncSession,
    application: Application,
    code: str,
    mark: Mark,
    *,
    by: UUID,
    now: datetime,
    words: str | None = None,
) -> None:
    row = insert(RequirementMark).values(application_id=application.id, requirement=code, mark=mark, by=by, at=now)
    changed = await session.execute(
        row.on_conflict_do_update(
            index_elements=["application_id", "requirement"],
            set_={"mark": row.excluded.mark, "by": row.excluded.by, "at": row.excluded.at},
            where=RequirementMark.mark != row.excluded.mark,
        ).returning(RequirementMark.requirement)
    )
    if changed.first() is not None:
        what = Decision.WAIVED if mark is Mark.WAIVED else Decision.VERIFIED
        audit.record(session, what, subject=application.id, by=by, at=now, why=code, words=words)


async def require_all(
    session: AsyncSession,
    application: Application,
    demanded: Collection[str],
    *,
    by: UUID,
    override: bool,
    words: str,
    now: datetime,
) -> None:
    """Raises RequirementsOpen; an operator who overrides what is open says why, and is on record for it."""
    marks = (
        await session.scalars(select(RequirementMark).where(RequirementMark.application_id == application.id))
    ).all()
    papers = (await session.scalars(select(Document.kind).where(Document.application_id == application.id))).all()
    still_open = [one for one in asked_for(demanded) if met(one, application, marks, papers) is Met.OPEN]
    if not still_open:
        return
    codes = [one.code for one in still_open]
    if not (override and words):
        missing = "; ".join(one.told for one in still_open)
        how = "Ask the co-op, waive it, or override it with a note that says why."
        raise RequirementsOpen(f"Still open: {missing}. {how}", requirements=codes)
    audit.record(session, Decision.OVERRIDDEN, subject=application.id, by=by, at=now, why=",".join(codes), words=words)
