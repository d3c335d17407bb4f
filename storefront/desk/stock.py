"""A co-op's stock: every level, and for each the journal that explains it and a form to count it by."""

import asyncio
from datetime import date
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

from starlette.responses import Response

from storefront.api import Problem
from storefront.desk.overview import coop_of
from storefront.forms import Form, is_day
from storefront.stock_words import CHANGES
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.coops import Coop
from storefront.wire.stock import Entry, Explanation, Level

COUNTING: Final = "stock:write"
SHOWN_HERE: Final = {409, 422}
LONGEST_SEARCH: Final = 200
MOST: Final = 100_000_000
STALE: Final = "It has changed since you looked. Above is how many there are now: is your number still right?"
NO_DAY: Final = "Give a day such as 2026-11-24."
BACKWARDS: Final = "That is before the first day. Give the same day or a later one."
YEARS: Final = range(2000, 3000)  # as the API takes
NARROWED_BY: Final = ("since", "until", "change")


async def show(visit: Visit) -> Response:
    coop = await coop_of(visit)
    q = visit.query("q")[:LONGEST_SEARCH]
    page = await visit.api.get(Page[Level], "stock", coop_id=coop.id, q=q or None, cursor=visit.query("cursor"))
    return visit.render("desk/stock.html", coop=coop, page=page, q=q, more=f"{urlencode({'q': q})}&" if q else "")


async def one(visit: Visit) -> Response:
    return await drawn(visit, await coop_of(visit), Form())


async def count(visit: Visit) -> Response:
    """A count goes with the version that was shown, so that what is sold meanwhile is not counted twice."""
    coop, form = await coop_of(visit, needs=COUNTING), await visit.form()
    body = told(form)
    if not form.errors:
        try:
            await visit.api.call(
                "POST", "stock", visit.part("id"), body=body, headers={"idempotency_key": form["key"] or new_key()}
            )
            return visit.redirect(f"/desk/{coop.slug}/stock/{visit.part('id')}", saved="1")
        except Problem as problem:
            if problem.status not in SHOWN_HERE:
                raise
            if problem.code == "stale_level":
                form.errors["number"] = STALE
            else:
                form.take(problem, fields={"version": "number", "count": "number", "change": "number"})
    return await drawn(visit, coop, form, status=422)


def told(form: Form) -> dict[str, object]:
    """The one number typed, as a count of the shelf or as what came or went."""
    text = form["number"]
    if form["kind"] != "change":
        return {"count": form.whole("number", at_most=MOST), "version": int(form.whole("version", at_most=MOST) or 0)}
    sign = -1 if text.startswith(("-", "−")) else 1
    form.values["number"] = text.lstrip("+-−").strip()
    number = form.whole("number", at_least=1, at_most=MOST)
    form.values["number"] = text
    return {"change": sign * (number or 0)}


async def drawn(visit: Visit, coop: Coop, form: Form, *, status: int = 200) -> Response:
    """The level is read anew: a refused form shows what there is now."""
    variant, narrowed = visit.part("id"), narrowing(visit)
    asked = {name: narrowed[name] for name in NARROWED_BY if name not in narrowed.errors and narrowed[name]}
    level, explanation, journal = await asyncio.gather(
        visit.api.get(Level, "stock", variant),
        visit.api.get(Explanation, "stock", variant, "explanation"),
        visit.api.get(Page[Entry], "stock", variant, "journal", cursor=visit.query("cursor"), **asked),
    )
    return visit.render(
        "desk/stock_journal.html",
        status=status,
        coop=coop,
        level=level,
        explanation=explanation,
        journal=journal,
        narrowed=narrowed,
        asked=urlencode(asked),
        form=form,
        key=new_key(),
        saved=visit.query("saved"),
    )


def narrowing(visit: Visit) -> Form:
    """From which day on, to which day, and which kind of change."""
    narrowed = Form({name: visit.query(name) for name in NARROWED_BY})
    for name in ("since", "until"):
        if narrowed[name] and not is_day(narrowed[name], YEARS):
            narrowed.errors[name] = NO_DAY
    if not narrowed.errors and is_backwards(narrowed["since"], narrowed["until"]):
        narrowed.errors["until"] = BACKWARDS
    if narrowed["change"] not in CHANGES:
        narrowed.values["change"] = ""
    return narrowed


def is_backwards(since: str, until: str) -> bool:
    return bool(since and until) and date.fromisoformat(until) < date.fromisoformat(since)


def new_key() -> str:
    return uuid4().hex
