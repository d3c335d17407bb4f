"""Closing the shop for a holiday, and opening it again."""

from starlette.responses import Response

from storefront.api import Problem
from storefront.desk.overview import coop_of
from storefront.forms import Form, is_day
from storefront.visit import Visit
from storefront.wire.coops import Coop


async def show(visit: Visit) -> Response:
    coop = await coop_of(visit)
    pause = coop.pause
    kept = {"until": pause.until.isoformat() if pause and pause.until else "", "words": pause.words if pause else ""}
    return drawn(visit, coop, Form(kept))


async def close(visit: Visit) -> Response:
    coop, form = await coop_of(visit), await visit.form()
    if form["until"] and not is_day(form["until"]):
        form.errors["until"] = "Give a day such as 2027-01-04."
    if not form.errors:
        try:
            body = {"until": form["until"] or None, "words": form["words"]}
            await visit.api.call("PUT", "coops", coop.id, "pause", body=body)
            return visit.redirect(f"/desk/{coop.slug}/pause")
        except Problem as problem:
            if problem.status not in {409, 422}:
                raise
            form.take(problem)
    return drawn(visit, coop, form, status=422)


async def reopen(visit: Visit) -> Response:
    coop = await coop_of(visit)
    await visit.api.call("DELETE", "coops", coop.id, "pause")
    return visit.redirect(f"/desk/{coop.slug}/pause", opened="1")


def drawn(visit: Visit, coop: Coop, form: Form, *, status: int = 200) -> Response:
    opened = visit.query("opened") and coop.pause is None
    return visit.render("desk/pause.html", status=status, coop=coop, form=form, opened=opened)
