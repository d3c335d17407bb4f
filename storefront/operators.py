"""The operator's pages: who wants in, what was ordered, what the books say."""

import asyncio
from typing import Final

from starlette.responses import Response

from storefront.account_names import AccountNames
from storefront.api import Json, Problem, Refusal
from storefront.forms import Form
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.coops import Application, AuditEntry, Coop, WaitingAppeal
from storefront.wire.desk import Balances, Entry, Me
from storefront.wire.orders import Order

MOST_NAMED: Final = 100  # a page of the API holds no more; the others are shown by their account
MOST_HISTORY: Final = 100
VERIFIED: Final = "verified-"
QUEUES: Final = (
    ("proved", "To read"),
    ("asked", "Asked"),
    ("appealed", "Appeals"),
    ("applied", "Not proved yet"),
    ("admitted", "Admitted"),
    ("refused", "Refused"),
    ("dismissed", "Dismissed"),
)


async def require_operator(visit: Visit) -> None:
    """The API shows an applicant their own applications; the queue is for those who decide."""
    me = await visit.api.get(Me, "me")
    if me.operator_withheld:
        raise Problem(403, Refusal(code="second_factor_required"))
    if not me.operator:
        raise Problem(401 if me.kind != "account" else 403, Refusal(code="forbidden"))


async def queue(visit: Visit) -> Response:
    await require_operator(visit)
    state = visit.query("state") if visit.query("state") in dict(QUEUES) else "proved"
    page, appeals = await asyncio.gather(
        visit.api.get(Page[Application], "applications", state=state, cursor=visit.query("cursor")),
        visit.api.get(Page[WaitingAppeal], "appeals"),
    )
    return visit.render("operator/queue.html", page=page, state=state, queues=QUEUES, appeals=appeals.items)


async def application(visit: Visit) -> Response:
    await require_operator(visit)
    return await drawn(visit, Form())


async def decide(visit: Visit) -> Response:
    form, application_id = await visit.form(), visit.part("id")
    admits = form["decision"] == "admit"
    if not admits and not form["note"]:
        form.errors["note"] = "Give the reason: the co-op reads it."
        return await drawn(visit, form, status=422)
    try:
        body = admission_in(form) if admits else {"reason": form["note"]}
        verb = "admit" if admits else "refuse"
        await visit.api.call("POST", "applications", application_id, verb, body=body)
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        form.take(problem)
        return await drawn(visit, form, status=422)
    return visit.redirect(f"/operator/applications/{application_id}")


def admission_in(form: Form) -> dict[str, object]:
    verified = [name.removeprefix(VERIFIED) for name in form.values if name.startswith(VERIFIED)]
    return {"note": form["note"], "verified": verified, "override": bool(form["override"])}


async def waive(visit: Visit) -> Response:
    form = await visit.form()
    return await say(visit, "waivers", body={"requirement": form["requirement"], "words": form["words"]})


async def ask(visit: Visit) -> Response:
    return await say(visit, "questions")


async def judge_appeal(visit: Visit) -> Response:
    form = await visit.form()
    return await say(visit, "appeal", "uphold" if form["verdict"] == "uphold" else "dismiss")


async def say(visit: Visit, *path: str, body: Json | None = None) -> Response:
    """Sends an operator's words about an application, and shows what came of them."""
    told = body or {"words": (await visit.form())["words"]}
    try:
        await visit.api.call("POST", "applications", visit.part("id"), *path, body=told)
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        refused = Form()
        refused.take(problem)
        return await drawn(visit, refused, status=problem.status)
    return visit.redirect(f"/operator/applications/{visit.part('id')}")


async def drawn(visit: Visit, form: Form, *, status: int = 200) -> Response:
    found, history = await asyncio.gather(
        visit.api.get(Application, "applications", visit.part("id")), history_of(visit, visit.part("id"))
    )
    return visit.render("operator/application.html", status=status, application=found, history=history, form=form)


async def history_of(visit: Visit, subject: str) -> tuple[AuditEntry, ...]:
    """The newest decisions about one application or co-op."""
    return (await visit.api.get(Page[AuditEntry], "audit", "entries", subject=subject, limit=MOST_HISTORY)).items


async def orders(visit: Visit) -> Response:
    page = await visit.api.get(Page[Order], "orders", scope="all", cursor=visit.query("cursor"))
    return visit.render("operator/orders.html", page=page)


async def ledger(visit: Visit) -> Response:
    balances, coops, entries = await asyncio.gather(
        visit.api.get(Balances, "ledger", "balances"),
        visit.api.get(Page[Coop], "coops", limit=MOST_NAMED),
        visit.api.get(Page[Entry], "ledger", "entries", order_id=visit.query("order_id"), cursor=visit.query("cursor")),
    )
    return visit.render(
        "operator/ledger.html",
        balances=balances,
        entries=entries,
        order_id=visit.query("order_id"),
        name_of=AccountNames(coops.items),
    )
