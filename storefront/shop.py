"""What anybody may look at: the front page, a product, the co-ops."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from storefront import product_page
from storefront.api import Problem
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.coops import Coop, CoopName
from storefront.wire.goods import Categories, Found, Hit, Product

FEATURED: Final = 8
LOOKED_THROUGH: Final = 100  # the newest goods; a co-op that has just uploaded its catalogue may fill many of them
SHOWN_COOPS: Final = 6


async def home(visit: Visit) -> Response:
    categories, found, coops = await asyncio.gather(
        visit.api.get(Categories, "categories"),
        visit.api.get(Found, "search", sort="newest", in_stock="true", limit=LOOKED_THROUGH),
        visit.api.get(Page[Coop], "coops", state="admitted"),
    )
    return visit.render(
        "home.html",
        categories=categories.root,
        hits=from_many_coops(found.hits),
        coops=coops.items[:SHOWN_COOPS],
        total=found.total,
        about=found.is_estimated,
    )


def from_many_coops(hits: Sequence[Hit]) -> list[Hit]:
    """The newest of each co-op first, then the next of each, as far as there is room."""
    seen: Counter[str] = Counter()
    rounds: list[tuple[int, Hit]] = []
    for hit in hits:
        rounds.append((seen[hit.coop.slug], hit))
        seen[hit.coop.slug] += 1
    return [hit for _, hit in sorted(rounds, key=lambda one: one[0])[:FEATURED]]


async def product(visit: Visit) -> Response:
    if asked := visit.query("variant_id"):  # By a form's button: its other fields have no place in an address.
        return visit.redirect(visit.request.url.path, variant=asked)
    try:
        found = await visit.api.get(Product, "products", visit.part("slug"))
    except Problem as problem:
        if problem.code != "coop_unavailable":
            raise
        return closed_shelf(visit, problem)
    return await product_page.drawn(visit, found, variant=visit.query("variant"))


def closed_shelf(visit: Visit, problem: Problem) -> Response:
    """Nothing is said of the goods: they may be why their co-op was stopped."""
    return visit.render("closed_shelf.html", status=404, coop=CoopName.model_validate(problem.extra.get("coop")))


async def coops(visit: Visit) -> Response:
    page = await visit.api.get(Page[Coop], "coops", state="admitted", cursor=visit.query("cursor"))
    return visit.render("coops.html", page=page)


async def coop(visit: Visit) -> Response:
    slug = visit.part("slug")
    found, goods = await asyncio.gather(
        visit.api.get(Coop, "coops", slug), visit.api.get(Found, "search", coop=slug, sort="newest", limit=24)
    )
    return visit.render("coop.html", coop=found, goods=goods)
