"""The page that is asked for: of what fits, only as much is ranked as can stand on it."""

from math import isqrt, log2
from typing import Any

from tantivy import Order, Query

from services.catalog.search.port import DEEPEST, Question, Sort
from services.catalog.search.ranking import IN_STOCK_WORTH, TITLE_WORTH
from services.catalog.search.tantivy_filters import Filters
from services.catalog.search.tantivy_generations import Committed
from services.catalog.search.tantivy_queries import Asked
from services.catalog.search.tantivy_samples import Samples

_MANY = 1_000  # Hits from which on it is worth a look at a sample first.
_BOUNDED_BY_NUMBER = 16  # What one hit before a price or a date takes, of what one of a sample does.
# Points are weighed with this much at most. Scores are told in single precision, so a little less is asked for.
_MOST_WEIGHT = log2(2 + IN_STOCK_WORTH + TITLE_WORTH) * 1.001


class Page:
    def __init__(self, committed: Committed, filters: Filters, samples: Samples, question: Question) -> None:
        self._searcher = committed.searcher
        self._filters = filters
        self._samples = samples
        self._question = question
        self._offset = (question.page - 1) * question.limit
        self._depth = self._offset + question.limit
        self._near = question.near if question.sort is Sort.NEAREST else None
        self._by, self._order = _order(question)

    def hits(self, asked: Asked, total: int) -> list[tuple[bytes, str]]:
        """Each with the place of its co-op; `total` is about how many fit."""
        if self._depth > DEEPEST:
            return []
        found = self._first(self._enough(asked, total), self._question.limit, self._offset)
        documents = [self._searcher.doc(address) for _, address in found]
        return [(document.get_first("hit") or b"", document.get_first("place") or "") for document in documents]

    def _enough(self, asked: Asked, total: int) -> Query:
        """What may stand before the last of as many of a sample as are wanted: those are there, so it is no less."""
        everything = self._filters.narrowed(asked.ranked, self._question)
        if self._near:
            return self._filters.nearest_first(everything, self._near)
        sample = self._telling(total)
        first = self._first(self._samples.of(everything, sample), self._depth) if sample else []
        if len(first) < self._depth:
            return everything
        last, _ = first[-1]
        if self._by:
            return self._samples.beyond(last, everything, self._by, self._order, inclusive=True)
        return self._filters.narrowed(asked.reaching(last / _MOST_WEIGHT), self._question)

    def _telling(self, total: int) -> int:
        """The sample to look at first: so large that it takes about as long as what it leaves."""
        if total <= _MANY or not self._samples.smallest:
            return 0
        each = _BOUNDED_BY_NUMBER if self._by else 1
        return self._samples.leaving(total, isqrt(total * self._depth * each))

    def _first(self, query: Query, limit: int, offset: int = 0) -> list[tuple[Any, Any]]:
        return self._searcher.search(
            query, limit=limit, count=False, offset=offset, order_by_field=self._by, order=self._order,
            weight_by_field=None if self._by or self._near else "worth",
        ).hits  # fmt: skip


def _order(question: Question) -> tuple[str | None, Order]:
    if question.sort is Sort.CHEAPEST:
        return "price", Order.Asc
    if question.sort is Sort.DEAREST:
        return "price", Order.Desc
    if question.sort is Sort.NEAREST and question.near:
        return None, Order.Desc
    if question.sort is Sort.NEWEST or not question.text.strip():
        return "created", Order.Desc
    return None, Order.Desc
