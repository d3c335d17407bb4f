"""Who works for the co-op: the list, invitations by mail, roles, and leaving."""

import asyncio
from typing import Final

from starlette.responses import Response

from storefront.api import Problem
from storefront.desk.overview import coop_of
from storefront.forms import Form
from storefront.visit import Visit
from storefront.wire.coops import Coop
from storefront.wire.desk import Me, Staff
from storefront.words import ROLES, said

SHOWN_HERE: Final = {409, 422, 429}
INVITATION_WANTED: Final = {"email": "Give an e-mail address.", "role": "Choose a role."}


async def show(visit: Visit) -> Response:
    return await drawn(visit, await coop_of(visit), Form({"role": "catalogue"}))


async def invite(visit: Visit) -> Response:
    coop, form = await coop_of(visit), await visit.form()
    form.need(INVITATION_WANTED)
    if not form.errors:
        try:
            body = {"email": form["email"], "role": form["role"]}
            await visit.api.call("POST", "coops", coop.id, "invitations", body=body)
            return visit.redirect(f"/desk/{coop.slug}/staff", invited=form["email"])
        except Problem as problem:
            if problem.status not in SHOWN_HERE:
                raise
            form.take(problem)
    return await drawn(visit, coop, form, status=422)


async def withdraw(visit: Visit) -> Response:
    coop = await coop_of(visit)
    await visit.api.call("DELETE", "coops", coop.id, "invitations", visit.part("id"))
    return visit.redirect(f"/desk/{coop.slug}/staff")


async def change_role(visit: Visit) -> Response:
    form = await visit.form()
    role = form["role"] if form["role"] in ROLES else ""
    return await decide(visit, "PUT", {"role": role})


async def remove(visit: Visit) -> Response:
    return await decide(visit, "DELETE", None)


async def decide(visit: Visit, method: str, body: dict[str, object] | None) -> Response:
    coop, me = await asyncio.gather(coop_of(visit), visit.api.get(Me, "me"))
    try:
        await visit.api.call(method, "coops", coop.id, "staff", visit.part("id"), body=body)
    except Problem as problem:
        if problem.status not in SHOWN_HERE:
            raise
        form = Form({"role": "catalogue"})
        return await drawn(visit, coop, form, message=said(problem), status=problem.status)
    left = method == "DELETE" and visit.part("id") == me.id
    return visit.redirect("/desk" if left else f"/desk/{coop.slug}/staff")


async def drawn(visit: Visit, coop: Coop, form: Form, *, message: str = "", status: int = 200) -> Response:
    staff, me = await asyncio.gather(visit.api.get(Staff, "coops", coop.id, "staff"), visit.api.get(Me, "me"))
    return visit.render(
        "desk/staff.html",
        status=status,
        coop=coop,
        staff=staff,
        me=me,
        form=form,
        message=message,
        invited=visit.query("invited"),
    )
