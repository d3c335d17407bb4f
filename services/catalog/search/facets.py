"""What is counted beside the hits, facet by facet, and how it is told apart again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.catalog.search.port import Question

# Every product has a price, so that one look at prices says how many there are, and the lowest and the highest.
PRICES = {"prices": {"stats": {"field": "price"}}}
# What narrows each facet, and what is counted for it.
NARROWED = {
    "category": ("categories",),
    "coop": ("coops",),
    "country": ("countries",),
    "certification": ("certifications",),
    "in_stock": ("in_stock",),
    "price": ("min_price", "max_price"),
}
# Facets of which any of several may be chosen: the index's field, and the question's.
CHOICES = (("coop_slug", "coops"), ("country", "countries"), ("certification", "certifications"))
ANYTHING: tuple[object, ...] = (None, (), [], False)
COUNT: dict[str, dict[str, Any]] = {
    "total": PRICES,
    "category": {"category": {"terms": {"field": "category", "size": 200}}},
    "coop": {"coop": {"terms": {"field": "coop_number", "size": 200}}},
    "country": {"country": {"terms": {"field": "country", "size": 250}}},
    "certification": {"certification": {"terms": {"field": "certification", "size": 200}}},
    "in_stock": {"in_stock": {"terms": {"field": "stocked", "size": 2}}},
    "price": PRICES,
}
BEFORE_NUMBERS = {"coop": {"coop": {"terms": {"field": "coop_facet", "size": 200}}}}


ALL = tuple(COUNT)
ON_EVERYTHING = frozenset({"category", "coop", "in_stock", "price"})


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of each; of `total` the one number, of `price` the lowest and the highest."""

    values: Mapping[str, int]
    estimated: bool


NOTHING = {name: Counted({"": 0} if name == "total" else {}, estimated=False) for name in ALL}


def is_narrowed(question: Question, facet: str) -> bool:
    """Whether the facet's own filter says something."""
    return any(getattr(question, name) not in ANYTHING for name in NARROWED[facet])


def without(question: Question, facet: str) -> Question:
    """The question without the facet's own filter."""
    asked = Question()
    return replace(question, **{name: getattr(asked, name) for name in NARROWED[facet]})


def slug_and_name(key: str) -> tuple[str, str]:
    slug, _, name = key.partition("\t")
    return slug, name
