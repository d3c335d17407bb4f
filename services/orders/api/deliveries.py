"""What a co-op asks for delivery, by country: for everybody to read, for its staff to set."""

from uuid import UUID

from fastapi import APIRouter

from chassis.http import CurrentCaller, Reading, Transaction
from services.orders.api.dependencies import OrdersSettings
from services.orders.api.given import DeliveryRates
from services.orders.api.shown import CoopDeliveries
from services.orders.checkout import WrongCurrency
from services.orders.delivery import rates_of, replace_rates

router = APIRouter(prefix="/api/v1/deliveries", tags=["deliveries"])


@router.get("/{coop_id}")
async def show(coop_id: UUID, session: Reading) -> CoopDeliveries:
    return CoopDeliveries.of(coop_id, await rates_of(session, coop_id))


@router.put("/{coop_id}")
async def replace(
    coop_id: UUID, given: DeliveryRates, session: Transaction, caller: CurrentCaller, settings: OrdersSettings
) -> CoopDeliveries:
    caller.require_acting_for(coop_id, "orders:write")
    if any(rate.price.currency != settings.currency for rate in given.rates):
        raise WrongCurrency(f"This marketplace sells in {settings.currency}.", field="rates")
    prices = {rate.country: rate.price.amount for rate in given.rates}
    await replace_rates(session, coop_id, settings.currency, prices)
    return CoopDeliveries.of(coop_id, await rates_of(session, coop_id))
