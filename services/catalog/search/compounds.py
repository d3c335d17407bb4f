"""Several words that name another thing than their own words do; the table is data."""

from functools import cache
from importlib.resources import files

from services.catalog.search.synonyms import Term, forms
from services.catalog.search.words import weighty, words_of

LONGEST_COMPOUND = 3  # Words, without the little ones.


def one_word(words: Term) -> str | None:
    """The compound that these words are in the singular or the plural, as a word of its own."""
    return next(("".join(form) for form in forms(words) if form in _compounds()), None)


@cache
def _compounds() -> frozenset[Term]:
    told = files("services.catalog.search").joinpath("synonyms/compounds.txt").read_text("utf-8").splitlines()
    terms = (weighty(words_of(line)) for line in told if line and not line.startswith("#"))
    return frozenset(tuple(word.plain for word in term) for term in terms)
