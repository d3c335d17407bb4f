"""What a search answers: the engine's counts get names, its hits go out as they lie in the index."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import BaseModel

from chassis.money import Money
from services.catalog.categories import Categories
from services.catalog.coop import ClosedShop
from services.catalog.labels.certifications import load_standards
from services.catalog.places.country_names import country_name
from services.catalog.places.nearness import Whereabouts, shown
from services.catalog.search.port import Findings, Hit, Question

Json = dict[str, Any]


class FoundHit(Hit):
    """`distance_km` is as the crow flies from the place that was asked about; None where none was."""

    distance_km: float | None = None


class FacetView(BaseModel):
    """`count` is how many there would be with this one chosen; `parent` is where it stands in the tree."""

    value: str
    name: str
    count: int
    parent: str | None = None


class FacetsView(BaseModel):
    category: list[FacetView]
    coop: list[FacetView]
    country: list[FacetView]
    certification: list[FacetView]
    in_stock: list[FacetView]


class PricesView(BaseModel):
    """The cheapest and the dearest of what fits but for its price."""

    min: Money | None
    max: Money | None


class TownView(BaseModel):
    """`value` is a name that means this town and no other."""

    value: str
    name: str
    region: str
    country: str
    country_name: str
    latitude: float
    longitude: float


class NearView(BaseModel):
    """Where distances are measured from. `town` is None where a point was given; `others` bear the town's name too.

    `without_place` counts what fits but for its distance, of co-ops of which nobody knows where they are: in about,
    where that is very much.
    """

    latitude: float
    longitude: float
    radius_km: float
    town: TownView | None
    others: list[TownView]
    without_place: int


class HolidayView(BaseModel):
    """A shop that was asked for and is on holiday: what is found of it can be looked at and not bought."""

    slug: str
    name: str
    until: str | None


class SearchView(BaseModel):
    """`meant` is the question as it was probably meant, where that finds more.

    `estimated` names what is counted in about, of "total" and the facets: where very much fits, a sample of it is
    counted, and its numbers have two digits. Prices, and whatever little fits, are exact.
    """

    query: str
    total: int
    estimated: list[str]
    page: int
    limit: int
    hits: list[FoundHit]
    facets: FacetsView
    price: PricesView
    meant: str | None
    near: NearView | None
    on_holiday: list[HolidayView]


@dataclass(frozen=True, slots=True)
class Answered:
    """Everything that goes into one answer."""

    question: Question
    found: Findings
    around: Whereabouts | None
    without_place: int
    closed: Sequence[ClosedShop]


def told(answered: Answered, categories: Categories, currency: str) -> bytes:
    """A SearchView as JSON. Hits are spliced in: nobody reads them on the way."""
    question, found, standards = answered.question, answered.found, load_standards()
    return orjson.dumps(
        {
            "query": question.text,
            "total": found.total,
            "estimated": [*found.estimated],
            "page": question.page,
            "limit": question.limit,
            "hits": [orjson.Fragment(hit) for hit in _hits(found)],
            "facets": {
                "category": list(_categories(found.categories, categories)),
                "coop": [_facet(slug, name, count) for (slug, name), count in _most_first(found.coops)],
                "country": [_facet(code, country_name(code), count) for code, count in _most_first(found.countries)],
                "certification": [
                    _facet(code, standards.name(code), count) for code, count in _most_first(found.certifications)
                ],
                "in_stock": [_facet("true", "In stock", found.in_stock)],
            },
            "price": {"min": _money(found.lowest, currency), "max": _money(found.highest, currency)},
            "meant": found.meant,
            "near": _near(answered),
            "on_holiday": [
                {"slug": shop.slug, "name": shop.name, "until": shop.until}
                for shop in answered.closed
                if shop.on_holiday and shop.slug in question.coops
            ],
        }
    )


def _hits(found: Findings) -> Sequence[bytes]:
    if not found.distances:
        return found.hits
    return [
        b'%b,"distance_km":%.1f}' % (hit[:-1], distance)
        for hit, distance in zip(found.hits, found.distances, strict=True)
    ]


def _categories(counts: Mapping[str, int], categories: Categories) -> Iterator[Json]:
    """In the tree's order, each with everything below it."""
    for parent, one in categories.places:
        if count := sum(counts.get(slug, 0) for slug in categories.branch(one.slug)):
            yield _facet(one.slug, one.name, count) | {"parent": parent}


def _most_first(counts: Mapping[Any, int]) -> list[tuple[Any, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _facet(value: str, name: str, count: int) -> Json:
    return {"value": value, "name": name, "count": count}


def _money(amount: int | None, currency: str) -> Json | None:
    return None if amount is None else {"amount": amount, "currency": currency}


def _near(answered: Answered) -> Json | None:
    around = answered.around
    if around is None:
        return None
    return {
        "latitude": around.near.place.latitude,
        "longitude": around.near.place.longitude,
        "radius_km": around.near.radius_km,
        "town": shown(around.town) if around.town else None,
        "others": [shown(town) for town in around.others],
        "without_place": answered.without_place,
    }
