"""The way into the desk: which co-ops the visitor works for."""

import asyncio

from starlette.responses import Response

from storefront.api import Problem, Refusal
from storefront.hints import SIGNED_IN, remember
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.coops import Application, Coop
from storefront.wire.desk import Me


async def my_coops(visit: Visit) -> tuple[Coop, ...]:
    me = await visit.api.get(Me, "me")
    return tuple(await asyncio.gather(*(visit.api.get(Coop, "coops", work.coop_id) for work in me.works_for)))


async def coop_of(visit: Visit) -> Coop:
    return await visit.api.get(Coop, "coops", visit.part("coop"))


async def show(visit: Visit) -> Response:
    me = await visit.api.get(Me, "me")
    if me.kind != "account":
        return visit.redirect("/sign-in", next="/desk")
    if me.withheld_from:
        raise Problem(403, Refusal(code="second_factor_required"))
    coops, applications = await asyncio.gather(my_coops(visit), visit.api.get(Page[Application], "applications"))
    response = visit.render("desk/overview.html", coops=coops, applications=applications.items)
    if coops and not me.operator:  # Admitted since they signed in: from now on the header leads to the desk.
        remember(response, SIGNED_IN, "seller", secure=visit.settings.secure)
    return response


async def consignments(visit: Visit) -> Response:
    """Where mails lead: straight to the parcels of the one co-op, or to the choice among several."""
    coops = await my_coops(visit)
    return visit.redirect(f"/desk/{coops[0].slug}/consignments" if len(coops) == 1 else "/desk")


async def front(visit: Visit) -> Response:
    return visit.redirect(f"/desk/{visit.part('coop')}/products")
