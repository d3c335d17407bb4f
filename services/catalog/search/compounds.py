"""Several words that name another thing than their own words do; the table is data."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from services.catalog.search.synonyms import Term, plural_terms
from services.catalog.search.words import weighty, words_of

LONGEST_COMPOUND = 3  # Words, without the little ones.


def one_word(words: Term) -> str | None:
    """The compound that these words are in the singular or the plural, as a word of its own."""
    return compounds().get(words)


def taken_together(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Words with every compound as a word of its own, the longest first; and those that the compounds are made of."""
    told: list[str] = []
    parts: list[str] = []
    at = 0
    while at < len(words):
        length = next((n for n in range(LONGEST_COMPOUND, 1, -1) if tuple(words[at : at + n]) in compounds()), 1)
        term = tuple(words[at : at + length])
        told.append(one_word(term) or words[at])
        parts += term if length > 1 else ()
        at += length
    return told, parts


@cache
def compounds() -> Mapping[Term, str]:
    """All, in the singular and the plural, each as the word of its own that it is."""
    told = files("services.catalog.search").joinpath("synonyms/compounds.txt").read_text("utf-8").splitlines()
    terms = [
        tuple(word.plain for word in weighty(words_of(line))) for line in told if line and not line.startswith("#")
    ]
    return {plural: "".join(term) for term in terms for plural in plural_terms(term)}
