"""Asking to be told, saying yes by the link in a mail, and stopping.

Whoever types an address is told the same, whether or not it is known here, waits already or was written to too often.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import any_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.alone import take_alone
from chassis.errors import Conflict, NotFound, TooMany
from chassis.ids import new_id
from chassis.secret_token import hashed
from chassis.tasks import enqueue
from services.orders.basket import NotForSale, UnknownVariant
from services.orders.price_book import PricedVariant
from services.orders.wishes.forgetting import forget
from services.orders.wishes.mails import ConfirmWish
from services.orders.wishes.shelf import Shelf
from services.orders.wishes.wish import TRANSITIONS, Step, Wish, WishLink, WishState, link_to

A_DAY = timedelta(days=1)
MOST_A_DAY = 20  # Of one visitor, whatever the addresses.
MOST_QUESTIONS = 3  # Mails in a day to an address that has not said yes.
MOST_OF_AN_ADDRESS = 50


class NotSoldOut(Conflict):
    code: ClassVar[str] = "not_sold_out"
    title: ClassVar[str] = "It can be bought now"


class TooManyWishes(TooMany):
    code: ClassVar[str] = "too_many_wishes"
    title: ClassVar[str] = "That is more than we can keep in mind for you"


class WishLinkSpent(NotFound):
    code: ClassVar[str] = "wish_link_spent"
    title: ClassVar[str] = "That link can no longer be used"


@dataclass(frozen=True, slots=True)
class Wanted:
    """`is_theirs`: the address is that of the account which asks, and known to reach its holder."""

    variant_id: UUID
    email: str
    asked_by: UUID
    is_theirs: bool


async def ask(session: AsyncSession, wanted: Wanted, now: datetime) -> None:
    """An address that is not the asker's own is asked first, and hears nothing else until it says yes."""
    await _require_sold_out(session, wanted.variant_id)
    # What is counted below would else be counted twice at once.
    await take_alone(session, [f"wishes of {wanted.asked_by}", f"wishes of {wanted.email}"])
    await _require_few(session, wanted, now)
    known = (await session.scalars(select(Wish).where(Wish.email == wanted.email))).all()
    before = next((wish for wish in known if wish.variant_id == wanted.variant_id), None)
    if wanted.is_theirs:
        _keep(session, known, before, wanted, now)
    elif _may_be_asked(known, before, now):
        wish = before or _new(session, wanted)
        wish.take(Step.QUESTION)
        wish.asked_by, wish.asked_at = wanted.asked_by, now
        await session.flush()
        enqueue(session, ConfirmWish(wish_id=wish.id, token=link_to(session, wish)), key=str(wish.id))


async def confirm(session: AsyncSession, token: str) -> None:
    """Said twice is said once. Raises WishLinkSpent."""
    (await _behind(session, token)).take(Step.CONFIRM)


async def stop(session: AsyncSession, token: str) -> None:
    """Nothing more is sent to the address that the link was sent to, and it is forgotten. Raises WishLinkSpent."""
    wish = await _behind(session, token)
    await forget(session, Wish.email == wish.email)


def _may_be_asked(known: Sequence[Wish], before: Wish | None, now: datetime) -> bool:
    """Strangers can have it written to a few times a day, and about the same variant once."""
    asked = [wish for wish in known if wish.state == WishState.ASKED and wish.asked_at > now - A_DAY]
    if len(asked) >= MOST_QUESTIONS or before in asked:
        return False
    return before.state in TRANSITIONS[Step.QUESTION] if before else len(known) < MOST_OF_AN_ADDRESS


def _keep(session: AsyncSession, known: Sequence[Wish], before: Wish | None, wanted: Wanted, now: datetime) -> None:
    """Who waits already keeps their place."""
    if before is None and len(known) >= MOST_OF_AN_ADDRESS:
        raise TooManyWishes(f"You wait for {MOST_OF_AN_ADDRESS} things already.")
    wish = before or _new(session, wanted)
    wish.asked_by = wanted.asked_by
    if wish.take(Step.WANT):
        wish.asked_at = now


def _new(session: AsyncSession, wanted: Wanted) -> Wish:
    wish = Wish(id=new_id(), variant_id=wanted.variant_id, email=wanted.email, state=WishState.ASKED)
    session.add(wish)
    return wish


async def _require_sold_out(session: AsyncSession, variant_id: UUID) -> None:
    found = await session.execute(
        select(PricedVariant.title, PricedVariant.listed, (PricedVariant.variant_id == any_(Shelf.sold_out)))
        .outerjoin(Shelf, Shelf.product_id == PricedVariant.product_id)
        .where(PricedVariant.variant_id == variant_id)
    )
    offer = found.one_or_none()
    if offer is None:
        raise UnknownVariant("We know of no goods by that id.", field="variant_id")
    title, is_listed, is_sold_out = offer
    if not is_listed:
        raise NotForSale(f"{title} is no longer for sale.")
    if not is_sold_out:
        raise NotSoldOut(f"{title} can be bought now: put it into your basket.")


async def _require_few(session: AsyncSession, wanted: Wanted, now: datetime) -> None:
    today = select(func.count()).where(Wish.asked_by == wanted.asked_by, Wish.asked_at > now - A_DAY)
    if (await session.scalar(today) or 0) >= MOST_A_DAY:
        raise TooManyWishes(f"You can ask to be told of {MOST_A_DAY} things a day. Please come back tomorrow.")


async def _behind(session: AsyncSession, token: str) -> Wish:
    linked = select(Wish).join(WishLink, WishLink.wish_id == Wish.id).where(WishLink.token_hash == hashed(token))
    wish = await session.scalar(linked.with_for_update(of=Wish))
    if wish is None:
        raise WishLinkSpent("What it was about was told, stopped, or has waited for too long.")
    return wish
