"""Samples of the goods, one within the other, drawn by lot: where many things fit, they are counted in one of them.

A sample is named by how often the goods were halved for it: the third holds one of eight. Whoever is drawn stays so,
and what a product is, and whose, plays no part.
"""

from collections.abc import Iterator
from functools import lru_cache
from math import ceil, log2
from uuid import UUID

MOST_HALVINGS = 12
FINEST = 6
_STEP = 2.0**-18
LOT_BITS = 16
_DIGITS = 2


def lot_of(product: UUID) -> int:
    """In the order of lots every sample comes before what is not in it."""
    return product.int & ((1 << LOT_BITS) - 1)


def advantage_of(product: UUID) -> float:
    """What it is preferred by among its equals: less than anything else counts, and as much as scores can tell.

    Whoever is in a sample of up to `FINEST` halvings has more than whoever is not.
    """
    return ((1 << FINEST) - 1 - (lot_of(product) >> (LOT_BITS - FINEST))) * _STEP


def lots_of(product: UUID) -> Iterator[str]:
    """The samples that it is in."""
    lot = lot_of(product)
    return (str(halvings) for halvings in range(1, MOST_HALVINGS + 1) if lot >> (LOT_BITS - halvings) == 0)


def halvings(many: int, most: int) -> int:
    """How often so many are halved until about `most` are left, or fewer; none where there are no more."""
    return min(max(0, ceil(log2(many / most))), MOST_HALVINGS) if many else 0


@lru_cache(maxsize=4096)
def about(counted: int, halvings: int) -> int:
    """How many there are of what was counted so often in the sample: as it is without one, else in two digits."""
    if not halvings:
        return counted
    whole = counted << halvings
    return round(whole, _DIGITS - len(str(whole)))
