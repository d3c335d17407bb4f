"""Words that mean the same on a shelf, in one language and between languages; the tables are data."""

import string
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from services.catalog.search.words import weighty, words_of

# English first: the other languages' words lead to English ones.
LANGUAGES = ("en", "es", "fr")
LONGEST_TERM = 3  # Words of the longest term that is looked for.

_LETTERS = tuple(string.ascii_lowercase)
# How plurals end in English, Spanish and French, what stands there in the singular, and after which letters.
_PLURALS = (
    ("ies", "y", _LETTERS),
    ("s", "", tuple(set(_LETTERS) - set("sxz"))),
    ("es", "", tuple("dhjlnorsxz")),
    ("x", "", ("u",)),
)

Term = tuple[str, ...]


@dataclass(frozen=True)
class Synonyms:
    """`same` are those of the word's own language, `foreign` what it is called in the others, `kinds` narrower words.

    `singular` is the term of each in the plural. `words` are those of all terms, with their plurals; `phrased` those of
    terms of several words, and `outlandish` those that are no English ones.
    """

    same: Mapping[Term, frozenset[Term]]
    foreign: Mapping[Term, frozenset[Term]]
    kinds: Mapping[Term, frozenset[Term]]
    singular: Mapping[Term, Term]
    words: frozenset[str]
    phrased: frozenset[str]
    outlandish: frozenset[str]

    @cached_property
    def _in_order(self) -> Sequence[str]:
        return sorted(self.words)

    def beginning(self, prefix: str) -> Sequence[str]:
        """Of its words those that begin so."""
        first, after = (bisect_left(self._in_order, edge) for edge in (prefix, prefix + "\x7f"))
        return self._in_order[first:after]

    def same_as(self, term: Term) -> frozenset[Term]:
        return self._of(self.same, term) - {term}

    def called_elsewhere(self, term: Term) -> frozenset[Term]:
        return self._of(self.foreign, term) - {term} - self.same_as(term)

    def other_names(self, term: Term) -> frozenset[Term]:
        """Of it and of its kinds."""
        return self.same_as(term) | self.called_elsewhere(term) | self.kinds_of(term)

    def kinds_of(self, term: Term) -> frozenset[Term]:
        """By whatever name."""
        return self._of(self.kinds, term) - {term} - self.same_as(term) - self.called_elsewhere(term)

    def wider_than(self, term: Term) -> frozenset[Term]:
        """What it is a kind of, by whatever name."""
        return self._of(self._wider, term) - {term} - self.same_as(term) - self.called_elsewhere(term)

    @cached_property
    def _wider(self) -> Mapping[Term, frozenset[Term]]:
        told: dict[Term, set[Term]] = defaultdict(set)
        for wide, narrow in self.kinds.items():
            for one in narrow:
                told[one].add(wide)
        return {term: frozenset(others) for term, others in told.items()}

    def _of(self, table: Mapping[Term, frozenset[Term]], term: Term) -> frozenset[Term]:
        return table.get(term) or table.get(self.singular.get(term, term), frozenset())


def forms(term: Term) -> Iterator[Term]:
    """As it is, then without the plural's ending of the last word, then of every word."""
    yield term
    for ending in _PLURALS:
        yield (*term[:-1], _singular(term[-1], ending))
    for ending in _PLURALS:
        yield tuple(_singular(word, ending) for word in term)


def plural_terms(term: Term) -> Iterator[Term]:
    """As it is, and with its first or its last word in the plural, or both: bin bags, pommes de terre, petits pois."""
    first, *others = term
    *between, last = others or [""]
    for one in plurals(first):
        if others:
            yield from ((one, *between, each) for each in plurals(last))
        else:
            yield (one,)


def plurals(word: str) -> Iterator[str]:
    """As it is and in the plural; one that is told in the plural also in the singular."""
    yield word
    if word.endswith("s") and not word.endswith(("ss", "es")):
        yield word[:-1]
    for plural, singular, after in _PLURALS:
        if word.removesuffix(singular).endswith(after) and word.endswith(singular):
            yield word.removesuffix(singular) + plural


def _singular(word: str, ending: tuple[str, str, tuple[str, ...]]) -> str:
    plural, singular, _ = ending
    return word.removesuffix(plural) + singular if word.endswith(plural) and len(word) > len(plural) + 1 else word


@cache
def load_synonyms() -> Synonyms:
    """The tables that ship with the catalogue."""
    return parse({language: _table(language) for language in LANGUAGES})


def _table(language: str) -> list[str]:
    return files("services.catalog.search").joinpath(f"synonyms/{language}.txt").read_text("utf-8").splitlines()


def parse(tables: Mapping[str, Iterable[str]]) -> Synonyms:
    """A line holds terms of one meaning, parted by commas; another language's line ends in the English for it.

    Behind a `>` stand kinds of it: who asks for cheese is shown cheddar, and not the other way round.
    """
    same: dict[Term, set[Term]] = defaultdict(set)
    kinds: dict[Term, set[Term]] = defaultdict(set)
    english: dict[Term, set[Term]] = defaultdict(set)
    for line in (line for lines in tables.values() for line in lines if line.strip() and not line.startswith("#")):
        own, _, theirs = line.partition("=")
        wide, _, narrow = own.partition(">")
        terms = _terms(wide)
        for term in terms:
            same[term] |= terms
            kinds[term] |= _terms(narrow)
            if theirs:
                english[term] |= _terms(theirs)
    foreign = _foreign(same, english)
    every = same.keys() | foreign.keys() | set().union(*kinds.values())
    ours = (every - english.keys()) | set().union(*english.values())
    return Synonyms(
        {term: frozenset(others) for term, others in same.items()},
        {term: frozenset(others) for term, others in foreign.items()},
        dict(_kinds(same, foreign, english, kinds)),
        {plural: term for term in sorted(every) for plural in plural_terms(term)},
        _words(every),
        _words(term for term in every if len(term) > 1),
        _words(term for term in english if len(term) == 1) - _words(ours),
    )


def _words(terms: Iterable[Term]) -> frozenset[str]:
    return frozenset(form for term in terms for word in term for form in plurals(word))


def _foreign(same: Mapping[Term, set[Term]], english: Mapping[Term, set[Term]]) -> dict[Term, set[Term]]:
    """Two languages meet in the English for both, or in what means the same in English."""
    circles = {term: set().union(*(same.get(one, {one}) for one in meant)) for term, meant in english.items()}
    abroad: dict[Term, set[Term]] = defaultdict(set)
    for term, circle in circles.items():
        for each in circle:
            abroad[each].add(term)
    theirs = {term: circle.union(*(abroad[each] for each in circle)) for term, circle in circles.items()}
    return {term: abroad.get(term, set()) | theirs.get(term, set()) for term in abroad.keys() | theirs.keys()}


def _kinds(
    same: Mapping[Term, set[Term]],
    foreign: Mapping[Term, set[Term]],
    english: Mapping[Term, set[Term]],
    kinds: Mapping[Term, set[Term]],
) -> Iterator[tuple[Term, frozenset[Term]]]:
    """Those of what a term means, and what they are called elsewhere."""
    for term in same.keys() | foreign.keys():
        meant = set().union(*(same.get(one, {one}) for one in english.get(term, {term})))
        below = set().union(*(kinds.get(one, set()) for one in meant))
        if below:
            yield term, frozenset(below.union(*(foreign.get(one, set()) for one in below)))


def _terms(told: str) -> set[Term]:
    return {tuple(word.plain for word in weighty(words_of(one))) for one in told.split(",") if one.strip()}
