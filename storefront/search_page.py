"""The search page: what was asked, what was found, what narrows it, and ways on where nothing fits."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from storefront.api import Problem
from storefront.money import country
from storefront.search_asked import ONE_OF, RADII, SEVERAL, SORTS, Asked
from storefront.visit import Visit
from storefront.wire.goods import Categories, Category, Facet, Found, PlaceRefusal

PLACE_REFUSALS: Final = ("place_unknown", "place_ambiguous", "near_missing")
SHOWN_AT_ONCE: Final = 8
MOST_WORDS_TRIED: Final = 4
TITLES: Final = {"coop": "Co-op", "country": "Country", "certification": "Certification"}


@dataclass(frozen=True)
class Choice:
    """One box to tick."""

    name: str
    value: str
    label: str
    count: int
    about: bool
    chosen: bool

    @property
    def id(self) -> str:
        return f"{self.name}-{self.value}"


@dataclass(frozen=True)
class Chip:
    """A filter that is set, and the address of the same search without it."""

    label: str
    address: str


@dataclass(frozen=True)
class WayOn:
    """Another question, and how much it finds; `about` where that is an estimate."""

    label: str
    address: str
    total: int
    about: bool


async def search(visit: Visit) -> Response:
    asked = Asked.of(visit.request.query_params)
    found, refusal = await _found(visit, asked)
    nothing = not found.hits and not found.total
    ways_on, categories = await asyncio.gather(_ways_on(visit, asked), _shelves(visit)) if nothing else ([], ())
    shelf_names = {shelf.slug: shelf.name for root in categories for shelf in root.branch()}
    return visit.render(
        "search.html",
        found=found,
        asked=asked,
        refusal=refusal,
        sorts=SORTS,
        radii=RADII,
        choices={name: choices(name, found, asked) for name in SEVERAL},
        titles=TITLES,
        at_once=SHOWN_AT_ONCE,
        chips=[
            Chip(_label(name, value, found, shelf_names), asked.without(name, value).address)
            for name, value in asked.filters
        ],
        ways_on=ways_on,
        categories=categories,
    )


async def _found(visit: Visit, asked: Asked) -> tuple[Found, PlaceRefusal | None]:
    """Where the place is not to be had, what fits anywhere, and what to say about the place."""
    try:
        return await _ask(visit, asked), None
    except Problem as problem:
        if problem.code not in PLACE_REFUSALS:
            raise
        refusal = PlaceRefusal.model_validate({"detail": problem.detail, **problem.extra})
        return await _ask(visit, asked.without("near")), refusal


async def _ask(visit: Visit, asked: Asked) -> Found:
    return await visit.api.get(Found, "search", **asked.params(visit.settings.currency))


async def _shelves(visit: Visit) -> Sequence[Category]:
    return (await visit.api.get(Categories, "categories")).root


async def _ways_on(visit: Visit, asked: Asked) -> list[WayOn]:
    """The same question with one filter less, or one of its words alone, as far as that finds something."""
    ways = list(_fewer(asked))
    finds = await asyncio.gather(*(_finds(visit, other) for _, other in ways))
    return [
        WayOn(label, other.address, found.total, found.is_estimated)
        for (label, other), found in zip(ways, finds, strict=True)
        if found.total
    ]


def _fewer(asked: Asked) -> Iterator[tuple[str, Asked]]:
    for name, label in asked.kinds:
        yield f"Without {label}", asked.without(name)
    if len(asked.kinds) > 1:
        yield "Without narrowing down", asked.everywhere
    words = asked["q"].split()
    if 1 < len(words) <= MOST_WORDS_TRIED:
        for word in words:
            yield f"Only “{word}”", asked.instead(q=word)


async def _finds(visit: Visit, asked: Asked) -> Found:
    """A place that is not to be had finds nothing."""
    try:
        return await visit.api.get(Found, "search", **asked.params(visit.settings.currency) | {"limit": 1})
    except Problem as problem:
        if problem.code not in PLACE_REFUSALS:
            raise
        return Found(total=0)


def choices(name: str, found: Found, asked: Asked) -> list[Choice]:
    """Those with most first; what is chosen is always among them, were it with nothing."""
    chosen, about = asked.several(name), name in found.estimated
    facets: Sequence[Facet] = getattr(found.facets, name)
    told = [Choice(name, one.value, one.name, one.count, about, one.value in chosen) for one in facets]
    counted = {one.value for one in facets}
    return [*(Choice(name, one, _called(name, one), 0, False, True) for one in chosen if one not in counted), *told]


def _label(name: str, value: str, found: Found, shelves: Mapping[str, str]) -> str:
    if name == "category" and value in shelves:
        return shelves[value]
    if name in SEVERAL or name == "category":
        facets: Sequence[Facet] = getattr(found.facets, name)
        return next((one.name for one in facets if one.value == value), _called(name, value))
    if name == "near":
        return f"Near {found.near.called if found.near else value}"
    return ONE_OF[name].format(value)


def _called(name: str, value: str) -> str:
    return country(value) if name == "country" else value
