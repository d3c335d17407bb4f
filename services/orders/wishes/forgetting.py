"""Addresses are forgotten once nobody waits for anything with them, and after some days in any case."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, exists
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.clock import Clock
from chassis.database import Database
from chassis.tasks import withdraw
from services.orders.wishes.mails import WISH_MAILS
from services.orders.wishes.wish import Wish, WishState

UNCONFIRMED_FOR = timedelta(days=3)
WAITS_FOR = timedelta(days=90)

_other = aliased(Wish)
_open = exists().where(_other.email == Wish.email, _other.state != WishState.TOLD)
ALL_TOLD = (Wish.state == WishState.TOLD) & ~_open
"""Of whom nothing waits any more."""


async def forget(session: AsyncSession, which: ColumnElement[bool]) -> None:
    """With their links, and the mails about them that were not sent."""
    gone = (await session.scalars(delete(Wish).where(which).returning(Wish.id))).all()
    if gone:
        await withdraw(session, WISH_MAILS, "wish_id", gone)


@dataclass(frozen=True)
class Forgetting:
    database: Database
    clock: Clock

    async def run(self) -> None:
        now = self.clock()
        too_long = Wish.asked_at <= now - WAITS_FOR
        unanswered = (Wish.state == WishState.ASKED) & (Wish.asked_at <= now - UNCONFIRMED_FOR)
        async with self.database.transaction() as session:
            await forget(session, too_long | unanswered)
            await forget(session, ALL_TOLD)
