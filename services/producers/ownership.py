"""Who speaks for a co-op towards the registry: its owners once it is admitted, and before that whoever applied."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.producers.application import Application, State
from services.producers.coop import Membership, Role


async def is_owner(session: AsyncSession, coop_id: UUID, account_id: UUID) -> bool:
    """By the memberships themselves, which a token may lag behind."""
    found = select(Membership.role).where(Membership.coop_id == coop_id, Membership.account_id == account_id)
    return await session.scalar(found) == Role.OWNER


async def speaks_for(session: AsyncSession, application: Application, account_id: UUID) -> bool:
    """Whoever applied has no more to say than other owners once the co-op is admitted, and nothing after leaving it."""
    if application.state is State.ADMITTED:
        return await is_owner(session, application.id, account_id)
    return application.account_id == account_id


def spoken_for_by(account_id: UUID) -> ColumnElement[bool]:
    """The same as a clause: the applications for which this account speaks."""
    owns = select(Membership.coop_id).where(Membership.account_id == account_id, Membership.role == Role.OWNER)
    applied = and_(Application.account_id == account_id, Application.state != State.ADMITTED)
    return or_(applied, and_(Application.state == State.ADMITTED, Application.id.in_(owns)))
