"""Where the towns of the world are: a list that ships with the catalogue and asks nobody.

It is GeoNames' (geonames.org, CC BY 4.0), cut to what is needed; `gather.py` says how.
"""

import asyncio
import gzip
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from importlib.resources import files

from services.catalog.places.country_names import country_called
from services.catalog.places.folding import folded
from services.catalog.places.sorted_lines import SortedLines
from services.catalog.search.port import Place

FILE = "places.tsv.gz"
# A name is taken for the largest town that bears it where that is so many times larger than the next.
CLEARLY_LARGER = 5
MOST_BEARERS = 200
FEWEST_LETTERS = 2
_DISTRICT = re.compile(r" [0-9]+$")


@dataclass(frozen=True, slots=True)
class Town:
    """A place with a name. `region` tells it from others of its name in its country; `code` is a region's letters."""

    name: str
    country: str
    region: str
    place: Place
    people: int
    code: str = ""

    @property
    def written(self) -> str:
        """A name that leads back to this town and to no other."""
        return ", ".join(part for part in (self.name, self.region, self.country) if part)


class Gazetteer:
    """The list, in the order of folded names."""

    def __init__(self, lines: bytes) -> None:
        self._lines = SortedLines(lines)

    def called(self, text: str) -> list[Town]:
        """The towns that may be meant, the largest first.

        What follows a comma narrows, a region or a country, as far as anything of that name is left.
        """
        name, *narrower = [part for part in map(folded, text.split(",")) if part] or [""]
        towns = self._bearers(name) or self._bearers(_DISTRICT.sub("", name))
        for told in narrower:
            towns = [town for town in towns if _lies_in(town, told)] or towns
        in_full = [town for town in towns if folded(town.written) == folded(text)]
        return in_full or towns

    def begun(self, text: str, limit: int) -> list[Town]:
        """Towns of which a name begins so, the largest first."""
        start = folded(text)
        return _largest_first(self._lines.beginning(start.encode()), limit) if len(start) >= FEWEST_LETTERS else []

    def _bearers(self, name: str) -> list[Town]:
        return _largest_first(self._lines.beginning(f"{name}\t".encode()), MOST_BEARERS) if name else []


def the_one_meant(towns: Sequence[Town]) -> Town | None:
    """The town that somebody who says no more than a name must mean; None where it could be several."""
    if not towns:
        return None
    if len(towns) == 1 or towns[0].people >= CLEARLY_LARGER * max(1, towns[1].people):
        return towns[0]
    return None


def place_of(city: str, country: str) -> Place | None:
    """Where a co-op is, by the town it names; None where the list does not know, or knows several."""
    towns = load_gazetteer().called(f"{city.partition(',')[0]}, {country}")
    meant = the_one_meant([town for town in towns if town.country == country])
    return meant.place if meant else None


@lru_cache(maxsize=1)
def load_gazetteer() -> Gazetteer:
    """The list that ships with the catalogue; one for each process, read when it is first asked."""
    return Gazetteer(gzip.decompress(files("services.catalog.places").joinpath(FILE).read_bytes()))


async def gazetteer() -> Gazetteer:
    """The same, without holding up anybody while it is read."""
    return await asyncio.to_thread(load_gazetteer)


def _town(line: bytes) -> Town:
    _, name, country, region, latitude, longitude, people = line.decode().split("\t")
    region, _, code = region.partition("/")
    return Town(name, country, region, Place(float(latitude), float(longitude)), int(people), code)


def _largest_first(lines: Iterable[bytes], limit: int) -> list[Town]:
    """Each once, by whichever of its names; only what is kept is taken apart."""
    largest = nlargest(2 * limit, lines, key=lambda line: int(line[line.rindex(b"\t") :]))
    return list({town.written: town for town in map(_town, reversed(largest))}.values())[::-1][:limit]


def _lies_in(town: Town, told: str) -> bool:
    named = (town.country.lower(), folded(town.region), town.code.lower())
    return told in named or country_called(told) == town.country
