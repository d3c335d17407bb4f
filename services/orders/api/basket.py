"""The basket of whoever is asking. Every change is one statement, and answers with the whole basket."""

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.http import Now, OneByOne, Reading
from services.orders.api.dependencies import OrdersSettings, Principal
from services.orders.api.given import BasketToChange, LineToAdd, QuantityToSet
from services.orders.api.shown import BasketShown
from services.orders.basket import Wanted, add_line, choose_country, remove_line, set_line
from services.orders.basket_prices import read_basket
from services.orders.settings import Settings

router = APIRouter(prefix="/api/v1/basket", tags=["basket"])


async def _shown(session: AsyncSession, owner: UUID, settings: Settings) -> BasketShown:
    basket = await read_basket(session, owner, currency=settings.currency, default_country=settings.default_country)
    return BasketShown.of(basket)


@router.get("")
async def show(session: Reading, owner: Principal, settings: OrdersSettings) -> BasketShown:
    return await _shown(session, owner, settings)


@router.put("")
async def change(change: BasketToChange, session: OneByOne, owner: Principal, settings: OrdersSettings) -> BasketShown:
    await choose_country(session, owner, change.country)
    return await _shown(session, owner, settings)


@router.post("/lines")
async def add(line: LineToAdd, session: OneByOne, owner: Principal, settings: OrdersSettings, now: Now) -> BasketShown:
    await add_line(session, Wanted(owner, line.variant_id, line.quantity, settings.currency, now))
    return await _shown(session, owner, settings)


@router.put("/lines/{variant_id}")
async def set_quantity(
    variant_id: UUID, line: QuantityToSet, session: OneByOne, owner: Principal, settings: OrdersSettings, now: Now
) -> BasketShown:
    if line.quantity == 0:
        await remove_line(session, owner, variant_id)
    else:
        await set_line(session, Wanted(owner, variant_id, line.quantity, settings.currency, now))
    return await _shown(session, owner, settings)


@router.delete("/lines/{variant_id}")
async def remove(variant_id: UUID, session: OneByOne, owner: Principal, settings: OrdersSettings) -> BasketShown:
    await remove_line(session, owner, variant_id)
    return await _shown(session, owner, settings)
