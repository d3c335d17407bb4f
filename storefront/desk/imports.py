"""Uploading a catalogue and following how it is read."""

import asyncio

from starlette.responses import Response

from storefront.api import Problem
from storefront.desk.overview import coop_of
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.coops import Coop
from storefront.wire.desk import Import
from storefront.words import said


async def show(visit: Visit) -> Response:
    return await drawn(visit, await coop_of(visit))


async def upload(visit: Visit) -> Response:
    """The body is passed on as it comes, so that a large file is never held here."""
    coop = await coop_of(visit)
    headers = {
        name: value
        for name in ("content-type", "content-length")
        if (value := visit.request.headers.get(name)) is not None
    }
    try:
        begun = await visit.api.upload(
            Import, "imports", content=visit.request.stream(), params={"coop_id": coop.id}, headers=headers
        )
    except Problem as problem:
        if problem.status not in {400, 409, 413, 415, 422}:
            raise
        return await drawn(visit, coop, message=said(problem), status=problem.status)
    return visit.redirect(f"/desk/{coop.slug}/imports/{begun.id}")


async def drawn(visit: Visit, coop: Coop, *, message: str = "", status: int = 200) -> Response:
    page = await visit.api.get(Page[Import], "imports", coop_id=coop.id, cursor=visit.query("cursor"))
    return visit.render("desk/imports.html", status=status, coop=coop, page=page, message=message)


async def report(visit: Visit) -> Response:
    coop, found = await asyncio.gather(coop_of(visit), visit.api.get(Import, "imports", visit.part("id")))
    return visit.render("desk/import.html", coop=coop, found=found)
