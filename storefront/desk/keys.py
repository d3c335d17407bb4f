"""API keys of a co-op: each shown once, then only by its name."""

from starlette.responses import Response

from storefront.api import Problem
from storefront.desk.overview import coop_of
from storefront.forms import Form
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.coops import Coop
from storefront.wire.desk import ApiKey
from storefront.words import SCOPES


async def show(visit: Visit) -> Response:
    return await drawn(visit, await coop_of(visit), Form())


async def make(visit: Visit) -> Response:
    coop = await coop_of(visit)
    form = await visit.form()
    form.need({"name": "Give it a name, so that you know later what uses it."})
    chosen = [scope for scope in SCOPES if form[scope]]
    if not chosen:
        form.errors[next(iter(SCOPES))] = "Tick at least one thing that the key may do."
    if form.errors:
        return await drawn(visit, coop, form, status=422)
    try:
        made = await visit.api.post(ApiKey, "keys", body={"coop_id": coop.id, "name": form["name"], "scopes": chosen})
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        form.take(problem)
        return await drawn(visit, coop, form, status=problem.status)
    return await drawn(visit, coop, Form(), made=made)


async def revoke(visit: Visit) -> Response:
    await visit.api.call("DELETE", "keys", visit.part("id"))
    return visit.redirect(f"/desk/{visit.part('coop')}/keys")


async def drawn(visit: Visit, coop: Coop, form: Form, *, made: ApiKey | None = None, status: int = 200) -> Response:
    page = await visit.api.get(Page[ApiKey], "keys", coop_id=coop.id)
    response = visit.render("desk/keys.html", status=status, coop=coop, page=page, form=form, made=made)
    response.headers["cache-control"] = "no-store"
    return response
