"""What orders holds of whoever asks, and which of their orders are not finished; for the front door alone."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.http import CurrentCaller, Reading
from chassis.personal import HELD, UNFINISHED, Unfinished
from services.orders.api.shown import OrderShown
from services.orders.basket import Basket, BasketLine
from services.orders.order import FINISHED, Order
from services.orders.order_queries import WHOLE
from services.orders.wishes.wish import Wish, WishState

router = APIRouter(include_in_schema=False)


class KeptLine(BaseModel):
    variant_id: UUID
    quantity: int
    added_at: datetime


class KeptBasket(BaseModel):
    country: str | None
    lines: list[KeptLine]


class KeptWish(BaseModel):
    """To be told at `email` when a variant can be bought again."""

    model_config = ConfigDict(from_attributes=True)

    variant_id: UUID
    email: str
    asked_at: datetime
    state: WishState


class KeptOrder(OrderShown):
    paid_at: datetime | None


class Held(BaseModel):
    """Mails about an order are not kept: they are written from it when they are sent."""

    basket: KeptBasket
    orders: list[KeptOrder]
    wishes: list[KeptWish]


@router.get(HELD)
async def held(session: Reading, caller: CurrentCaller) -> Held:
    account_id = caller.require_account()
    found = select(Order).where(Order.buyer_id == account_id).order_by(Order.id).options(WHOLE)
    orders = (await session.scalars(found)).unique()
    wishes = select(Wish).where(Wish.asked_by == account_id).order_by(Wish.id)
    return Held(
        basket=await _basket(session, account_id),
        orders=[KeptOrder(**dict(OrderShown.of(order)), paid_at=order.paid_at) for order in orders],
        wishes=[KeptWish.model_validate(wish) for wish in await session.scalars(wishes)],
    )


async def _basket(session: AsyncSession, account_id: UUID) -> KeptBasket:
    chosen = await session.get(Basket, account_id)
    lines = await session.scalars(select(BasketLine).where(BasketLine.owner == account_id))
    return KeptBasket(
        country=chosen.country if chosen is not None else None,
        lines=[KeptLine.model_validate(line, from_attributes=True) for line in lines],
    )


@router.get(UNFINISHED)
async def unfinished(session: Reading, caller: CurrentCaller) -> list[Unfinished]:
    open_ones = select(Order.number).where(Order.buyer_id == caller.require_account(), Order.state.not_in(FINISHED))
    return [
        Unfinished(
            code="order_open",
            detail=f"Order {number} is not finished: cancel it, or wait until all of it is on its way.",
        )
        for number in await session.scalars(open_ones.order_by(Order.id))
    ]
