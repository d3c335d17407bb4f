"""What fits, counted: every one of it, or in a sample where that is many."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from tantivy import Order

from services.catalog.search import facets
from services.catalog.search.embedded.filters import Filters
from services.catalog.search.embedded.fits import Fits, query_of
from services.catalog.search.embedded.generations import Committed, remember
from services.catalog.search.embedded.samples import Samples
from services.catalog.search.facets import Counted
from services.catalog.search.port import Question, Sort
from services.catalog.search.sample import about

_GOOD_PART = 2  # Halvings: a quarter.


class Counting:
    """Where many fit, they are counted in a sample; prices are exact all the same."""

    def __init__(self, committed: Committed, filters: Filters, samples: Samples) -> None:
        self._committed = committed
        self._searcher = committed.searcher
        self._numbered = "coop_number" in committed.fields
        self._count = facets.COUNT if self._numbered else facets.COUNT | facets.BEFORE_NUMBERS
        self._filters = filters
        self._samples = samples

    def counted(self, question: Question, asked: Fits) -> Mapping[str, Counted]:
        """What fits, and the facets beside it; in one go all that the same filters narrow.

        Where nothing is left without one of the filters, nothing is left with it, and is not looked for.
        """
        apart = [facet for facet in facets.NARROWED if facets.is_narrowed(question, facet)]
        beside = [name for name in facets.ALL if name not in apart]
        told: dict[str, Counted] = {}
        for facet in apart:
            told |= self._remembered(facets.without(question, facet), asked, [facet])
        if any(not told[facet].values for facet in apart if facet in facets.ON_EVERYTHING):
            return told | {name: facets.NOTHING[name] for name in beside}
        return {**told, **self._remembered(question, asked, beside)}

    def _remembered(self, question: Question, asked: Fits, names: Collection[str]) -> Mapping[str, Counted]:
        """Another page or order has the same counts, another price the same prices; far down they may be more exact."""
        depth, remembered = question.page * question.limit, self._committed.counts
        alike = replace(question, sort=Sort.RELEVANCE, page=1, limit=1)
        key = repr((alike, names, depth > self._samples.counted_one_by_one))
        if (counted := remembered.get(key)) is None:
            counted = self._told(self._filters.narrowed(asked, question), names, depth)
            remember(remembered, key, counted)
        return counted

    def _told(self, fits: Fits, names: Collection[str], depth: int) -> Mapping[str, Counted]:
        many = self._samples.fitting(fits) if self._samples.smallest else 0
        sample = self._samples.counting(many, depth)
        wanted = {name: how for facet in names for name, how in self._count[facet].items()}
        told = self._searcher.aggregate(self._samples.of(fits, sample), wanted)
        return {name: self._one(name, told, fits, sample) for name in names}

    def _one(self, name: str, told: Mapping[str, Any], fits: Fits, sample: int) -> Counted:
        if name == "total":
            return Counted({"": about(int(told["prices"]["count"]), sample)}, bool(sample))
        if name == "price":
            return Counted(self._prices(told["prices"], fits, sample), estimated=False)
        counts = {self._key(name, one["key"]): about(one["doc_count"], sample) for one in told[name]["buckets"]}
        return Counted(counts, bool(sample))

    def _key(self, name: str, key: str | int) -> str:
        return self._committed.coop(int(key)) if name == "coop" and self._numbered else str(key)

    def _prices(self, told: Mapping[str, Any], fits: Fits, sample: int) -> Mapping[str, int]:
        """The lowest and the highest. A good part of few things has so much beyond it that all are looked at."""
        if 0 < sample <= _GOOD_PART:
            told, sample = self._searcher.aggregate(query_of(fits), facets.PRICES)["prices"], 0
        ends = (("lowest", told["min"], Order.Asc), ("highest", told["max"], Order.Desc))
        return {end: self._outermost(one, fits, sample, order) for end, one, order in ends if one is not None}

    def _outermost(self, found: float, fits: Fits, sample: int, order: Order) -> int:
        """The sample's own price, or one beyond it: few have such a price."""
        if not sample:
            return int(found)
        beyond = self._samples.beyond(int(found), fits, "price", order, inclusive=False)
        hits = self._searcher.search(beyond, limit=1, count=False, order_by_field="price", order=order).hits
        return int(hits[0][0]) if hits else int(found)
