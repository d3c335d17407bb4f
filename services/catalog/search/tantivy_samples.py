"""Where many things fit, a sample of them says how many, and where a page ends."""

from typing import Any

from tantivy import FieldType, Occur, Order, Query

from services.catalog.search.sample import halvings
from services.catalog.search.tantivy_generations import Committed


class Samples:
    """A sample is named by how often all goods were halved for it; none at all is every one of them.

    An index from before there were samples is asked whole.
    """

    def __init__(self, committed: Committed, most: int) -> None:
        self._schema = committed.schema
        self._searcher = committed.searcher
        self._of_all = halvings(self._searcher.num_docs, most) if "lots" in committed.fields else 0
        self._most = most

    def leaving(self, query: Query) -> int:
        """The sample in which about `most` fit, or fewer; none where no more fit anyway."""
        if not self._of_all:
            return 0
        in_smallest = self._searcher.search(self.of(query, self._of_all), limit=1, count=True).count
        return halvings(in_smallest << self._of_all, self._most)

    def of(self, query: Query, sample: int) -> Query:
        if not sample:
            return query
        drawn = Query.const_score_query(Query.term_query(self._schema, "lots", str(sample), "basic"), 0.0)
        return Query.boolean_query([(Occur.Must, drawn), (Occur.Must, query)])

    def up_to(self, enough: int, query: Query) -> int:
        """How many fit, and no more than are enough: as a rule a sample has so many already."""
        found = 0
        for sample in dict.fromkeys((self._of_all, 0)):
            found = len(self._searcher.search(self.of(query, sample), limit=enough, count=False).hits)
            if found >= enough:
                break
        return found

    def down_to(self, depth: int, query: Query, sample: int, by: str, order: Order) -> Query:
        """What is needed to show so many in this order: whatever stands before the last of as many of the sample.

        There are as many at least, those of the sample itself, so none of them is missing.
        """
        if not sample:
            return query
        first = self._searcher.search(
            self.of(query, sample), limit=depth, count=False, order_by_field=by, order=order
        ).hits
        if len(first) < depth:
            return query
        last, _ = first[-1]
        return self.beyond(last, query, by, order, inclusive=True)

    def beyond(self, value: int, query: Query, by: str, order: Order, *, inclusive: bool) -> Query:
        """What comes before this value in this order."""
        bounds: dict[str, Any] = (
            {"lower_bound": value, "include_lower": inclusive}
            if order is Order.Desc
            else {"upper_bound": value, "include_upper": inclusive}
        )
        before = Query.range_query(self._schema, by, FieldType.Unsigned, **bounds, use_inverted_index=True)
        return Query.boolean_query([(Occur.Must, Query.const_score_query(before, 0.0)), (Occur.Must, query)])
