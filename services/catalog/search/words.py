"""How text becomes the words that are compared, the same for what is sold and for what is asked."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files

from services.catalog.labels.measure import CALLED, UNITS
from services.catalog.slug import LETTERS

WORD = re.compile(r"[^\W_]+")
LONGEST = 40
# What each kind is told in, so that half a kilo is 500 grams whoever wrote it.
_SMALLEST = {"mass": ("mg", 1_000), "volume": ("ml", 1), "length": ("mm", 1)}
# "Two in one" is no two inches.
_UNITS = {
    name: UNITS[unit]
    for name, unit in ({unit: unit for unit in UNITS} | CALLED).items()
    if UNITS[unit].kind in _SMALLEST and name != "in"
}
_NAMES = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
# A number of more digits measures nothing, and Python refuses to read one of thousands.
_MEASURE = re.compile(rf"(?<![\w.,])(\d{{1,12}}(?:[.,]\d{{1,12}})?)\s?({_NAMES})(?!\w)")
_THOUSANDS = re.compile(r"\d{1,3}[.,]\d{3}")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was typed, in small letters, and without its accents."""

    typed: str
    plain: str


def plain(text: str) -> str:
    """In small letters, without accents, and every measure in one word of one unit."""
    return _without_marks(_MEASURE.sub(_measured, text.lower()))


def words_of(text: str) -> list[Word]:
    """Its words in their order; letters and digits make words, everything else parts them.

    What is nothing but a mark, as a lone half-width sound mark of Japanese, is no word.
    """
    found = WORD.findall(_MEASURE.sub(_measured, unicodedata.normalize("NFC", text).lower()))
    words = (Word(word, _without_marks(word)) for word in found if len(word) <= LONGEST)
    return [word for word in words if word.plain]


def code_of(text: str) -> str:
    """An article number or GTIN as it is compared: its letters and digits alone, a GTIN of whatever length."""
    code = "".join(WORD.findall(text.lower()))
    return code.lstrip("0") if code.isdigit() else code


@cache
def little_words() -> Collection[str]:
    """The words of each language that stand between others and are looked for only where there are no others."""
    return frozenset(files("services.catalog.search").joinpath("little_words.txt").read_text("utf-8").split())


def weighty(words: Sequence[Word]) -> list[Word]:
    """Without the little words, unless there are no others."""
    return [word for word in words if word.typed not in little_words()] or list(words)


def _without_marks(text: str) -> str:
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text.translate(LETTERS))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _measured(found: re.Match[str]) -> str:
    number, unit = found.groups()
    if _THOUSANDS.fullmatch(number):  # 1.500 may be one and a half or fifteen hundred: it stays what it is.
        return f"{number}{unit}"
    smallest, times = _SMALLEST[_UNITS[unit].kind]
    return f"{round(Fraction(number.replace(',', '.')) * _UNITS[unit].size * times)}{smallest}"
