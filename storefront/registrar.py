"""The operator's pages about co-ops: where each stands, and the decision to suspend or reinstate one."""

import asyncio
from typing import Final

from starlette.responses import Response

from storefront.api import Problem
from storefront.forms import Form
from storefront.operators import history_of, require_operator
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.coops import AuditEntry, Coop, Standing, WaitingAppeal

STATES: Final = (("", "All"), ("admitted", "Selling"), ("suspended", "Suspended"), ("lapsed", "Lapsed"))
STOPPED_FOR: Final = (
    ("under_review", "Something has to be looked into"),
    ("rules_broken", "The marketplace’s rules were broken"),
    ("not_eligible", "It may not be eligible"),
    ("details_missing", "What a seller must state is missing"),
    ("domain_on_hold", "Its domain is on hold"),
    ("domain_changed_hands", "Its domain changed hands"),
)
BACK_FOR: Final = (
    ("mended", "It was put right"),
    ("proved_again", "The domain was proved again"),
    ("appeal_upheld", "Its appeal was upheld"),
)


async def coops(visit: Visit) -> Response:
    await require_operator(visit)
    state = visit.query("state") if visit.query("state") in dict(STATES) else ""
    page, appeals = await asyncio.gather(
        visit.api.get(Page[Coop], "coops", state=state, cursor=visit.query("cursor")),
        visit.api.get(Page[WaitingAppeal], "appeals"),
    )
    return visit.render("operator/coops.html", page=page, state=state, states=STATES, appeals=appeals.items)


async def audit(visit: Visit) -> Response:
    page = await visit.api.get(Page[AuditEntry], "audit", "entries", cursor=visit.query("cursor"))
    return visit.render("operator/audit.html", page=page)


async def coop(visit: Visit) -> Response:
    await require_operator(visit)
    return await drawn(visit, Form())


async def decide(visit: Visit) -> Response:
    """Suspending takes words: the co-op has to learn what it can do."""
    form, coop_id = await visit.form(), visit.part("id")
    verb = "reinstate" if form["decision"] == "reinstate" else "suspend"
    if verb == "suspend":
        form.need({"words": "Say why, and what the co-op can do: its staff read it."})
    if not form.errors:
        try:
            body = {"reason": form["reason"], "words": form["words"]}
            await visit.api.call("POST", "coops", coop_id, verb, body=body)
            return visit.redirect(f"/operator/coops/{coop_id}")
        except Problem as problem:
            if problem.status not in {409, 422}:
                raise
            form.take(problem)
    return await drawn(visit, form, status=422)


async def dismiss_appeal(visit: Visit) -> Response:
    """To uphold one is to reinstate the co-op; this leaves its shop closed."""
    form = await visit.form()
    try:
        body = {"words": form["words"]}
        await visit.api.call("POST", "coops", visit.part("id"), "appeals", "dismiss", body=body)
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        form.take(problem)
        return await drawn(visit, form, status=problem.status)
    return visit.redirect(f"/operator/coops/{visit.part('id')}")


async def drawn(visit: Visit, form: Form, *, status: int = 200) -> Response:
    found, standing, history = await asyncio.gather(
        visit.api.get(Coop, "coops", visit.part("id")),
        visit.api.get(Standing, "coops", visit.part("id"), "standing"),
        history_of(visit, visit.part("id")),
    )
    return visit.render(
        "operator/coop.html",
        status=status,
        coop=found,
        standing=standing,
        history=history,
        form=form,
        stopped_for=STOPPED_FOR,
        back_for=BACK_FOR,
    )
