"""Invitations to work for a co-op: bound to an address, good for seven days and for one use, kept as a hash.

Whoever holds the link has read the mail; the account that accepts must have the same address, so that a link that was
passed on, or opened in a browser where somebody else is signed in, lets nobody else in.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, LargeBinary, UniqueConstraint, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.email_address import digest_of
from chassis.errors import Forbidden, NotFound, TooMany
from chassis.ids import new_id
from chassis.secret_token import hashed, new_token
from chassis.tasks import enqueue
from services.producers import audit, staff
from services.producers.audit import Decision, Entry
from services.producers.base import Base
from services.producers.coop import Membership, Role, locked_coop
from services.producers.mails import InvitationMail

LIFE = timedelta(days=7)
MOST_A_DAY = 30
"""So that nobody sends mail to the world in a co-op's name."""


class InvitationSpent(NotFound):
    code = "invitation_spent"
    title = "This invitation can no longer be used"


class NotYourInvitation(Forbidden):
    code = "not_your_invitation"
    title = "This invitation went to another address"


class TooManyInvitations(TooMany):
    code = "too_many_invitations"
    title = "That is a lot of invitations for one day"


class Invitation(Base):
    """A row is an open invitation: what was accepted, withdrawn or has run out is gone, and the audit log knows of it.

    `token_hash` is there once the mail is on its way; a mail that is sent again carries a new token.
    """

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("coop_id", "email", name="one_invitation_per_address"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    coop_id: Mapped[UUID] = mapped_column(ForeignKey("coops.id"))
    email: Mapped[str]
    role: Mapped[str]
    invited_by: Mapped[UUID]
    invited_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)

    def new_token(self) -> str:
        """The secret of the link; only its hash stays here."""
        token = new_token()
        self.token_hash = hashed(token)
        return token


# What somebody offered who no longer decides here is offered by nobody: they may have been sent away for it.
_STANDS = exists().where(
    Membership.coop_id == Invitation.coop_id,
    Membership.account_id == Invitation.invited_by,
    Membership.role == Role.OWNER,
)


async def invite(
    session: AsyncSession, coop_id: UUID, *, email: str, role: Role, by: UUID, now: datetime
) -> Invitation:
    """By an owner. A second invitation to an address takes the place of the first, whose link is dead."""
    await locked_coop(session, coop_id)
    await staff.require_owner(session, coop_id, by)
    await _require_newcomer(session, coop_id, email)
    await _require_moderation(session, coop_id, now)
    await session.execute(delete(Invitation).where(Invitation.coop_id == coop_id, Invitation.email == email))
    invitation = Invitation(
        id=new_id(),
        coop_id=coop_id,
        email=email,
        role=role,
        invited_by=by,
        invited_at=now,
        expires_at=now + LIFE,
        token_hash=None,
    )
    session.add(invitation)
    why = staff.about(role, invitation.id)
    audit.record(session, Decision.INVITED, subject=coop_id, by=by, at=now, why=why, words=email)
    enqueue(session, InvitationMail(invitation_id=invitation.id), key=str(invitation.id))
    return invitation


async def withdraw(session: AsyncSession, coop_id: UUID, invitation_id: UUID, *, by: UUID, now: datetime) -> None:
    """Its link is dead from now on. One that is gone already needs no withdrawing."""
    await locked_coop(session, coop_id)
    await staff.require_owner(session, coop_id, by)
    gone = await session.scalar(
        delete(Invitation)
        .where(Invitation.coop_id == coop_id, Invitation.id == invitation_id)
        .returning(Invitation.role)
    )
    if gone is not None:
        why = staff.about(gone, invitation_id)
        audit.record(session, Decision.INVITATION_WITHDRAWN, subject=coop_id, by=by, at=now, why=why)


async def accept(
    session: AsyncSession, token: str, *, account_id: UUID, address_digest: str, now: datetime
) -> Membership:
    """Raises InvitationSpent, NotYourInvitation or WorksHereAlready."""
    found = await opened(session, token, now)
    coop = await locked_coop(session, found.coop_id)
    # Of two who use one link at the same moment, one waits above and then finds it gone.
    invitation = await opened(session, token, now)
    if digest_of(invitation.email) != address_digest:
        raise NotYourInvitation("Please sign in with the account of the address that the mail was sent to.")
    role = Role(invitation.role)
    member = await staff.join(session, coop, account_id=account_id, email=invitation.email, role=role, now=now)
    why = staff.about(role, account_id)
    audit.record(session, Decision.JOINED, subject=coop.id, by=account_id, at=now, why=why)
    await session.delete(invitation)
    return member


async def opened(session: AsyncSession, token: str, now: datetime) -> Invitation:
    """The invitation behind a link; raises InvitationSpent."""
    found = await session.scalar(
        select(Invitation)
        .where(Invitation.token_hash == hashed(token), Invitation.expires_at > now, _STANDS)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise InvitationSpent(
            "It works once and for seven days, unless it is withdrawn or whoever sent it is no owner any more. "
            "Please ask for a new one."
        )
    return found


async def open_invitations(session: AsyncSession, coop_id: UUID, now: datetime) -> Sequence[Invitation]:
    found = select(Invitation).where(Invitation.coop_id == coop_id, Invitation.expires_at > now, _STANDS)
    return (await session.scalars(found.order_by(Invitation.invited_at))).all()


async def forget_ended_invitations(session: AsyncSession, now: datetime) -> None:
    await session.execute(delete(Invitation).where(Invitation.expires_at <= now))


async def _require_newcomer(session: AsyncSession, coop_id: UUID, email: str) -> None:
    known = select(Membership.email).where(Membership.coop_id == coop_id, Membership.email == email)
    if await session.scalar(known) is not None:
        raise staff.WorksHereAlready(f"{email} works here already. Change their role instead.", field="email")


async def _require_moderation(session: AsyncSession, coop_id: UUID, now: datetime) -> None:
    sent = select(func.count()).where(
        Entry.subject == coop_id, Entry.what == Decision.INVITED, Entry.at > now - timedelta(days=1)
    )
    if (await session.scalar(sent) or 0) >= MOST_A_DAY:
        raise TooManyInvitations(f"A co-op may send {MOST_A_DAY} invitations a day. Please go on tomorrow.")
