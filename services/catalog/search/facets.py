"""What is counted beside the hits, facet by facet, and how it is told apart again."""

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
    "category": {"categories": {"terms": {"field": "category", "size": 200}}},
    "coop": {"coops": {"terms": {"field": "coop_facet", "size": 200}}},
    "country": {"countries": {"terms": {"field": "country", "size": 250}}},
    "certification": {"certifications": {"terms": {"field": "certification", "size": 200}}},
    "in_stock": {"in_stock": {"terms": {"field": "stocked", "size": 2}}},
    "price": {"lowest": {"min": {"field": "price"}}, "highest": {"max": {"field": "price"}}},
}


def buckets(counted: dict[str, Any]) -> dict[str, int]:
    return {str(bucket["key"]): bucket["doc_count"] for bucket in counted["buckets"]}


def slug_and_name(key: str) -> tuple[str, str]:
    slug, _, name = key.partition("\t")
    return slug, name


def whole(found: dict[str, float | None]) -> int | None:
    value = found["value"]
    return None if value is None else int(value)
