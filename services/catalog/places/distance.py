"""How far it is from one place to another, as the crow flies."""

from math import asin, cos, radians, sin, sqrt

from services.catalog.search.port import Place

EARTH_RADIUS_KM = 6_371.0


def kilometres(one: Place, other: Place) -> float:
    """Along the great circle."""
    south, north = radians(one.latitude), radians(other.latitude)
    across = sin((north - south) / 2) ** 2
    along = sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, across + cos(south) * cos(north) * along)))
