"""Where postal codes are: a list that ships with the catalogue, of 71 countries, and asks nobody.

It is GeoNames' (geonames.org, CC BY 4.0), cut to what is needed; `gather_postcodes.py` says how.
"""

import asyncio
import gzip
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from services.catalog.places.country_names import country_called
from services.catalog.places.folding import folded
from services.catalog.places.gazetteer import Town
from services.catalog.places.sorted_lines import SortedLines
from services.catalog.search.port import Place

FILE = "postcodes.tsv.gz"
MOST_WORDS = 3
# Of these countries only the first part is listed: that of the whole code, and how much of it that is.
FIRST_PARTS = (
    ("GB", re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}"), -3),
    ("CA", re.compile(r"[A-Z]\d[A-Z]\d[A-Z]\d"), 3),
    ("IE", re.compile(r"[A-Z]\d[\dW][A-Z\d]{4}"), 3),
    ("NL", re.compile(r"\d{4}[A-Z]{2}"), 4),
    ("PT", re.compile(r"\d{7}"), 4),
    ("US", re.compile(r"\d{9}"), 5),
    ("BR", re.compile(r"\d{8}"), 5),
    ("RO", re.compile(r"\d{6}"), 4),
)
# Of a code alike in several countries that of the most people is told first.
MOST_PEOPLE = (
    "US", "BR", "DE", "FR", "GB", "IT", "ES", "CO", "AR", "CA", "PL", "PE", "AU", "CL", "RO", "NL", "BE", "CZ",
    "GR", "PT", "SE", "HU", "AT", "CH",
)  # fmt: skip
FEWEST_DIGITS = 3


class Postcodes:
    """Of each the middle of the places that have it, and the name of one of them."""

    def __init__(self, lines: bytes) -> None:
        self._lines = SortedLines(lines)

    def called(self, text: str) -> list[Town]:
        """The places with this code, in each country that has it; a country or a town beside it narrows."""
        words = folded(text).upper().split()
        for start, length in _stretches(len(words)):
            code, rest = "".join(words[start : start + length]), words[:start] + words[start + length :]
            if _is_like_a_code(code) and (found := self._with(code)):
                return _narrowed(found, rest)
        return []

    def _with(self, code: str) -> list[Town]:
        found = [_town(line, code) for line in self._lines.beginning(f"{code}\t".encode())]
        for country, whole, kept in FIRST_PARTS:
            if whole.fullmatch(code):
                lines = self._lines.beginning(f"{code[:kept]}\t{country}\t".encode())
                found += [_town(line, code[:kept]) for line in lines]
        return sorted(found, key=_order)


def _is_like_a_code(text: str) -> bool:
    """Two digits are a district, or the name of a day."""
    digits = sum(sign.isdigit() for sign in text)
    return digits >= FEWEST_DIGITS or 0 < digits < len(text)


def _order(town: Town) -> int:
    return MOST_PEOPLE.index(town.country) if town.country in MOST_PEOPLE else len(MOST_PEOPLE)


def _stretches(words: int) -> Iterator[tuple[int, int]]:
    """Where in so many words the code may stand, the longest and the first first: it may have gaps itself."""
    for length in range(min(words, MOST_WORDS), 0, -1):
        yield from ((start, length) for start in range(words - length + 1))


def _narrowed(towns: list[Town], beside: list[str]) -> list[Town]:
    """By the country that stands last beside the code, and by the town before it, as far as they say anything."""
    for at in range(len(beside)):
        last = " ".join(beside[at:])
        if there := [town for town in towns if town.country in (country_called(last), last)]:
            towns, beside = there, beside[:at]
            break
    name = " ".join(beside).lower()
    return [town for town in towns if folded(town.region).startswith(name)] or towns


def _town(line: bytes, code: str) -> Town:
    _, country, name, latitude, longitude = line.decode().split("\t")
    return Town(code, country, name, Place(float(latitude), float(longitude)), 0)


@lru_cache(maxsize=1)
def load_postcodes() -> Postcodes:
    """One for each process, read when a code is first asked for."""
    return Postcodes(gzip.decompress(files("services.catalog.places").joinpath(FILE).read_bytes()))


async def with_postcode(text: str) -> list[Town]:
    """Where the code is that somebody may have meant; the list is read for who types a digit, and holds up nobody."""
    if not any(sign.isdigit() for sign in text):
        return []
    return (await asyncio.to_thread(load_postcodes)).called(text)
