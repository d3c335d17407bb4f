"""What a reduced price is compared with by law: the lowest that was asked in the thirty days before the reduction.

Directive 98/6/EC, article 6a.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

WINDOW = timedelta(days=30)

# A price and the moment until which it was asked, in milliseconds: as they are kept, JSON.
Earlier = list[list[int]]


def remembered(earlier: Sequence[Sequence[int]], price: int, until: datetime) -> Earlier:
    """With a price that is asked until now, without those that ended thirty days ago."""
    moment = int(until.timestamp() * 1000)
    oldest = moment - int(WINDOW.total_seconds() * 1000)
    return [*([was, ended] for was, ended in earlier if ended > oldest), [price, moment]]


def prior_price(earlier: Sequence[Sequence[int]]) -> int | None:
    """The lowest in the thirty days before the latest change; None where nothing was asked before."""
    return min((price for price, _ in earlier), default=None)
