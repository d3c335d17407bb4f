"""The fourteen allergens of Regulation (EU) 1169/2011, annex II, and how lists of ingredients speak of them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from html import escape
from importlib.resources import files

# What its writer set apart already: **so**, as Open Food Facts does (_so_), or in tags.
MARKED = re.compile(r"\*\*(?P<stars>[^*\n]{1,80})\*\*|(?<!\w)_(?P<bars>[^_\n]{1,80})_(?!\w)")

CLAUSE = re.compile(r"[^,;:.()\[\]/\n]+")
WORD = re.compile(r"[^\W_]+")


class Allergen(StrEnum):
    GLUTEN = "gluten"
    CRUSTACEANS = "crustaceans"
    EGGS = "eggs"
    FISH = "fish"
    PEANUTS = "peanuts"
    SOYBEANS = "soybeans"
    MILK = "milk"
    NUTS = "nuts"
    CELERY = "celery"
    MUSTARD = "mustard"
    SESAME = "sesame"
    SULPHITES = "sulphites"
    LUPIN = "lupin"
    MOLLUSCS = "molluscs"


@dataclass(frozen=True)
class Named:
    """Where in a text an allergen is named."""

    start: int
    end: int
    allergen: Allergen


@dataclass(frozen=True)
class AllergenWords:
    """In English, Spanish, French and, for the names on lists, German; None is what only looks like one.

    Names are told by their words, as `("milk", "powder")`, under the first of them.
    """

    names: Mapping[str, Sequence[tuple[Sequence[str], Allergen | None]]]

    def named(self, text: str) -> Allergen | None:
        """The allergen that this is the name of, and nothing else; `en:milk` is how Open Food Facts writes it."""
        told = re.sub(r"^[a-z]{2}:", "", text.strip().casefold())
        found = next(iter(self.within(told)), None)
        return found.allergen if found and (found.start, found.end) == (0, len(told)) else None

    def within(self, text: str) -> Iterator[Named]:
        """Each place where a list of ingredients names one, by the longest name that fits there.

        No name reaches across a comma: rice and milk are not rice milk.
        """
        for clause in CLAUSE.finditer(text):
            yield from self._in_clause(list(WORD.finditer(text, clause.start(), clause.end())))

    def _in_clause(self, words: Sequence[re.Match[str]]) -> Iterator[Named]:
        spelled = [word[0].casefold() for word in words]
        at = 0
        while at < len(words):
            length, allergen = self._longest(spelled, at)
            if allergen is not None:
                yield Named(words[at].start(), words[at + length - 1].end(), allergen)
            at += length

    def _longest(self, spelled: Sequence[str], at: int) -> tuple[int, Allergen | None]:
        for name, allergen in self.names.get(spelled[at], ()):
            if spelled[at : at + len(name)] == name:
                return len(name), allergen
        return 1, None


@lru_cache(maxsize=1)
def load_allergen_words() -> AllergenWords:
    rows: Sequence[Mapping[str, str]] = json.loads(
        files("services.catalog.labels").joinpath("allergens.json").read_bytes()
    )
    names: dict[str, list[tuple[Sequence[str], Allergen | None]]] = {}
    for row in rows:
        for word in row["words"]:
            spelled = WORD.findall(word)
            names.setdefault(spelled[0], []).append((spelled, Allergen(row["code"]) if row["code"] else None))
    return AllergenWords({first: sorted(all_of_it, key=lambda one: -len(one[0])) for first, all_of_it in names.items()})


@lru_cache(maxsize=4096)
def emphasised(ingredients: str) -> str:
    """As HTML, with allergens set apart from the rest, as article 21 wants them: those we know, and those marked."""
    parts, at = [], 0
    for found in MARKED.finditer(ingredients):
        parts.append(_by_words(ingredients[at : found.start()]))
        parts.append(_strong(found["stars"] or found["bars"]))
        at = found.end()
    return "".join([*parts, _by_words(ingredients[at:])])


def _by_words(text: str) -> str:
    parts, at = [], 0
    for found in load_allergen_words().within(text):
        parts += [escape(text[at : found.start]), _strong(text[found.start : found.end])]
        at = found.end
    return "".join([*parts, escape(text[at:])])


def _strong(text: str) -> str:
    return f"<strong>{escape(text)}</strong>"
