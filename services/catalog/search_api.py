"""Search and the tree of categories over HTTP."""

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from chassis.money import LARGEST, Money
from services.catalog.categories import Categories, Category
from services.catalog.coop import hidden
from services.catalog.search import Findings, Hit, Question, Sort
from services.catalog.shopfront import Shop

router = APIRouter(tags=["search"])

Amount = Annotated[int, Query(ge=0, le=LARGEST)]


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
    hits: list[Hit]
    facets: FacetsView
    price: PricesView


class CategoryTree(BaseModel):
    slug: str
    name: str
    google_id: int | None
    children: list["CategoryTree"]


@router.get("/api/v1/search", responses={200: {"model": SearchView}})
async def search(
    shop: Shop,
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
    out_of_sight = await hidden(shop.database, looking_at=coop)
    branch = shop.categories.branch(category) if category else None
    question = Question(
        text=q,
        categories=branch,
        coops=[coop] if coop else (),
        min_price=min_price,
        max_price=max_price,
        in_stock=in_stock,
        sort=sort,
        page=page,
        limit=limit,
        hidden_coops=out_of_sight,
    )
    found = await shop.ask(shop.engine.search, question)
    answer = {
        "query": q,
        "total": found.total,
        "page": page,
        "limit": limit,
        "hits": [orjson.Fragment(hit) for hit in found.hits],
        "facets": {"category": _categories(found.categories, shop.categories), "coop": _coops(found)},
        "price": {"min": _money(found.lowest, shop.currency), "max": _money(found.highest, shop.currency)},
    }
    return Response(orjson.dumps(answer), media_type="application/json")


@router.get("/api/v1/categories")
async def tree(shop: Shop) -> list[CategoryTree]:
    return [_tree(root) for root in shop.categories.roots]


def _tree(category: Category) -> CategoryTree:
    children = [_tree(child) for child in category.children]
    return CategoryTree(slug=category.slug, name=category.name, google_id=category.google, children=children)


def _money(amount: int | None, currency: str) -> dict[str, Any] | None:
    return None if amount is None else {"amount": amount, "currency": currency}


def _categories(counts: Mapping[str, int], categories: Categories) -> list[dict[str, Any]]:
    """In the tree's order, each with everything below it."""
    facets = []
    for parent, one in categories.places:
        if count := sum(counts.get(slug, 0) for slug in categories.branch(one.slug)):
            facets.append({"value": one.slug, "name": one.name, "count": count, "parent": parent})
    return facets


def _coops(found: Findings) -> list[dict[str, Any]]:
    """Those with most first."""
    by_count = sorted(found.coops.items(), key=lambda one: (-one[1], one[0]))
    return [{"value": slug, "name": name, "count": count} for (slug, name), count in by_count]
