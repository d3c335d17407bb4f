"""What is counted beside the hits, facet by facet, and how it is told apart again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TOTAL = {"total": {"value_count": {"field": "price"}}}
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
CHOICES = {
    "coop": ("coop_slug", "coops"),
    "country": ("country", "countries"),
    "certification": ("certification", "certifications"),
}
ANYTHING: tuple[object, ...] = (None, (), [], False)
COUNT: dict[str, dict[str, Any]] = {
    "category": {"category": {"terms": {"field": "category", "size": 200}}},
    "coop": {"coop": {"terms": {"field": "coop_number", "size": 200}}},
    "country": {"country": {"terms": {"field": "country", "size": 250}}},
    "certification": {"certification": {"terms": {"field": "certification", "size": 200}}},
    "in_stock": {"in_stock": {"terms": {"field": "stocked", "size": 2}}},
    "price": {"lowest": {"min": {"field": "price"}}, "highest": {"max": {"field": "price"}}},
}

BEFORE_NUMBERS = {"coop": {"coop": {"terms": {"field": "coop_facet", "size": 200}}}}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each; `estimated` names what is so in about. `sample` is the one that what fits was counted in."""

    sample: int
    total: int
    facets: Mapping[str, Mapping[str, int]]
    lowest: int | None
    highest: int | None
    estimated: tuple[str, ...]


def slug_and_name(key: str) -> tuple[str, str]:
    slug, _, name = key.partition("\t")
    return slug, name
