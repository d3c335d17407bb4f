"""Where many things fit, a sample of them says how many, and where a page ends."""

from typing import Any

from tantivy import FieldType, Order, Query

from services.catalog.search.embedded.fits import Fits, query_of
from services.catalog.search.embedded.generations import Committed
from services.catalog.search.facets import PRICES
from services.catalog.search.sample import halvings

# A sample is so large a part of a shop that is counted whole: two thousand, which puts numbers 2 or 3 per cent off.
_FIFTH = 5


class Samples:
    """A sample is named by how often all goods were halved for it; none at all is every one of them.

    In a shop of no more than `most` goods every one is counted. An index from before there were samples is asked whole.
    """

    def __init__(self, committed: Committed, most: int) -> None:
        self._schema = committed.schema
        self._searcher = committed.searcher
        self._drawn = "lots" in committed.fields
        self._most = most
        self._sampled = max(1, most // _FIFTH)
        self.counted_one_by_one = 2 * self._sampled
        # The sample that tells about how many fit; none in a shop of which everything is counted.
        many = self._searcher.num_docs
        self.smallest = self.leaving(many, self._sampled) if many > most else 0

    def counting(self, many: int, depth: int = 0) -> int:
        """The sample in which so many are counted; who turns pages down to this depth may be near the last one."""
        most = self.counted_one_by_one if depth <= self.counted_one_by_one else self._most
        return self.leaving(many, self._sampled) if self.smallest and many > most else 0

    def leaving(self, many: int, few: int) -> int:
        """The sample in which of so many about `few` are left."""
        return halvings(many, few) if self._drawn else 0

    def fitting(self, fits: Fits) -> int:
        """About how many fit."""
        drawn = self._searcher.aggregate(self.of(fits, self.smallest), PRICES)
        return int(drawn["prices"]["count"]) << self.smallest

    def of(self, fits: Fits, sample: int) -> Query:
        if not sample:
            return query_of(fits)
        drawn = Query.term_query(self._schema, "lots", str(sample), "basic")
        return query_of(fits, Query.const_score_query(drawn, 0.0))

    def up_to(self, enough: int, fits: Fits) -> int:
        """How many fit, and no more than are enough: as a rule a sample has so many already."""
        found = 0
        for sample in dict.fromkeys((self.smallest, 0)):
            found = len(self._searcher.search(self.of(fits, sample), limit=enough, count=False).hits)
            if found >= enough:
                break
        return found

    def beyond(self, value: int, fits: Fits, by: str, order: Order, *, inclusive: bool) -> Query:
        """What comes before this value in this order."""
        bounds: dict[str, Any] = (
            {"lower_bound": value, "include_lower": inclusive}
            if order is Order.Desc
            else {"upper_bound": value, "include_upper": inclusive}
        )
        before = Query.range_query(self._schema, by, FieldType.Unsigned, **bounds, use_inverted_index=True)
        return query_of(fits, Query.const_score_query(before, 0.0))
