"""Where the co-op stands with the marketplace: whether it may sell, why not, what to do about it, and its appeal."""

import asyncio

from starlette.responses import Response

from storefront.api import Problem
from storefront.desk.overview import coop_of
from storefront.visit import Visit
from storefront.wire.coops import Standing
from storefront.wire.desk import Me
from storefront.words import said


async def show(visit: Visit) -> Response:
    return await drawn(visit)


async def appeal(visit: Visit) -> Response:
    words = (await visit.form())["words"]
    coop = await coop_of(visit)
    try:
        await visit.api.call("POST", "coops", coop.id, "appeals", body={"words": words})
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        return await drawn(visit, status=problem.status, message=said(problem), words=words)
    return visit.redirect(f"/desk/{visit.part('coop')}/standing")


async def drawn(visit: Visit, *, status: int = 200, message: str = "", words: str = "") -> Response:
    coop, me = await asyncio.gather(coop_of(visit), visit.api.get(Me, "me"))
    standing = await visit.api.get(Standing, "coops", coop.id, "standing")
    return visit.render(
        "desk/standing.html",
        status=status,
        coop=coop,
        standing=standing,
        owns=me.owns(coop.id),
        message=message,
        words=words,
    )
