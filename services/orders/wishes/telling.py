"""Telling those who wait: once each, in the order in which they asked.

Four things have to be so before something can be bought again: it is on the shelf, its product is listed, its co-op may
sell and is not on holiday. The news of them comes in any order, so this looks at what they come to, again and again.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Select, any_, or_, select

from chassis.database import Database
from chassis.mail import MailSender
from chassis.secret_token import hashed
from chassis.tasks import TaskHandler, enqueue, runs
from services.orders.coop import ADMITTED, Coop
from services.orders.price_book import PricedVariant
from services.orders.wishes import letters
from services.orders.wishes.forgetting import ALL_TOLD, UNCONFIRMED_FOR, forget
from services.orders.wishes.letters import WishedFor
from services.orders.wishes.mails import ConfirmWish, TellWisher
from services.orders.wishes.shelf import Shelf
from services.orders.wishes.wish import Step, Wish, WishState, link_to

LOOKS_AGAIN = timedelta(seconds=10)
AT_ONCE = 200  # In one look: everybody is told, and those who asked first have some seconds before the others.

_can_be_bought = (
    PricedVariant.listed
    & (Coop.state == ADMITTED)
    & ~Coop.paused
    & or_(Shelf.product_id.is_(None), ~(PricedVariant.variant_id == any_(Shelf.sold_out)))
)


def _with_goods(columns: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        columns.select_from(Wish)
        .join(PricedVariant, PricedVariant.variant_id == Wish.variant_id)
        .join(Coop, Coop.id == PricedVariant.coop_id)
        .outerjoin(Shelf, Shelf.product_id == PricedVariant.product_id)
    )


_BACK = (
    _with_goods(select(Wish))
    .where(Wish.state == WishState.WAITING, _can_be_bought)
    .order_by(Wish.asked_at, Wish.id)
    .with_for_update(of=Wish, skip_locked=True)
)
_GOODS = _with_goods(
    select(
        Wish.email,
        Wish.state,
        _can_be_bought.label("can_be_bought"),
        PricedVariant.variant_id,
        PricedVariant.title,
        PricedVariant.variant_title,
        PricedVariant.slug,
        Coop.name.label("coop"),
        PricedVariant.price,
        PricedVariant.currency,
    )
)


@dataclass(frozen=True)
class Look:
    database: Database
    at_once: int = AT_ONCE

    async def run(self) -> None:
        """The next ones who can be told get their mail written down."""
        async with self.database.transaction() as session:
            for wish in (await session.scalars(_BACK.limit(self.at_once))).all():
                wish.take(Step.TELL)
                enqueue(session, TellWisher(wish_id=wish.id, token=link_to(session, wish)), key=str(wish.id))


@dataclass(frozen=True)
class WishMails:
    database: Database
    mailer: MailSender
    public_url: str

    def handlers(self) -> list[TaskHandler[Any]]:
        return [runs(ConfirmWish, self.ask), runs(TellWisher, self.tell)]

    async def ask(self, task: ConfirmWish) -> None:
        found = await self._find(task)
        if found is not None and found.state == WishState.ASKED:
            letter = letters.question(_goods(found), self.public_url, task.token, UNCONFIRMED_FOR.days)
            await self.mailer.send(
                to=found.email, subject=letter.subject, text=letter.text, message_id=f"wish.{task.wish_id}.question"
            )

    async def tell(self, task: TellWisher) -> None:
        """Told twice it sends one mail: only one that is being told is told."""
        found = await self._find(task)
        if found is None or found.state != WishState.TELLING:
            return
        if not found.can_be_bought:
            await self._take(task, Step.MISS)
            return
        letter = letters.back_again(_goods(found), self.public_url, task.token)
        await self.mailer.send(
            to=found.email, subject=letter.subject, text=letter.text, message_id=f"wish.{hashed(task.token).hex()[:32]}"
        )
        await self._take(task, Step.SENT)

    async def _find(self, task: ConfirmWish | TellWisher) -> Row[Any] | None:
        async with self.database.reading() as session:
            return (await session.execute(_GOODS.where(Wish.id == task.wish_id))).one_or_none()

    async def _take(self, task: TellWisher, step: Step) -> None:
        async with self.database.transaction() as session:
            wish = await session.get(Wish, task.wish_id, with_for_update=True)
            if wish is not None and wish.take(step):
                await session.flush()
                await forget(session, ALL_TOLD & (Wish.email == wish.email))


def _goods(found: Row[Any]) -> WishedFor:
    return WishedFor(
        variant_id=found.variant_id,
        title=found.title,
        variant_title=found.variant_title,
        slug=found.slug,
        coop=found.coop,
        price=found.price,
        currency=found.currency,
    )
