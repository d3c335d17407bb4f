"""Words that mean the same on a shelf, in one language and between languages; the tables are data."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from services.catalog.search_words import weighty, words_of

# English first: the other languages' words lead to English ones.
LANGUAGES = ("en", "es", "fr")
LONGEST_TERM = 3  # Words of the longest term that is looked for.

Term = tuple[str, ...]


@dataclass(frozen=True)
class Synonyms:
    """`same` are those of the word's own language, `foreign` what it is called in the others."""

    same: Mapping[Term, frozenset[Term]] = field(default_factory=dict)
    foreign: Mapping[Term, frozenset[Term]] = field(default_factory=dict)

    def __contains__(self, term: Term) -> bool:
        return any(form in self.same or form in self.foreign for form in _forms(term))

    def same_as(self, term: Term) -> frozenset[Term]:
        return _first(self.same, term) - {term}

    def called_elsewhere(self, term: Term) -> frozenset[Term]:
        return _first(self.foreign, term) - {term} - self.same_as(term)


def _first(table: Mapping[Term, frozenset[Term]], term: Term) -> frozenset[Term]:
    return next((table[form] for form in _forms(term) if form in table), frozenset())


def _forms(term: Term) -> Iterator[Term]:
    """As it is, then its last word without the plural's ending in English, Spanish or French."""
    yield term
    *before, last = term
    for ending, instead in (("ies", "y"), ("es", ""), ("s", ""), ("x", "")):
        if last.endswith(ending) and len(last) - len(ending) > 1:
            yield (*before, last.removesuffix(ending) + instead)


@cache
def load_synonyms() -> Synonyms:
    """The tables that ship with the catalogue."""
    return parse({language: _table(language) for language in LANGUAGES})


def _table(language: str) -> list[str]:
    return files("services.catalog").joinpath(f"synonyms/{language}.txt").read_text("utf-8").splitlines()


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
    return Synonyms(
        {term: frozenset(others) for term, others in same.items()},
        {term: frozenset(others) for term, others in _foreign(same, english).items()},
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
