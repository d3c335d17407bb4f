"""What anybody may look at: the front page, search, a product, the co-ops."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from storefront import product_page
from storefront.api import Problem
from storefront.forms import whole_number
from storefront.money import minor_units
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.coops import Coop, CoopName
from storefront.wire.goods import Categories, Found, Hit, Product

FEATURED: Final = 8
LOOKED_THROUGH: Final = 100  # the newest goods; a co-op that has just uploaded its catalogue may fill many of them
SHOWN_COOPS: Final = 6
SORTS: Final = (
    ("relevance", "Best match"),
    ("price", "Price, lowest first"),
    ("-price", "Price, highest first"),
    ("newest", "Newest"),
)
LONGEST_QUESTION: Final = 200
LAST_PAGE: Final = 10_000
KEPT: Final = ("q", "category", "coop", "min", "max", "in_stock", "sort", "page")


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
    )


def from_many_coops(hits: Sequence[Hit]) -> list[Hit]:
    """The newest of each co-op first, then the next of each, as far as there is room."""
    seen: Counter[str] = Counter()
    rounds: list[tuple[int, Hit]] = []
    for hit in hits:
        rounds.append((seen[hit.coop.slug], hit))
        seen[hit.coop.slug] += 1
    return [hit for _, hit in sorted(rounds, key=lambda one: one[0])[:FEATURED]]


async def search(visit: Visit) -> Response:
    asked = {name: visit.query(name)[:LONGEST_QUESTION] for name in KEPT}
    currency = visit.settings.currency
    found = await visit.api.get(
        Found,
        "search",
        q=asked["q"],
        category=asked["category"],
        coop=asked["coop"],
        min_price=minor_units(asked["min"], currency),
        max_price=minor_units(asked["max"], currency),
        in_stock="true" if asked["in_stock"] else None,
        sort=asked["sort"] if asked["sort"] in dict(SORTS) else None,
        page=min(max(1, whole_number(asked["page"]) or 1), LAST_PAGE),
    )
    categories = (await visit.api.get(Categories, "categories")).root if not found.hits else ()
    return visit.render(
        "search.html", found=found, asked=asked, sorts=SORTS, link=SearchLink(asked), categories=categories
    )


class SearchLink:
    """Addresses of the same search with some answers changed; `None` takes one out, and the page starts anew."""

    def __init__(self, asked: dict[str, str]) -> None:
        self._asked = {name: value for name, value in asked.items() if name != "page"}

    def __call__(self, **changed: str | int | None) -> str:
        asked = {name: value for name, value in (self._asked | changed).items() if value}
        return f"/search?{urlencode(asked)}" if asked else "/search"


async def product(visit: Visit) -> Response:
    try:
        found = await visit.api.get(Product, "products", visit.part("slug"))
    except Problem as problem:
        if problem.code != "coop_unavailable":
            raise
        return closed_shelf(visit, problem)
    return await product_page.drawn(visit, found)


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
