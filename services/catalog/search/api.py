"""Search, suggestions, places and the tree of categories over HTTP."""

from dataclasses import replace
from math import log2
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from chassis.query import documented, read_as
from services.catalog.categories import Category
from services.catalog.coop import closed_shops, hidden, without_a_place
from services.catalog.places.gazetteer import gazetteer
from services.catalog.places.nearness import shown
from services.catalog.places.postcodes import with_postcode
from services.catalog.search.asked import SearchAsked
from services.catalog.search.chosen import with_the_chosen
from services.catalog.search.port import Hit, Question, Sort
from services.catalog.search.ranking import ELSEWHERE, IN_STOCK_WORTH, NEARER_POINTS, POINTS, SHARE, TOGETHER_POINTS
from services.catalog.search.view import Answered, SearchView, TownView, told
from services.catalog.shopfront import Shop

router = APIRouter(tags=["search"])

MOST_SUGGESTIONS = 6
MOST_PLACES = 8


class SuggestView(BaseModel):
    """`words` are questions that find something, `hits` goods whose title begins so."""

    words: list[str]
    hits: list[Hit]


class Weight(BaseModel):
    name: str
    weight: float


class RankingView(BaseModel):
    """`places` are points by where a word stands, `fits` the share of them by how it fits.

    `elsewhere` is the share of the points of every other place than the best; `together` are the points for words that
    stand together in the title, `in_stock` is what the points of a thing that can be had now are multiplied with.
    """

    places: list[Weight]
    fits: list[Weight]
    elsewhere: float
    together: float
    in_stock: float


class PlacesView(BaseModel):
    """The largest first. Names and coordinates are GeoNames' (CC BY 4.0)."""

    items: list[TownView]


class CategoryTree(BaseModel):
    slug: str
    name: str
    google_id: int | None
    children: list["CategoryTree"]


@router.get("/api/v1/search", responses={200: {"model": SearchView}}, openapi_extra=documented(SearchAsked))
async def search(shop: Shop, asked: Annotated[SearchAsked, Depends(read_as(SearchAsked))]) -> Response:
    """A facet's own filter does not narrow its own counts; what was chosen is in it, were there nothing of it."""
    around = asked.around(await gazetteer(), await with_postcode(asked.near)) if asked.is_placed else None
    closed = await closed_shops(shop.database)
    question = asked.question(shop.categories, around, closed)
    found = await with_the_chosen(shop.database, question, await shop.ask(shop.engine.search, question))
    without_place = await _without_place(shop, question) if around else 0
    answered = Answered(question, found, around, without_place, closed)
    return Response(told(answered, shop.categories, shop.currency), media_type="application/json")


async def _without_place(shop: Shop, question: Question) -> int:
    """How much would fit as well, were it known where it is."""
    nowhere = await without_a_place(shop.database)
    coops = [slug for slug in nowhere if not question.coops or slug in question.coops]
    if not coops:
        return 0
    anywhere = replace(question, near=None, coops=coops, sort=Sort.RELEVANCE, page=1, limit=1)
    found = await shop.ask(shop.engine.search, anywhere)
    return found.total


@router.get("/api/v1/search/ranking")
async def ranking() -> RankingView:
    """What search counts with, the weightiest first; `/how-search-ranks` says it in words."""
    return RankingView(
        places=[Weight(name=place, weight=points) for place, points in POINTS.items()],
        fits=[Weight(name=fit, weight=share) for fit, share in SHARE.items()],
        elsewhere=ELSEWHERE,
        together=NEARER_POINTS + TOGETHER_POINTS,
        in_stock=log2(2 + IN_STOCK_WORTH),
    )


@router.get("/api/v1/suggest", responses={200: {"model": SuggestView}})
async def suggest(shop: Shop, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """What to go on with, for whoever has begun to type."""
    closed = await closed_shops(shop.database)
    out_of_sight = hidden(closed, looking_at=())
    begun = await shop.ask(shop.engine.suggest, q, limit=MOST_SUGGESTIONS, hidden_coops=out_of_sight)
    answer = {"words": begun.words, "hits": [orjson.Fragment(hit) for hit in begun.hits]}
    return Response(orjson.dumps(answer), media_type="application/json")


@router.get("/api/v1/places", responses={200: {"model": PlacesView}})
async def places(q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Towns whose name begins so, or where a postal code is: what `near` of a search takes."""
    towns = (await with_postcode(q) or (await gazetteer()).begun(q, MOST_PLACES))[:MOST_PLACES]
    return Response(orjson.dumps({"items": [shown(town) for town in towns]}), media_type="application/json")


@router.get("/api/v1/categories")
async def tree(shop: Shop) -> list[CategoryTree]:
    return [_tree(root) for root in shop.categories.roots]


def _tree(category: Category) -> CategoryTree:
    children = [_tree(child) for child in category.children]
    return CategoryTree(slug=category.slug, name=category.name, google_id=category.google, children=children)
