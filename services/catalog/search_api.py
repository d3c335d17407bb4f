"""Search and the tree of categories over HTTP."""

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from chassis.http import Reading, app_state
from chassis.money import LARGEST, Money
from services.catalog.categories import Categories, Category
from services.catalog.coop import not_selling
from services.catalog.product_api import CatalogSettings, Tree
from services.catalog.search import Findings, FoundCoop, Question, SearchEngine, Sort

router = APIRouter(tags=["search"])

Engine = Annotated[SearchEngine, app_state("engine")]
Amount = Annotated[int, Query(ge=0, le=LARGEST)]


class HitView(BaseModel):
    id: str
    slug: str
    title: str
    price: Money
    price_max: Money
    compare_at: Money | None
    coop: FoundCoop
    category: str
    picture: str
    in_stock: bool


class FacetView(BaseModel):
    """`count` is how many there would be with this one chosen; `parent` is where it stands in the tree."""

    value: str
    name: str
    count: int
    parent: str | None = None


class FacetsView(BaseModel):
    category: list[FacetView]
    coop: list[FacetView]


class PricesView(BaseModel):
    """The cheapest and the dearest of what fits but for its price."""

    min: Money | None
    max: Money | None


class SearchView(BaseModel):
    query: str
    total: int
    page: int
    limit: int
    hits: list[HitView]
    facets: FacetsView
    price: PricesView


class CategoryTree(BaseModel):
    slug: str
    name: str
    google_id: int | None
    children: list["CategoryTree"]


@router.get("/api/v1/search", responses={200: {"model": SearchView}})
async def search(
    session: Reading, engine: Engine, categories: Tree, settings: CatalogSettings,
    q: Annotated[str, Query(max_length=200)] = "",
    category: Annotated[str | None, Query(max_length=100)] = None,
    coop: Annotated[str | None, Query(max_length=100)] = None,
    min_price: Amount | None = None,
    max_price: Amount | None = None,
    in_stock: bool = False,
    sort: Sort = Sort.RELEVANCE,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    limit: Annotated[int, Query(ge=1, le=100)] = 24,
) -> Response:
    """Prices in minor units. A facet's own filter does not narrow its own counts."""
    hidden = await not_selling(session)
    branch = categories.branch(category) if category else None
    question = Question(q, branch, coop or None, min_price, max_price, in_stock, sort, page, limit, hidden)
    found = engine.search(question)
    answer = {
        "query": q, "total": found.total, "page": page, "limit": limit,
        "hits": [_hit(orjson.loads(hit)) for hit in found.hits],
        "facets": {"category": _categories(found.categories, categories), "coop": _coops(found)},
        "price": {"min": _money(found.lowest, settings.currency), "max": _money(found.highest, settings.currency)},
    }
    return Response(orjson.dumps(answer), media_type="application/json")


@router.get("/api/v1/categories")
async def tree(categories: Tree) -> list[CategoryTree]:
    return [_tree(root) for root in categories.roots]


def _tree(category: Category) -> CategoryTree:
    children = [_tree(child) for child in category.children]
    return CategoryTree(slug=category.slug, name=category.name, google_id=category.google, children=children)


def _hit(hit: dict[str, Any]) -> dict[str, Any]:
    currency = hit.pop("currency")
    for name in ("price", "price_max", "compare_at"):
        hit[name] = _money(hit[name], currency)
    return hit


def _money(amount: int | None, currency: str) -> dict[str, Any] | None:
    return None if amount is None else {"amount": amount, "currency": currency}


def _categories(counts: Mapping[str, int], categories: Categories) -> list[dict[str, Any]]:
    """In the tree's order, each with everything below it."""
    facets = []
    for root in categories.roots:
        for one in (root, *root.children):
            if count := sum(counts.get(below.slug, 0) for below in one.branch()):
                parent = None if one is root else root.slug
                facets.append({"value": one.slug, "name": one.name, "count": count, "parent": parent})
    return facets


def _coops(found: Findings) -> list[dict[str, Any]]:
    """Those with most first."""
    by_count = sorted(found.coops.items(), key=lambda one: (-one[1], one[0]))
    return [{"value": slug, "name": name, "count": count} for (slug, name), count in by_count]
