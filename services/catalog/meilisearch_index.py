"""The index in Meilisearch as it should be: its settings, and a product as its document."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import orjson

from services.catalog.search import DEEPEST, Entry
from services.catalog.search_ranking import Place as Standing
from services.catalog.search_words import code_of, head_of, words_of
from services.catalog.spots import HEADLINE
from services.catalog.synonyms import Synonyms, load_synonyms

VERSION = 2  # Of the documents; another one, as other settings, means an index that is filled anew.
MOST_VALUES = 250  # Values of a facet that are counted, the commonest first.
FACETS = ("category_slug", "coop_facet", "country", "certifications", "in_stock", "price")


def _settings(synonyms: Synonyms) -> dict[str, Any]:
    return {
        "searchableAttributes": [*Standing, "measures", "codes"],
        "filterableAttributes": ["id", "coop_id", "coop_slug", "_geo", *FACETS],
        "sortableAttributes": ["price", "created", "_geo"],
        # An order that is asked for comes first; then the places where the words stand, best first as above.
        "rankingRules": ["sort", "words", "typo", "attributeRank", "proximity", "exactness", "created:desc"],
        "typoTolerance": {
            "minWordSizeForTypos": {"oneTypo": 4, "twoTypos": 8},
            "disableOnAttributes": ["codes", "measures"],
            "disableOnNumbers": True,
        },
        "faceting": {"maxValuesPerFacet": MOST_VALUES, "sortFacetValuesBy": {"*": "count"}},
        "pagination": {"maxTotalHits": DEEPEST},
        "synonyms": _synonyms(synonyms),
    }


def _synonyms(synonyms: Synonyms) -> dict[str, list[str]]:
    terms = sorted(synonyms.same.keys() | synonyms.foreign.keys())
    meant = {term: synonyms.same_as(term) | synonyms.called_elsewhere(term) for term in terms}
    return {" ".join(term): sorted(" ".join(other) for other in others) for term, others in meant.items() if others}


def _marked(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Their digest goes among the attributes that are shown, as one that no document has: it moves with its index."""
    told = orjson.dumps([VERSION, settings], option=orjson.OPT_SORT_KEYS)
    mark = f"settings-{hashlib.sha256(told).hexdigest()[:12]}"
    return {**settings, "displayedAttributes": ["id", "hit", "_geo", *HEADLINE, mark]}


SETTINGS: Final = _marked(_settings(load_synonyms()))
MARK: Final[str] = SETTINGS["displayedAttributes"][-1]


def document(entry: Entry) -> dict[str, Any]:
    """`hit` is the very JSON that the API answers with."""
    hit = entry.hit
    told = {
        "id": str(hit.id),
        "hit": hit.model_dump_json(),
        Standing.HEAD: head_of(hit.title),
        Standing.TITLE: hit.title,
        Standing.COOP: hit.coop.name,
        Standing.CATEGORY: entry.category_name,
        Standing.TAGS: list(entry.tags),
        Standing.DESCRIPTION: entry.description,
        "measures": [word.plain for word in words_of(hit.title) if word.plain[0].isdigit()],
        "codes": sorted({*entry.codes, *map(code_of, entry.codes)}),
        "coop_id": str(entry.coop_id),
        "coop_slug": hit.coop.slug,
        "coop_facet": f"{hit.coop.slug}\t{hit.coop.name}",
        "category_slug": hit.category,
        "country": entry.country,
        "certifications": list(entry.certifications),
        "price": hit.price.amount,
        "created": entry.created,
        "in_stock": hit.in_stock,
    }
    if entry.place is not None:
        told["_geo"] = {"lat": entry.place.latitude, "lng": entry.place.longitude}
    return told
