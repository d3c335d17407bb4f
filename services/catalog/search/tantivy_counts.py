"""What fits, counted: every one of it, or in a sample where that is many."""

from collections.abc import Mapping
from typing import Any

from tantivy import Order

from services.catalog.search import facets
from services.catalog.search.facets import Counts
from services.catalog.search.port import Question
from services.catalog.search.sample import about
from services.catalog.search.tantivy_filters import Filters
from services.catalog.search.tantivy_fits import Fits
from services.catalog.search.tantivy_generations import Committed
from services.catalog.search.tantivy_samples import Samples


class Counting:
    """Where many fit, they are counted in a sample; prices are exact all the same."""

    def __init__(self, committed: Committed, filters: Filters, samples: Samples) -> None:
        self._committed = committed
        self._searcher = committed.searcher
        self._numbered = "coop_number" in committed.fields
        self._count = facets.COUNT if self._numbered else facets.COUNT | facets.BEFORE_NUMBERS
        self._filters = filters
        self._samples = samples

    def counted(self, question: Question, asked: Fits) -> Counts:
        """What fits, and the facets beside it; one question for all that the same filters narrow."""
        same = self._filters.narrowed(asked, question)
        wanted: dict[Fits, dict[str, Any]] = {same: dict(facets.TOTAL)}
        fits = {"total": same}
        for facet, narrowed in facets.NARROWED.items():
            own = any(getattr(question, name) not in facets.ANYTHING for name in narrowed)
            each = fits[facet] = self._filters.narrowed(asked, question, without=facet) if own else same
            wanted.setdefault(each, {}).update(self._count[facet])
        told: dict[str, Any] = {}
        samples: dict[Fits, int] = {}
        for each, counts in wanted.items():
            many = self._samples.fitting(each) if self._samples.smallest else 0
            samples[each] = self._samples.counting(many, question.page * question.limit)
            told |= self._searcher.aggregate(self._samples.of(each, samples[each]), counts)
        return self._counts(told, fits["price"], {name: samples[each] for name, each in fits.items()})

    def _counts(self, told: Mapping[str, Any], priced: Fits, samples: Mapping[str, int]) -> Counts:
        by_price = priced, samples["price"]
        return Counts(
            sample=samples["total"],
            total=about(int(told["total"]["value"]), samples["total"]),
            facets={
                name: {self._key(name, one["key"]): about(one["doc_count"], sample) for one in told[name]["buckets"]}
                for name, sample in samples.items()
                if name not in ("total", "price")
            },
            lowest=self._outermost(told["lowest"]["value"], *by_price, Order.Asc),
            highest=self._outermost(told["highest"]["value"], *by_price, Order.Desc),
            estimated=tuple(name for name, sample in samples.items() if sample and name != "price"),
        )

    def _key(self, name: str, key: str | int) -> str:
        return self._committed.coop(int(key)) if name == "coop" and self._numbered else str(key)

    def _outermost(self, found: float | None, fits: Fits, sample: int, order: Order) -> int | None:
        """The sample's own price, or one beyond it: few have such a price."""
        if found is None or not sample:
            return None if found is None else int(found)
        beyond = self._samples.beyond(int(found), fits, "price", order, inclusive=False)
        hits = self._searcher.search(beyond, limit=1, count=False, order_by_field="price", order=order).hits
        return int(hits[0][0]) if hits else int(found)
