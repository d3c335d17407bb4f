"""The address where a co-op keeps its file: named, looked after, fetched now, taken away."""

from typing import Final

from starlette.responses import Response

from storefront.api import Problem
from storefront.desk.overview import coop_of
from storefront.forms import Form
from storefront.visit import Visit
from storefront.wire.coops import Coop
from storefront.wire.feed import Feed
from storefront.words import POLICIES

EVERY: Final = {"day": "Once a day", "hour": "Every hour"}
REFUSED: Final = frozenset({409, 422})


async def show(visit: Visit) -> Response:
    coop = await coop_of(visit)
    feed = await feed_of(visit, coop)
    return drawn(visit, coop, feed, filled(feed))


async def save(visit: Visit) -> Response:
    coop, form = await coop_of(visit), await visit.form()
    form.need({"url": "Give the address of your file."})
    if not form.errors:
        try:
            await visit.api.call("PUT", "assortments", coop.id, "feed", body=asked(form))
            return visit.redirect(f"/desk/{coop.slug}/imports/feed", saved="1")
        except Problem as problem:
            if problem.status not in REFUSED:
                raise
            form.take(problem)
    return drawn(visit, coop, await feed_of(visit, coop), form, status=422)


async def fetch_now(visit: Visit) -> Response:
    coop = await coop_of(visit)
    try:
        await visit.api.call("POST", "assortments", coop.id, "feed", "fetch")
    except Problem as problem:
        if problem.status not in REFUSED:
            raise
        feed = await feed_of(visit, coop)
        form = filled(feed)
        form.take(problem)
        return drawn(visit, coop, feed, form, status=problem.status)
    return visit.redirect(f"/desk/{coop.slug}/imports/feed", asked="1")


async def remove(visit: Visit) -> Response:
    coop = await coop_of(visit)
    await visit.api.call("DELETE", "assortments", coop.id, "feed")
    return visit.redirect(f"/desk/{coop.slug}/imports/feed")


async def feed_of(visit: Visit, coop: Coop) -> Feed | None:
    """None where no address is named."""
    try:
        return await visit.api.get(Feed, "assortments", coop.id, "feed")
    except Problem as problem:
        if problem.code != "feed_not_found":
            raise
        return None


def asked(form: Form) -> dict[str, object]:
    return {
        "url": form["url"],
        "every": form["every"] if form["every"] in EVERY else "day",
        "policy": form["policy"] if form["policy"] in POLICIES else "skip",
        "remove_missing": bool(form["remove_missing"]),
        "enabled": bool(form["enabled"]),
    }


def filled(feed: Feed | None) -> Form:
    if feed is None:
        return Form({"url": "", "every": "day", "policy": "skip", "enabled": "1"})
    ticked = {"remove_missing": feed.remove_missing, "enabled": feed.is_on}
    kept = {"url": feed.url, "every": feed.every, "policy": feed.policy}
    return Form(kept | {name: "1" for name, told in ticked.items() if told})


def drawn(visit: Visit, coop: Coop, feed: Feed | None, form: Form, *, status: int = 200) -> Response:
    return visit.render(
        "desk/feed.html",
        status=status,
        coop=coop,
        feed=feed,
        form=form,
        every=EVERY,
        policies=POLICIES,
        saved=visit.query("saved") and form.is_fine,
        asked=visit.query("asked") and form.is_fine,
    )
