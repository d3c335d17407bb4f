"""The index in Meilisearch as it should be: its settings, and a product as its document."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from services.catalog.search.compounds import compounds, one_word, taken_together
from services.catalog.search.head import thing_of
from services.catalog.search.port import DEEPEST, Entry
from services.catalog.search.ranking import Place as Standing
from services.catalog.search.spots import HEADLINE
from services.catalog.search.synonyms import LONGEST_TERM, Synonyms, Term, forms, load_synonyms
from services.catalog.search.words import code_of, little_words, weighty, words_of

VERSION = 6  # Of the documents; another one, as other settings, means an index that is filled anew.
MOST_VALUES = 250  # Values of a facet that are counted, the commonest first.
_VOWELS = ("a", "e", "i", "o", "u")
WORDS = "words"  # The attribute that lists what is written, for who wrote it nearly so.
FACETS = ("category_slug", "coop_facet", "country", "certifications", "in_stock", "price")


# A word in another form counts for little less than one that stands there as it was asked for. What a thing is a kind
# of stands on the thing: as synonyms of what is asked for, kinds would rank like the word itself.
_SEARCHED = [
    Standing.HEAD, "heads", Standing.TITLE, "forms", "kind_of", Standing.COOP, Standing.CATEGORY,
    "category_forms", Standing.TAGS, "tag_forms", "tags_kind_of", Standing.DESCRIPTION, "measures", "codes",
]  # fmt: skip


def _settings(synonyms: Synonyms) -> dict[str, Any]:
    return {
        "searchableAttributes": _SEARCHED,
        "filterableAttributes": ["id", "coop_id", "coop_slug", "_geo", WORDS, *FACETS],
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
    """Asked for in the plural too. Several words have to stand as they are told, so they are told in each form."""
    own: dict[str, list[str]] = {}
    plural: dict[str, list[str]] = {}
    for term in sorted(synonyms.same.keys() | synonyms.foreign.keys()):
        # Thé is tea, but tea must not find every "the".
        names = synonyms.other_names(term) if term[1:] else synonyms.same_as(term) | synonyms.called_elsewhere(term)
        others = {one for one in names if not any(word in little_words() for word in one)}
        told = sorted({form for other in others for form in (_plural_terms(other) if other[1:] else other)})
        if told:
            own[" ".join(term)] = told
            plural |= dict.fromkeys(_plural_terms(term), told)
    for words, one in compounds().items():
        apart = " ".join(words)
        told_apart = {apart, *own.get(apart, plural.get(apart, ())), *own.get(one, ())}
        in_one = {other for name in told_apart if (other := one_word(tuple(name.split())))}
        own[one] = sorted(told_apart | in_one - {one})
    return plural | own  # Glasses that have a line of their own are more than several of glass.


def _plural_terms(term: Term) -> Iterator[str]:
    """As it is, and with its last or its first word in the plural: bin bags, pommes de terre."""
    yield from dict.fromkeys(
        " ".join(form) for form in (term, (*term[:-1], _plural(term[-1])), (_plural(term[0]), *term[1:]))
    )


def _plural(word: str) -> str:
    if word.endswith("s") or not word.isalpha():
        return word
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("x", "z", "ch", "sh")) else "s")


def _marked(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Their digest goes among the attributes that are shown, as one that no document has: it moves with its index."""
    told = orjson.dumps([VERSION, settings], option=orjson.OPT_SORT_KEYS)
    mark = f"settings-{hashlib.sha256(told).hexdigest()[:12]}"
    return {**settings, "displayedAttributes": ["id", "hit", "_geo", *HEADLINE, mark]}


SETTINGS: Final = _marked(_settings(load_synonyms()))
MARK: Final[str] = SETTINGS["displayedAttributes"][-1]


def _in_each_form(word: str) -> list[str]:
    """Its singular and its plural: the server knows of neither."""
    return [*dict.fromkeys((_plural(word), *(form for (form,) in forms((word,)))))] if word.isalpha() else [word]


def _forms_of(title: str) -> list[str]:
    """Without the little words, as it is asked for; then its words in their other forms."""
    told = [word.plain for word in weighty(words_of(title))]
    return [" ".join(told), *sorted({form for word in told for form in _in_each_form(word)} - set(told))]


def _forms_in(*texts: str) -> list[str]:
    return sorted({form for text in texts for word in words_of(text) for form in _in_each_form(word.plain)})


def _kind_of(*texts: str) -> list[str]:
    """Of what these name kinds, by every name of one word; the words of others would be found one by one."""
    told = [tuple(word.plain for word in weighty(words_of(text))) for text in texts]
    terms = {term for words in told for term in _terms_in(words)}
    terms -= {(part,) for words in told for part in taken_together(words)[1]}  # Peanut butter is no dairy.
    wider = {wide for term in terms for wide in load_synonyms().wider_than(term) if len(wide) == 1}
    return sorted({form for wide in wider for form in _plural_terms(wide)})


def _terms_in(words: Term) -> Iterator[Term]:
    for length in range(1, LONGEST_TERM + 1):
        yield from (words[at : at + length] for at in range(len(words) - length + 1))


def _written(entry: Entry) -> set[str]:
    """All its words: one that stands in no more than a description is no slip either."""
    hit = entry.hit
    texts = (hit.title, hit.coop.name, entry.category_name, *entry.tags, entry.description, *entry.codes)
    return {word.plain for text in texts for word in words_of(text) if word.plain.isalpha()}


def document(entry: Entry) -> dict[str, Any]:
    """`hit` is the very JSON that the API answers with."""
    hit = entry.hit
    head = thing_of(hit.title, hit.category)
    told = {
        "id": str(hit.id),
        "hit": hit.model_dump_json(),
        Standing.HEAD: head,
        "heads": _in_each_form(head) if head else [],
        "kind_of": _kind_of(hit.title),
        "tags_kind_of": _kind_of(*entry.tags),
        Standing.TITLE: hit.title,
        Standing.COOP: hit.coop.name,
        Standing.CATEGORY: entry.category_name,
        Standing.TAGS: list(entry.tags),
        Standing.DESCRIPTION: entry.description,
        "forms": _forms_of(hit.title),
        "category_forms": _forms_in(entry.category_name),
        "tag_forms": _forms_in(*entry.tags),
        WORDS: sorted(_written(entry)),
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
