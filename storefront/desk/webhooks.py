"""A co-op's webhooks: where they go, what they are told, and how it went."""

from starlette.responses import Response

from storefront.api import Problem
from storefront.desk.overview import coop_of
from storefront.forms import Form
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.coops import Coop
from storefront.wire.webhooks import Delivery, FreshSecret, Replayed, Webhook
from storefront.words import WEBHOOK_EVENTS, said

REFUSED = frozenset({409, 422})


async def show(visit: Visit) -> Response:
    return await listed(visit, await coop_of(visit), Form(dict.fromkeys(WEBHOOK_EVENTS, "1")))


async def register(visit: Visit) -> Response:
    coop, form = await coop_of(visit), await visit.form()
    body = asked(form)
    if form.errors:
        return await listed(visit, coop, form, status=422)
    try:
        fresh = await visit.api.post(FreshSecret, "coops", coop.id, "webhooks", body=body)
    except Problem as problem:
        if problem.status not in REFUSED:
            raise
        form.take(problem)
        return await listed(visit, coop, form, status=problem.status)
    return await detailed(visit, coop, fresh.endpoint, filled(fresh.endpoint), secret=fresh.secret)


async def one(visit: Visit) -> Response:
    coop, hook = await found(visit)
    return await detailed(visit, coop, hook, filled(hook))


async def save(visit: Visit) -> Response:
    coop, hook = await found(visit)
    form = await visit.form()
    body = {**asked(form), "enabled": bool(form["enabled"])}
    if not form.errors:
        try:
            await visit.api.call("PUT", "coops", coop.id, "webhooks", hook.id, body=body)
            return back(visit, saved="1")
        except Problem as problem:
            if problem.status not in REFUSED:
                raise
            form.take(problem)
    return await detailed(visit, coop, hook, form, status=422)


async def rotate(visit: Visit) -> Response:
    coop, hook = await found(visit)
    fresh = await visit.api.post(FreshSecret, "coops", coop.id, "webhooks", hook.id, "secret")
    return await detailed(visit, coop, fresh.endpoint, filled(fresh.endpoint), secret=fresh.secret)


async def ping(visit: Visit) -> Response:
    return await told(visit, "ping")


async def replay(visit: Visit) -> Response:
    return await told(visit, "deliveries", visit.part("message"), "replay")


async def told(visit: Visit, *path: str) -> Response:
    """Sent on its way, or a word on why not."""
    coop, hook = await found(visit)
    try:
        await visit.api.call("POST", "coops", coop.id, "webhooks", hook.id, *path)
    except Problem as problem:
        if problem.status != 409:
            raise
        return await detailed(visit, coop, hook, filled(hook), message=said(problem), status=409)
    return back(visit, sent="1")


async def replay_failed(visit: Visit) -> Response:
    coop, hook = await found(visit)
    try:
        done = await visit.api.post(Replayed, "coops", coop.id, "webhooks", hook.id, "replay", body={})
    except Problem as problem:
        if problem.status != 409:
            raise
        return await detailed(visit, coop, hook, filled(hook), message=said(problem), status=409)
    return back(visit, sent=str(done.deliveries))


async def remove(visit: Visit) -> Response:
    coop = await coop_of(visit)
    await visit.api.call("DELETE", "coops", coop.id, "webhooks", visit.part("id"))
    return visit.redirect(f"/desk/{coop.slug}/webhooks")


async def found(visit: Visit) -> tuple[Coop, Webhook]:
    coop = await coop_of(visit)
    return coop, await visit.api.get(Webhook, "coops", coop.id, "webhooks", visit.part("id"))


def back(visit: Visit, **query: str) -> Response:
    return visit.redirect(f"/desk/{visit.part('coop')}/webhooks/{visit.part('id')}", **query)


def asked(form: Form) -> dict[str, object]:
    form.need({"url": "Give the address that is to be called."})
    events = [event for event in WEBHOOK_EVENTS if form[event]]
    if not events:
        form.errors[next(iter(WEBHOOK_EVENTS))] = "Tick at least one thing that it is to be told."
    return {"url": form["url"], "description": form["description"], "events": events}


def filled(hook: Webhook) -> Form:
    on = {"enabled": "1"} if hook.is_on else {}
    return Form({"url": hook.url, "description": hook.description, **on, **dict.fromkeys(hook.events, "1")})


async def listed(visit: Visit, coop: Coop, form: Form, *, status: int = 200) -> Response:
    page = await visit.api.get(Page[Webhook], "coops", coop.id, "webhooks")
    return visit.render("desk/webhooks.html", status=status, coop=coop, page=page, form=form)


async def detailed(
    visit: Visit, coop: Coop, hook: Webhook, form: Form, *, secret: str = "", message: str = "", status: int = 200
) -> Response:
    log = await visit.api.get(
        Page[Delivery], "coops", coop.id, "webhooks", hook.id, "deliveries", cursor=visit.query("cursor")
    )
    response = visit.render(
        "desk/webhook.html",
        status=status,
        coop=coop,
        hook=hook,
        form=form,
        log=log,
        secret=secret,
        message=message,
        saved=visit.query("saved") and form.is_fine,
        sent=visit.query("sent")[:6],
    )
    response.headers["cache-control"] = "no-store"
    return response
