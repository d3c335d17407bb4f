"""What a house wrote into its log, one JSON object a line."""

import json

from onebox.visitor import Json
from tests.journeys.conftest import AnyHouse


def written(house: AnyHouse, **wanted: object) -> list[Json]:
    """The lines that say all that is wanted; what is no JSON was said to a person."""
    lines = [json.loads(line) for line in house.log().splitlines() if line.startswith("{")]
    return [line for line in lines if all(line.get(name) == value for name, value in wanted.items())]


def broken(house: AnyHouse) -> list[Json]:
    """Answers of 500 and above, crashes, and events that nobody could handle."""
    return [
        line
        for line in written(house)
        if line.get("status", 0) >= 500 or "exception" in line or line["event"] in ("event.parked", "event.retrying")
    ]
