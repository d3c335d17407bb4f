"""Where the co-op stands with the marketplace: whether it may sell, why not, and what to do about it."""

from starlette.responses import Response

from storefront.desk.overview import coop_of
from storefront.visit import Visit
from storefront.wire.coops import Standing


async def show(visit: Visit) -> Response:
    coop = await coop_of(visit)
    standing = await visit.api.get(Standing, "coops", coop.id, "standing")
    return visit.render("desk/standing.html", coop=coop, standing=standing)
