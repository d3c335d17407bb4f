"""What a co-op is owed and what was sent to it."""

import asyncio
from typing import Final

from starlette.responses import Response

from storefront.api import Problem
from storefront.desk.overview import coop_of
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.coops import Coop
from storefront.wire.desk import Payee
from storefront.wire.orders import Consignment

MOST_NAMED: Final = 100  # a page of the API holds no more; older transfers go by their order's id


async def recent_parcels(visit: Visit, coop: Coop) -> Page[Consignment]:
    """Whoever may not see orders reads their ids instead of their numbers."""
    if "orders:read" not in visit.may:
        return Page[Consignment]()
    return await visit.api.get(Page[Consignment], "consignments", coop_id=coop.id, limit=MOST_NAMED)


async def show(visit: Visit) -> Response:
    coop = await coop_of(visit)
    try:
        payee, parcels = await asyncio.gather(visit.api.get(Payee, "payees", coop.id), recent_parcels(visit, coop))
    except Problem as problem:
        if problem.status != 404:
            raise
        payee, parcels = None, Page[Consignment]()
    numbers = {parcel.id: parcel.order_number for parcel in parcels.items}
    return visit.render("desk/money.html", coop=coop, payee=payee, numbers=numbers)
