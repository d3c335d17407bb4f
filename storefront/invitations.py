"""What the link of an invitation opens: who invites, as what, and the button that accepts."""

import asyncio

from starlette.responses import Response

from storefront.api import Problem
from storefront.visit import Visit
from storefront.wire.desk import Invitation, Me
from storefront.words import said


async def show(visit: Visit) -> Response:
    return await drawn(visit)


async def accept(visit: Visit) -> Response:
    """Their desk opens with the news of it, a moment later: the page they come to says so."""
    found = await visit.api.get(Invitation, "invitations", visit.part("token"))
    try:
        await visit.api.call("POST", "invitations", visit.part("token"), "accept")
    except Problem as problem:
        if problem.status not in {403, 409}:
            raise
        return await drawn(visit, message=said(problem), status=problem.status)
    return visit.redirect("/desk", joined=found.coop_name)


async def drawn(visit: Visit, *, message: str = "", status: int = 200) -> Response:
    found, me = await asyncio.gather(
        visit.api.get(Invitation, "invitations", visit.part("token")), visit.api.get(Me, "me")
    )
    return visit.render("invitation.html", status=status, found=found, me=me, message=message)
