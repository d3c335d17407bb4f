"""Who works for a co-op, in which role, and how that ends: never so that no owner is left."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import Conflict, Forbidden, NotFound
from chassis.outbox import publish
from services.producers import audit
from services.producers.audit import Decision
from services.producers.coop import Coop, Membership, Role, locked_coop
from services.producers.events import MemberJoined, MemberLeft, MemberRoleChanged
from services.producers.ownership import is_owner

Hold = Callable[[AsyncSession, UUID], Awaitable[Coop]]
"""Gives the co-op and keeps everybody else from changing its staff until the transaction ends."""


class LastOwner(Conflict):
    code = "last_owner"
    title = "A co-op needs an owner"


class NotAnOwner(Forbidden):
    code = "not_an_owner"
    title = "Only owners decide who works here"


class WorksHereAlready(Conflict):
    code = "works_here_already"
    title = "They work here already"


class NotOnTheStaff(NotFound):
    code = "not_on_the_staff"
    title = "Nobody of that name works here"


async def staff_of(session: AsyncSession, coop_id: UUID) -> Sequence[Membership]:
    """In the order in which they joined."""
    found = select(Membership).where(Membership.coop_id == coop_id).order_by(Membership.joined_at, Membership.email)
    return (await session.scalars(found)).all()


async def join(
    session: AsyncSession, coop: Coop, *, account_id: UUID, email: str, role: Role, now: datetime
) -> Membership:
    """The co-op's row is held by the caller. Raises WorksHereAlready."""
    if await session.get(Membership, (coop.id, account_id)) is not None:
        raise WorksHereAlready("You work for this co-op already. An owner can give you another role.")
    member = Membership(coop_id=coop.id, account_id=account_id, email=email, role=role, joined_at=now)
    session.add(member)
    version = _next_version(coop)
    publish(session, MemberJoined(coop_id=coop.id, version=version, account_id=account_id, role=role.value))
    return member


async def change_role(
    session: AsyncSession,
    coop_id: UUID,
    account_id: UUID,
    role: Role,
    *,
    by: UUID,
    now: datetime,
    hold: Hold = locked_coop,
) -> None:
    """Told twice, it changes nothing. Raises NotAnOwner, NotOnTheStaff or LastOwner."""
    coop = await hold(session, coop_id)
    await require_owner(session, coop_id, by)
    member = await _member(session, coop_id, account_id)
    if member.role == role:
        return
    await _require_another_owner(session, member)
    member.role = role
    version = _next_version(coop)
    publish(session, MemberRoleChanged(coop_id=coop_id, version=version, account_id=account_id, role=role.value))
    audit.record(session, Decision.ROLE_CHANGED, subject=coop_id, by=by, at=now, why=about(role, account_id))


async def remove(
    session: AsyncSession, coop_id: UUID, account_id: UUID, *, by: UUID, now: datetime, hold: Hold = locked_coop
) -> None:
    """An owner sends somebody away, or somebody leaves. Raises NotAnOwner, NotOnTheStaff or LastOwner."""
    coop = await hold(session, coop_id)
    if by != account_id:
        await require_owner(session, coop_id, by)
    member = await _member(session, coop_id, account_id)
    await _require_another_owner(session, member)
    await session.delete(member)
    publish(session, MemberLeft(coop_id=coop_id, version=_next_version(coop), account_id=account_id))
    what = Decision.LEFT if by == account_id else Decision.REMOVED
    audit.record(session, what, subject=coop_id, by=by, at=now, why=about(member.role, account_id))


async def require_owner(session: AsyncSession, coop_id: UUID, account_id: UUID) -> None:
    """The co-op's row is held, so that it stays true."""
    if not await is_owner(session, coop_id, account_id):
        raise NotAnOwner("Ask an owner of the co-op to do it.")


def about(role: str, whom: UUID) -> str:
    """How the audit log says in which role, and whom a decision is about."""
    return f"{role} {whom}"


async def _member(session: AsyncSession, coop_id: UUID, account_id: UUID) -> Membership:
    member = await session.get(Membership, (coop_id, account_id), populate_existing=True)
    if member is None:
        raise NotOnTheStaff("They may have left meanwhile. Please look at the list again.")
    return member


async def _require_another_owner(session: AsyncSession, member: Membership) -> None:
    """So that nobody, by whatever way, leaves a co-op locked."""
    if member.role != Role.OWNER:
        return
    others = select(func.count()).where(
        Membership.coop_id == member.coop_id, Membership.role == Role.OWNER, Membership.account_id != member.account_id
    )
    if not await session.scalar(others):
        raise LastOwner("This is the only owner. Make somebody else an owner first.")


def _next_version(coop: Coop) -> int:
    coop.members_version += 1
    return coop.members_version
