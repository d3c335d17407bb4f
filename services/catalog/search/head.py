"""What a title says the thing is, and not what it is made of or goes with."""

import re
from collections.abc import Sequence

from services.catalog.search.compounds import LONGEST_COMPOUND, one_word
from services.catalog.search.synonyms import load_synonyms
from services.catalog.search.words import Word, little_words, weighty, words_of

_PARTED = re.compile(r"[,;:(\[|/]|\s[-–—]\s")
_OWNING = re.compile(r"['’]s\b")
# Where two words or more follow it, what stands before it is not the thing: cheese and leek pasty.
_JOINING = "and"
# Of the categories whose titles are names that somebody gave, and say nothing of what the thing is.
_NAMED = frozenset({"books"})


def thing_of(title: str, category: str) -> str:
    """The title's head; none of a book, which is no bread for all that it is called Bread Without Fuss."""
    return "" if category in _NAMED else head_of(title)


def head_of(title: str) -> str:
    """The last word of the title's first phrase, as English has it ("olive oil, 500 ml").

    Where a little word follows it stands before that ("aceite de oliva"), and where the first word is one of another
    language it is that ("queso curado"). What a compound names is a thing of its own, in one word: peanut butter is no
    butter.
    """
    words = words_of(_PARTED.split(_OWNING.sub("", title), maxsplit=1)[0])
    phrase = _phrase(words)
    if not phrase:
        return ""
    foreign = phrase[0].plain in load_synonyms().outlandish
    at = 0 if foreign else len(phrase) - 1
    return _compound(words, at) or phrase[at].plain


def _phrase(words: Sequence[Word]) -> Sequence[Word]:
    """Those before the first little word or number, the title's very first one aside."""
    for at, word in enumerate(words):
        if at and (word.typed in little_words() or word.plain[0].isdigit()):
            joined = _phrase(words[at + 1 :]) if word.typed == _JOINING else ()
            return words[: at + 1 + len(joined)] if joined[1:] else words[:at]
    return words


def _compound(words: Sequence[Word], at: int) -> str | None:
    """The longest that ends at that word, or begins there."""
    before = [word.plain for word in weighty(words[: at + 1])]
    after = [word.plain for word in weighty(words[at:])]
    terms = [
        tuple(term)
        for length in range(LONGEST_COMPOUND, 1, -1)
        for term in (before[-length:], after[:length])
        if len(term) == length
    ]
    return next((one for term in terms if (one := one_word(term))), None)
