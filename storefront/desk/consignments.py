"""Parcels to pack, and the form that says one has left."""

from typing import Final

from starlette.responses import Response

from storefront.api import Problem
from storefront.desk.overview import coop_of
from storefront.forms import Form
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.coops import Coop
from storefront.wire.orders import Consignment

STATES: Final = (("to_pack", "To pack"), ("shipped", "Shipped"), ("", "All"))


async def show(visit: Visit) -> Response:
    return await drawn(visit, await coop_of(visit), Form())


async def ship(visit: Visit) -> Response:
    coop, form, consignment = await coop_of(visit), await visit.form(), visit.part("id")
    form.need({"carrier": "Say who carries it.", "tracking_number": "Give the tracking number."})
    if not form.errors:
        try:
            body = {name: form[name] for name in ("carrier", "tracking_number")}
            await visit.api.call("POST", "consignments", consignment, "ship", body=body)
            return visit.redirect(f"/desk/{coop.slug}/consignments", shipped=form["number"])
        except Problem as problem:
            if problem.status not in {409, 422}:
                raise
            form.take(problem)
    return await drawn(visit, coop, form, wrong=consignment, status=422)


async def drawn(visit: Visit, coop: Coop, form: Form, *, wrong: str = "", status: int = 200) -> Response:
    asked = visit.request.query_params.get("state", "to_pack")
    state = asked if asked in dict(STATES) else "to_pack"
    page = await visit.api.get(
        Page[Consignment], "consignments", coop_id=coop.id, state=state or None, cursor=visit.query("cursor")
    )
    return visit.render(
        "desk/consignments.html",
        status=status,
        coop=coop,
        page=page,
        form=form,
        wrong=wrong,
        state=state,
        states=STATES,
        shipped=visit.query("shipped"),
    )
