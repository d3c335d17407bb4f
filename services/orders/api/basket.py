"""The basket of whoever is asking. Every change is one statement, and answers with the whole basket."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from chassis.database import Database
from chassis.http import CurrentCaller
from services.orders.api.given import BasketToChange, LineToAdd, QuantityToSet
from services.orders.api.shown import BasketShown
from services.orders.basket import Wanted, add_line, choose_country, remove_line, set_line
from services.orders.basket_prices import read_basket
from services.orders.settings import Settings

router = APIRouter(prefix="/api/v1/basket", tags=["basket"])


@dataclass(frozen=True, slots=True)
class _Mine:
    """What every endpoint here asks for, in one piece: FastAPI takes its time over each."""

    database: Database
    owner: UUID
    settings: Settings
    now: datetime

    def wanted(self, variant_id: UUID, quantity: int) -> Wanted:
        return Wanted(self.owner, variant_id, quantity, self.settings.currency, self.now)

    async def shown(self) -> BasketShown:
        settings = self.settings
        basket = await read_basket(
            self.database, self.owner, currency=settings.currency, default_country=settings.default_country
        )
        return BasketShown.of(basket)


async def _mine(request: Request, caller: CurrentCaller) -> _Mine:
    state = request.app.state
    return _Mine(state.database, caller.require_principal(), state.settings, state.clock())


Mine = Annotated[_Mine, Depends(_mine)]


@router.get("")
async def show(mine: Mine) -> BasketShown:
    return await mine.shown()


@router.put("")
async def change(change: BasketToChange, mine: Mine) -> BasketShown:
    await choose_country(mine.database, mine.owner, change.country)
    return await mine.shown()


@router.post("/lines")
async def add(line: LineToAdd, mine: Mine) -> BasketShown:
    await add_line(mine.database, mine.wanted(line.variant_id, line.quantity))
    return await mine.shown()


@router.put("/lines/{variant_id}")
async def set_quantity(variant_id: UUID, line: QuantityToSet, mine: Mine) -> BasketShown:
    if line.quantity == 0:
        await remove_line(mine.database, mine.owner, variant_id)
    else:
        await set_line(mine.database, mine.wanted(variant_id, line.quantity))
    return await mine.shown()


@router.delete("/lines/{variant_id}")
async def remove(variant_id: UUID, mine: Mine) -> BasketShown:
    await remove_line(mine.database, mine.owner, variant_id)
    return await mine.shown()
