"""A question to the catalogue in Meilisearch's words, and its answers in ours."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final
from uuid import UUID

from services.catalog.places.distance import kilometres
from services.catalog.search.compounds import taken_together
from services.catalog.search.port import Findings, Near, Place, Question, Sort
from services.catalog.search.ranking import Place as Standing
from services.catalog.search.server.index import FACETS, WORDS
from services.catalog.search.spots import HEADLINE
from services.catalog.search.words import code_of, plain, weighty, words_of

Query = dict[str, Any]

# Whether a question narrows each facet.
_NARROWED: Final[Mapping[str, Callable[[Question], bool]]] = {
    "category_slug": lambda question: question.categories is not None,
    "coop_facet": lambda question: bool(question.coops),
    "country": lambda question: bool(question.countries),
    "certifications": lambda question: bool(question.certifications),
    "in_stock": lambda question: question.in_stock,
    "price": lambda question: question.min_price is not None or question.max_price is not None,
}
# Facets of which any of several may be chosen: the index's attribute, and the question's field.
_CHOICES: Final[Mapping[str, tuple[str, str]]] = {
    "coop_facet": ("coop_slug", "coops"),
    "country": ("country", "countries"),
    "certifications": ("certifications", "certifications"),
}
_SORTED: Final = {Sort.CHEAPEST: "price:asc", Sort.DEAREST: "price:desc", Sort.NEWEST: "created:desc"}
SHORTEST_GTIN = 7  # Digits, its zeros in front left off.
_BEGIN, _END = "\x02", "\x03"
_FOUND: Final = re.compile(f"{_BEGIN}(.*?){_END}([^\\W_]*)")
_LIKENESS = 0.75  # How much alike a word and what was meant by it are, of one.


def asked_words(text: str) -> str:
    """What is looked for: a GTIN as it is kept, or words; quotes and minus signs are no language here."""
    code = code_of(text)
    if code.isdigit() and len(code) >= SHORTEST_GTIN:
        return code
    return " ".join(word.plain for word in weighty(words_of(text)))


def queries_of(question: Question, text: str, *, strategy: str = "all", joined: bool = False) -> list[Query]:
    """The hits, with the facets that the same filters narrow; each other facet; the best hit with its words marked."""
    asked = {"q": with_compounds(text) if joined else text, "matchingStrategy": strategy}
    apart = [facet for facet, narrowed in _NARROWED.items() if narrowed(question)]
    hits: Query = {
        **asked,
        "filter": filters(question),
        "facets": [facet for facet in FACETS if facet not in apart or facet == "in_stock"],
        "sort": _sort(question),
        "page": question.page,
        "hitsPerPage": question.limit,
        "attributesToRetrieve": ["hit", "_geo"],
    }
    counted = [
        {**asked, "filter": filters(question, without=facet), "facets": [facet], "hitsPerPage": 0} for facet in apart
    ]
    return [hits, *counted, *([_best(question, asked)] if text else [])]


def with_compounds(text: str) -> str:
    """Each in one word, as heads have it: two words would be found wherever both stand."""
    told, _ = taken_together(text.split())
    return " ".join(told) + (" " if text.endswith(" ") else "")


def _best(question: Question, asked: Mapping[str, Any]) -> Query:
    return {
        **asked,
        "filter": filters(question),
        "limit": 1,
        "attributesToRetrieve": [],
        "attributesToHighlight": HEADLINE,
        "highlightPreTag": _BEGIN,
        "highlightPostTag": _END,
    }


def begun_query(text: str, hidden_coops: Collection[UUID], *, limit: int) -> Query:
    """Goods whose title has all of it, the last word perhaps not finished."""
    return {
        "q": text,
        "filter": _hiding(hidden_coops),
        "limit": limit,
        "attributesToSearchOn": [Standing.HEAD, Standing.TITLE],
        "attributesToRetrieve": ["hit", Standing.TITLE],
    }


def looked_for(text: str, hidden_coops: Collection[UUID]) -> Query:
    """Whether anything has all of it."""
    return {
        "q": text,
        "matchingStrategy": "all",
        "filter": _hiding(hidden_coops),
        "limit": 1,
        "attributesToRetrieve": ["id"],
    }


def having(words: Sequence[Collection[str]]) -> Query:
    """Whether anything has one of each of these words, spelled just so."""
    return {"filter": [_any_of(WORDS, sorted(each)) for each in words], "limit": 1, "attributesToRetrieve": ["id"]}


def ids(products: Sequence[UUID]) -> str:
    return _any_of("id", [str(one) for one in products])


def filters(question: Question, without: str = "") -> list[str]:
    """All of them hold; `without` that of one facet."""
    told = []
    if question.categories is not None and without != "category_slug":
        told.append(_any_of("category_slug", question.categories))
    for facet, (attribute, name) in _CHOICES.items():
        if (chosen := getattr(question, name)) and without != facet:
            told.append(_any_of(attribute, chosen))
    if question.near is not None:
        told.append(_within(question.near))
    if without != "price":
        told += [f"price >= {question.min_price}"] if question.min_price is not None else []
        told += [f"price <= {question.max_price}"] if question.max_price is not None else []
    if question.in_stock and without != "in_stock":
        told.append("in_stock = true")
    return told + _hiding(question.hidden_coops)


def _hiding(coops: Collection[UUID]) -> list[str]:
    return [f"NOT {_any_of('coop_id', [str(one) for one in coops])}"] if coops else []


def _any_of(attribute: str, values: Sequence[str]) -> str:
    return f"{attribute} IN [{', '.join(map(_quoted, values))}]"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _within(near: Near) -> str:
    return f"_geoRadius({near.place.latitude}, {near.place.longitude}, {round(near.radius_km * 1000)})"


def _sort(question: Question) -> list[str]:
    if question.sort is Sort.NEAREST and question.near is not None:
        place = question.near.place
        return [f"_geoPoint({place.latitude}, {place.longitude}):asc"]
    told = _SORTED.get(question.sort)
    return [told] if told else []


def findings(question: Question, text: str, results: Sequence[Mapping[str, Any]]) -> Findings:
    """What `queries_of` the same question were answered."""
    first, *others = results
    facets: dict[str, Mapping[str, int]] = {facet: {} for facet in FACETS} | first["facetDistribution"]
    # All that fits is in stock or is not: an exact count, where Meilisearch's own ends with the last page.
    total = sum(facets["in_stock"].values())
    prices = first["facetStats"].get("price", {})
    for one in others:
        facets |= one.get("facetDistribution", {})
        prices = one.get("facetStats", {}).get("price", prices)
    return Findings(
        total=total,
        hits=[hit["hit"].encode() for hit in first["hits"]],
        categories=facets["category_slug"],
        coops={_pair(key): count for key, count in facets["coop_facet"].items()},
        countries={code: count for code, count in facets["country"].items() if code},
        certifications=facets["certifications"],
        in_stock=facets["in_stock"].get("true", 0),
        lowest=_whole(prices.get("min")),
        highest=_whole(prices.get("max")),
        distances=[_distance(question.near, hit) for hit in first["hits"]] if question.near else (),
        meant=_meant(text, others[-1]["hits"]) if text else None,
    )


def _pair(key: str) -> tuple[str, str]:
    slug, _, name = key.partition("\t")
    return slug, name


def _whole(found: float | None) -> int | None:
    return None if found is None else int(found)


def _distance(near: Near, hit: Mapping[str, Any]) -> float:
    return kilometres(near.place, Place(hit["_geo"]["lat"], hit["_geo"]["lng"]))


def _meant(text: str, best: Sequence[Mapping[str, Any]]) -> str | None:
    """The words with those of the best hit instead that are spelled nearly so; None where the hit has them as asked."""
    found = [
        word for hit in best for attribute in HEADLINE for word in _marked(hit.get("_formatted", {}).get(attribute))
    ]
    meant = " ".join(_meant_by(word, found) for word in text.split())
    return meant if found and meant != text.strip() else None


def _marked(told: str | Sequence[str] | None) -> Iterator[str]:
    for each in [told] if isinstance(told, str) else told or []:
        yield from (plain("".join(match.groups())) for match in _FOUND.finditer(each))


def _meant_by(word: str, found: Sequence[str]) -> str:
    if any(one.startswith(word) or word.startswith(one) for one in found):
        return word
    return next(iter(get_close_matches(word, found, n=1, cutoff=_LIKENESS)), word)


def going_on(begun: str, hits: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was begun with its last word finished as in the titles of these hits, the commonest first."""
    *before, last = [word.plain for word in words_of(begun)]
    titles = [{word.plain for word in words_of(hit[Standing.TITLE])} for hit in hits]
    times = Counter(word for title in titles for word in title if word.startswith(last))
    return [" ".join([*before, word]) for word in sorted(times, key=lambda word: (-times[word], word))]
