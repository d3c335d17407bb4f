"""Who holds a domain here: one application under way, or one co-op that has not lapsed, and never two.

A co-op that lapsed lets go of its domain, so that whoever holds the name by now may apply with it: as a co-op of its
own, with an id and a slug of its own. What was the former co-op's stays the former co-op's.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import Conflict
from services.producers.application import HOLDING, Application, State


class DomainHeldByAnother(Conflict):
    code: ClassVar[str] = "domain_held_by_another"
    title: ClassVar[str] = "Somebody else holds this domain here by now"


async def alone(session: AsyncSession, domain: str) -> None:
    """Until the transaction ends nobody else takes or takes back this domain.

    Whoever holds the row of an application may ask for this; whoever has this waits for no row but one that holds the
    domain unproved.
    """
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"domain {domain}"))))


async def other_holder(session: AsyncSession, application: Application) -> Application | None:
    """Whoever else holds the domain of this one."""
    others = select(Application).where(Application.domain == application.domain, Application.id != application.id)
    found: Application | None = await session.scalar(others.where(HOLDING).limit(1))
    return found


async def unproved_holder(session: AsyncSession, domain: str) -> Application | None:
    """Its row locked; an application that was never proved is all that can be made to give way."""
    unproved = select(Application).where(Application.domain == domain, Application.state == State.APPLIED)
    found: Application | None = await session.scalar(unproved.with_for_update())
    return found


def release(application: Application, now: datetime) -> None:
    """Others may apply with the domain from now on."""
    application.released_at = application.released_at or now
