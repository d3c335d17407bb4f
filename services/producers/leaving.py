"""Somebody has closed their account: they work nowhere any more, and what was personal about them goes.

What stays is what the law asks for: the file of a co-op that was admitted, its contact included, because a marketplace
has to know its traders for as long as they sell and for a while after. It is the co-op's, whoever had sent it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from chassis.outbox import publish
from chassis.tasks import withdraw
from services.producers import audit, erasing
from services.producers.application import APPEALED, DECIDED, Application
from services.producers.audit import Decision, Entry, Words
from services.producers.coop import Coop, Membership, locked_coop
from services.producers.document import Document
from services.producers.events import MemberLeft
from services.producers.inbound import AccountClosed
from services.producers.mails import TO_APPLICANTS
from services.producers.question import Question

GONE = "The account that had applied was closed."


class Leaving:
    """Done twice it finds nothing the second time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def take_leave(self, session: AsyncSession, closed: AccountClosed) -> None:
        account_id, now = closed.account_id, closed.at or self._clock()
        audit.record(session, Decision.ACCOUNT_CLOSED, subject=account_id, by=account_id, at=now)
        applications = await _locked_applications_of(session, account_id)
        admitted = set(await session.scalars(select(Coop.id).where(Coop.id.in_([one.id for one in applications]))))
        await _leave_co_ops(session, account_id, now)
        others = [one for one in applications if one.id not in admitted]
        for application in others:
            _give_up(session, application, now)
        await _erase(session, others)
        # Of what came to nothing everybody's words go; of a co-op's affairs those that the person had to say.
        own = and_(Entry.by == account_id, Entry.what == Decision.APPEALED)
        await _erase_words(session, or_(own, Entry.subject.in_([one.id for one in others])), by=account_id, now=now)


async def _locked_applications_of(session: AsyncSession, account_id: UUID) -> Sequence[Application]:
    theirs = select(Application).where(Application.account_id == account_id).order_by(Application.id)
    return (await session.scalars(theirs.with_for_update())).all()


async def _leave_co_ops(session: AsyncSession, account_id: UUID, now: datetime) -> None:
    """The gateway lets no last owner go; should one get here all the same, the account is gone and cannot act."""
    theirs = select(Membership.coop_id).where(Membership.account_id == account_id).order_by(Membership.coop_id)
    for coop_id in (await session.scalars(theirs)).all():
        coop = await locked_coop(session, coop_id)
        gone = delete(Membership).where(Membership.coop_id == coop_id, Membership.account_id == account_id)
        email = await session.scalar(gone.returning(Membership.email))
        invited = (Entry.subject == coop_id, Entry.what == Decision.INVITED, Words.said == email)
        await _erase_words(session, and_(*invited), by=account_id, now=now)
        coop.members_version += 1
        publish(session, MemberLeft(coop_id=coop_id, version=coop.members_version, account_id=account_id))


def _give_up(session: AsyncSession, application: Application, now: datetime) -> None:
    """Its domain is free for whoever applies next. Nobody is told: there is nobody."""
    if application.state is APPEALED:
        application.dismiss(at=now, answer="")
        what = Decision.APPEAL_DISMISSED
    elif application.state not in DECIDED:
        application.refuse(at=now, by=None, reason=GONE)
        what = Decision.REFUSED
    else:
        return
    audit.record(session, what, subject=application.id, by=None, at=now, why="account_closed")


async def _erase(session: AsyncSession, applications: Sequence[Application]) -> None:
    ids = [application.id for application in applications]
    for application in applications:
        application.erase_particulars()
    await session.execute(delete(Document).where(Document.application_id.in_(ids)))
    await session.execute(delete(Question).where(Question.application_id.in_(ids)))
    await withdraw(session, TO_APPLICANTS, "application_id", ids)


async def _erase_words(session: AsyncSession, which: ColumnElement[bool], *, by: UUID, now: datetime) -> None:
    """The words beside the audit log, and their copies; the chain stays whole."""
    said = select(Words.position).join(Entry, Entry.position == Words.position).where(which).order_by(Words.position)
    for position in (await session.scalars(said)).all():
        await erasing.erase_words(session, position, by=by, at=now)
