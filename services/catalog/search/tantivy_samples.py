"""Where many things fit, a sample of them says how many, and where a page ends."""

from typing import Any

from tantivy import FieldType, Occur, Order, Query

from services.catalog.search.facets import TOTAL
from services.catalog.search.sample import halvings
from services.catalog.search.tantivy_generations import Committed

SAMPLED = 4_000  # Hits that are counted where more fit than are counted one by one: numbers are 2 per cent off or so.


class Samples:
    """A sample is named by how often all goods were halved for it; none at all is every one of them.

    Up to `most` things are counted one by one. An index from before there were samples is asked whole.
    """

    def __init__(self, committed: Committed, most: int) -> None:
        self._schema = committed.schema
        self._searcher = committed.searcher
        self._drawn = "lots" in committed.fields
        self._most = most
        self._sampled = min(most, SAMPLED)
        # The sample that tells about how many fit; none in a shop of which everything is counted.
        self.smallest = self.counting(self._searcher.num_docs)

    def counting(self, many: int) -> int:
        """The sample in which so many are counted."""
        return self.leaving(many, self._sampled) if many > self._most else 0

    def leaving(self, many: int, few: int) -> int:
        """The sample in which of so many about `few` are left."""
        return halvings(many, few) if self._drawn else 0

    def fitting(self, query: Query) -> int:
        """About how many fit."""
        drawn = self._searcher.aggregate(self.of(query, self.smallest), TOTAL)
        return int(drawn["total"]["value"]) << self.smallest

    def of(self, query: Query, sample: int) -> Query:
        if not sample:
            return query
        drawn = Query.const_score_query(Query.term_query(self._schema, "lots", str(sample), "basic"), 0.0)
        return Query.boolean_query([(Occur.Must, drawn), (Occur.Must, query)])

    def up_to(self, enough: int, query: Query) -> int:
        """How many fit, and no more than are enough: as a rule a sample has so many already."""
        found = 0
        for sample in dict.fromkeys((self.smallest, 0)):
            found = len(self._searcher.search(self.of(query, sample), limit=enough, count=False).hits)
            if found >= enough:
                break
        return found

    def beyond(self, value: int, query: Query, by: str, order: Order, *, inclusive: bool) -> Query:
        """What comes before this value in this order."""
        bounds: dict[str, Any] = (
            {"lower_bound": value, "include_lower": inclusive}
            if order is Order.Desc
            else {"upper_bound": value, "include_upper": inclusive}
        )
        before = Query.range_query(self._schema, by, FieldType.Unsigned, **bounds, use_inverted_index=True)
        return Query.boolean_query([(Occur.Must, Query.const_score_query(before, 0.0)), (Occur.Must, query)])
