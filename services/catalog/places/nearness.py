"""What somebody means by the place near which they look: a town by its name, or a point in degrees."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chassis.errors import Refused
from services.catalog.places.country_names import country_name
from services.catalog.places.gazetteer import Gazetteer, Town, the_one_meant
from services.catalog.search.port import Near, Place

HALF_ROUND_THE_WORLD = 20_038.0
USUAL_RADIUS = 100.0
MOST_CANDIDATES = 12
_POINT = re.compile(r"\s*(-?\d{1,2}(?:\.\d{1,12})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*")


class PlaceUnknown(Refused):
    code, title = "place_unknown", "We do not know where that is"


class PlaceAmbiguous(Refused):
    """`candidates` go with the answer: each `value` is a name that means this one."""

    code, title = "place_ambiguous", "There are several places of that name"


class NearMissing(Refused):
    code, title = "near_missing", "Nearest to what?"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where somebody looks, and the towns of the same name that they might have meant instead."""

    near: Near
    town: Town | None
    others: list[Town]


def whereabouts(text: str, radius_km: float, gazetteer: Gazetteer, with_code: Sequence[Town] = ()) -> Whereabouts:
    """`with_code` is where a postal code in the text is. Raises PlaceUnknown and PlaceAmbiguous, both naming `near`."""
    if point := _POINT.fullmatch(text):
        return Whereabouts(Near(_place(float(point[1]), float(point[2])), radius_km), None, [])
    towns = list(with_code) or gazetteer.called(text)
    if not towns:
        advice = "Try a larger town close by, or name the country too, as in “Córdoba, Spain”."
        raise PlaceUnknown(
            f"“{text}” is in no list of towns or postal codes that we have. {advice}", field="near", candidates=[]
        )
    meant = the_one_meant(towns)
    if meant is None:
        candidates = [shown(town) for town in towns[:MOST_CANDIDATES]]
        raise PlaceAmbiguous(f"Which “{text}” do you mean?", field="near", candidates=candidates)
    others = [town for town in towns if town is not meant]
    return Whereabouts(Near(meant.place, radius_km), meant, others[:MOST_CANDIDATES])


def shown(town: Town) -> dict[str, Any]:
    """A town as the API tells it."""
    return {
        "value": town.written,
        "name": town.name,
        "region": town.region,
        "country": town.country,
        "country_name": country_name(town.country),
        "latitude": town.place.latitude,
        "longitude": town.place.longitude,
    }


def _place(latitude: float, longitude: float) -> Place:
    if not (math.fabs(latitude) <= 90 and math.fabs(longitude) <= 180):
        raise PlaceUnknown(
            "Latitude goes from -90 to 90 degrees, longitude from -180 to 180.", field="near", candidates=[]
        )
    return Place(latitude, longitude)
