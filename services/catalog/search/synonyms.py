"""Words that mean the same on a shelf, in one language and between languages; the tables are data."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from services.catalog.search.words import weighty, words_of

# English first: the other languages' words lead to English ones.
LANGUAGES = ("en", "es", "fr")
LONGEST_TERM = 3  # Words of the longest term that is looked for.

# How plurals end in English, Spanish and French, and what stands there in the singular.
_PLURALS = (("ies", "y"), ("es", ""), ("s", ""), ("x", ""))

Term = tuple[str, ...]


@dataclass(frozen=True)
class Synonyms:
    """`same` are those of the word's own language, `foreign` what it is called in the others.

    `words` are those of either, with their plurals; `phrased` those that stand in a term of several words.
    """

    same: Mapping[Term, frozenset[Term]]
    foreign: Mapping[Term, frozenset[Term]]
    words: frozenset[str]
    phrased: frozenset[str]

    def same_as(self, term: Term) -> frozenset[Term]:
        return _first(self.same, term) - {term}

    def called_elsewhere(self, term: Term) -> frozenset[Term]:
        return _first(self.foreign, term) - {term} - self.same_as(term)


def _first(table: Mapping[Term, frozenset[Term]], term: Term) -> frozenset[Term]:
    return next((table[form] for form in forms(term) if form in table), frozenset())


def forms(term: Term) -> Iterator[Term]:
    """As it is, then without the plural's ending of the last word, then of every word."""
    yield term
    for ending in _PLURALS:
        yield (*term[:-1], _singular(term[-1], ending))
    for ending in _PLURALS:
        yield tuple(_singular(word, ending) for word in term)


def _plurals(word: str) -> Iterator[str]:
    yield word
    for plural, singular in _PLURALS:
        if word.endswith(singular):
            yield word.removesuffix(singular) + plural


def _singular(word: str, ending: tuple[str, str]) -> str:
    plural, singular = ending
    return word.removesuffix(plural) + singular if word.endswith(plural) and len(word) > len(plural) + 1 else word


@cache
def load_synonyms() -> Synonyms:
    """The tables that ship with the catalogue."""
    return parse({language: _table(language) for language in LANGUAGES})


def _table(language: str) -> list[str]:
    return files("services.catalog.search").joinpath(f"synonyms/{language}.txt").read_text("utf-8").splitlines()


def parse(tables: Mapping[str, Iterable[str]]) -> Synonyms:
    """A line holds terms of one meaning, parted by commas; another language's line ends in the English for it."""
    same: dict[Term, set[Term]] = defaultdict(set)
    english: dict[Term, set[Term]] = defaultdict(set)
    for line in (line for lines in tables.values() for line in lines if line.strip() and not line.startswith("#")):
        own, _, theirs = line.partition("=")
        terms = _terms(own)
        for term in terms:
            same[term] |= terms
            if theirs:
                english[term] |= _terms(theirs)
    foreign = _foreign(same, english)
    every = same.keys() | foreign.keys()
    return Synonyms(
        {term: frozenset(others) for term, others in same.items()},
        {term: frozenset(others) for term, others in foreign.items()},
        frozenset(form for term in every for word in term for form in _plurals(word)),
        frozenset(form for term in every if len(term) > 1 for word in term for form in _plurals(word)),
    )


def _foreign(same: Mapping[Term, set[Term]], english: Mapping[Term, set[Term]]) -> dict[Term, set[Term]]:
    """Two languages meet in the English for both, or in what means the same in English."""
    circles = {term: set().union(*(same.get(one, {one}) for one in meant)) for term, meant in english.items()}
    abroad: dict[Term, set[Term]] = defaultdict(set)
    for term, circle in circles.items():
        for each in circle:
            abroad[each].add(term)
    theirs = {term: circle.union(*(abroad[each] for each in circle)) for term, circle in circles.items()}
    return {term: abroad.get(term, set()) | theirs.get(term, set()) for term in abroad.keys() | theirs.keys()}


def _terms(told: str) -> set[Term]:
    return {tuple(word.plain for word in weighty(words_of(one))) for one in told.split(",") if one.strip()}
