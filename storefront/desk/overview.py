"""The way into the desk: which co-ops the visitor works for."""

import asyncio
from typing import Final

from starlette.responses import Response

from storefront.api import Problem, Refusal
from storefront.desk.sections import scope_of, sections_for
from storefront.hints import SIGNED_IN, remember
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.coops import Application, Coop
from storefront.wire.desk import Me

NOT_YOURS_TO_DO: Final = "Your role at this co-op does not include this. Ask one of its owners: they stand under Staff."


async def my_coops(visit: Visit) -> tuple[Coop, ...]:
    me = await visit.api.get(Me, "me")
    return tuple(await asyncio.gather(*(visit.api.get(Coop, "coops", work.coop_id) for work in me.works_for)))


async def coop_of(visit: Visit, *, needs: str | None = None) -> Coop:
    """The co-op of a page of the desk, for its staff alone; `needs` is a scope beyond that of the page's section."""
    coop, me = await asyncio.gather(visit.api.get(Coop, "coops", visit.part("coop")), visit.api.get(Me, "me"))
    if me.kind != "account":
        raise Problem(401, Refusal(code="sign_in_required"))
    may = me.scopes_at(coop.id)
    if may is None:
        raise Problem(404, Refusal(code="not_found"))
    wanted = needs or scope_of(visit.request.url.path)
    if wanted is not None and wanted not in may:
        raise Problem(403, Refusal(code="scope_missing", detail=NOT_YOURS_TO_DO))
    visit.may = may
    return coop


async def show(visit: Visit) -> Response:
    me = await visit.api.get(Me, "me")
    if me.kind != "account":
        return visit.redirect("/sign-in", next="/desk")
    if me.withheld_from:
        raise Problem(403, Refusal(code="second_factor_required"))
    coops, applications = await asyncio.gather(my_coops(visit), visit.api.get(Page[Application], "applications"))
    admitted = {coop.id for coop in coops}  # What became a co-op has its desk above, and no need of a second line.
    others = [application for application in applications.items if application.id not in admitted]
    response = visit.render("desk/overview.html", coops=coops, me=me, applications=others, joined=visit.query("joined"))
    if coops and not me.operator:  # Admitted since they signed in: from now on the header leads to the desk.
        remember(response, SIGNED_IN, "seller", secure=visit.settings.secure)
    return response


async def consignments(visit: Visit) -> Response:
    """Where mails lead: straight to the parcels of the one co-op, or to the choice among several."""
    coops = await my_coops(visit)
    return visit.redirect(f"/desk/{coops[0].slug}/consignments" if len(coops) == 1 else "/desk")


async def front(visit: Visit) -> Response:
    """The first part of the desk that the visitor may see."""
    coop = await coop_of(visit)
    first = next(iter(sections_for(visit.may)), None)
    return visit.redirect(f"/desk/{coop.slug}/{first.key}" if first else "/desk")
