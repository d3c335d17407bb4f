"""What becomes of an order when none is left: one table, for the database, the API, the files and the shelf."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

LONGEST_LEAD = 365
MOST_PARTS, MOST_OF_ONE_PART = 20, 1000  # Of a bundle.

LeadDays = Annotated[int, Field(ge=1, le=LONGEST_LEAD)]


class StockPolicy(StrEnum):
    """deny: what is gone cannot be ordered. back_order: it can, and is sent from a day on. made_to_order: nothing is
    counted, each is made within so many days. bundle: as many as its parts allow.
    """

    DENY = "deny"
    BACK_ORDER = "back_order"
    MADE_TO_ORDER = "made_to_order"
    BUNDLE = "bundle"


UNCOUNTED = {StockPolicy.MADE_TO_ORDER, StockPolicy.BUNDLE}


@dataclass(frozen=True, slots=True)
class Supply:
    """A policy with what belongs to it: the day from which back orders are sent, the days until one is made."""

    policy: StockPolicy
    available_from: date | None = None
    lead_days: int | None = None


class Availability(StrEnum):
    """How a shopper gets it now."""

    IN_STOCK = "in_stock"
    BACK_ORDER = "back_order"
    MADE_TO_ORDER = "made_to_order"
    SOLD_OUT = "sold_out"


def availability(policy: str, available: int | None) -> Availability:
    """`available` is how many can be had at once, None where no count is kept."""
    if policy == StockPolicy.MADE_TO_ORDER:
        return Availability.MADE_TO_ORDER
    if available is None or available > 0:
        return Availability.IN_STOCK
    return Availability.BACK_ORDER if policy == StockPolicy.BACK_ORDER else Availability.SOLD_OUT


def at_least_none(available: int | None) -> int | None:
    """Nobody can have fewer than none, however many are owed."""
    return None if available is None else max(0, available)
