"""What the producers' room holds of whoever asks, for the front door alone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.http import CurrentCaller, Now, Reading
from chassis.personal import HELD
from services.producers import audit, registry
from services.producers.api import Demanded
from services.producers.audit_api import AuditEntry
from services.producers.coop import Coop, Membership
from services.producers.schemas import ApplicationOut

router = APIRouter(include_in_schema=False)

MOST = 10_000
"""Nobody has sent so many applications, or done so many things, by hand."""


class KeptMembership(BaseModel):
    coop_id: UUID
    coop: str
    email: str
    role: str
    joined_at: datetime


class KeptPaper(BaseModel):
    """Papers are too large for this answer: each is taken away by itself."""

    document_id: UUID
    address: str


class Held(BaseModel):
    """`decisions` are those of the audit log that they made themselves, or that are about their applications."""

    memberships: list[KeptMembership]
    applications: list[ApplicationOut]
    papers: list[KeptPaper]
    decisions: list[AuditEntry]


@router.get(HELD)
async def held(session: Reading, caller: CurrentCaller, demanded: Demanded, now: Now) -> Held:
    account_id = caller.require_account()
    dossiers = await registry.dossiers(session, account_id=account_id, state=None, after=None, limit=MOST)
    ids = [dossier.application.id for dossier in dossiers]
    decisions = await audit.concerning(session, by=account_id, subjects=[account_id, *ids], limit=MOST)
    return Held(
        memberships=await _memberships(session, account_id),
        applications=[ApplicationOut.of(dossier, demanded, now) for dossier in dossiers],
        papers=_papers(dossiers),
        decisions=[AuditEntry.of(entry, said) for entry, said in decisions],
    )


async def _memberships(session: AsyncSession, account_id: UUID) -> list[KeptMembership]:
    works = select(Membership, Coop.name).join(Coop, Coop.id == Membership.coop_id)
    found = await session.execute(works.where(Membership.account_id == account_id).order_by(Membership.joined_at))
    return [
        KeptMembership(coop_id=one.coop_id, coop=name, email=one.email, role=one.role, joined_at=one.joined_at)
        for one, name in found
    ]


def _papers(dossiers: Sequence[registry.Dossier]) -> list[KeptPaper]:
    return [
        KeptPaper(document_id=paper.id, address=f"/api/v1/applications/{dossier.application.id}/documents/{paper.id}")
        for dossier in dossiers
        for paper in dossier.documents
    ]
