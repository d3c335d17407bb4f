"""What a co-op is owed and what was sent to it."""

from starlette.responses import Response

from storefront.api import Problem
from storefront.desk.overview import coop_of
from storefront.visit import Visit
from storefront.wire.desk import Payee


async def show(visit: Visit) -> Response:
    coop = await coop_of(visit)
    try:
        payee = await visit.api.get(Payee, "payees", coop.id)
    except Problem as problem:
        if problem.status != 404:
            raise
        payee = None
    return visit.render("desk/money.html", coop=coop, payee=payee)
