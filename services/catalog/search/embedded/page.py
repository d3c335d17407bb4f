"""The page that is asked for: of what fits, only as much is ranked as can stand on it."""

from collections.abc import Sequence
from dataclasses import replace
from math import isqrt, log2
from typing import Any

from tantivy import DocAddress, Order, Query

from services.catalog.search.embedded.asked import Asked
from services.catalog.search.embedded.filters import Filters
from services.catalog.search.embedded.fits import Fits, OneOf, query_of
from services.catalog.search.embedded.generations import Committed, place_in, remember
from services.catalog.search.embedded.lists import Listed, Lists, most_weight
from services.catalog.search.embedded.samples import Samples
from services.catalog.search.port import DEEPEST, Near, Question, Sort
from services.catalog.search.sample import FINEST

_MANY = 1_000  # Hits from which on it is worth a look at some of them first.
_SPARE = 16  # So many times as many as are wanted are looked for in a sample, for few of them are of the best class.
_PLACES = 2  # So many times as many as have a page of goods, if all have as many.
_BOUNDED = 16  # What one hit before a price or a date takes, of what one of a sample does.
_LIKELY = 0.75  # Of the most points: what fills a page is usually as good.
_MOST_LISTS = 24  # Each takes a search of its own; where they are not enough, what is left is ranked together.

Found = list[tuple[Any, DocAddress]]


class Page:
    def __init__(self, committed: Committed, filters: Filters, samples: Samples, question: Question) -> None:
        self._committed = committed
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
        found = self._found(asked, total) if self._samples.smallest else self._whole(asked)
        return [self._committed.document(address) for _, address in found[self._offset :]]

    def _found(self, asked: Asked, total: int) -> Found:
        if self._near:
            return self._nearest(asked, self._near, total)
        if self._by:
            return self._in_order(self._by, self._filters.narrowed(asked.counted, self._question), total)
        listed = self._by_lists(asked.lists, total) if asked.lists and total > self._depth else None
        return listed or (self._by_points(asked) if total > _MANY else self._whole(asked))

    def _whole(self, asked: Asked) -> Found:
        places = self._filters.places_within(self._near) if self._near else ()
        return self._first(self._everything(asked.ranked, places))

    def _nearest(self, asked: Asked, near: Near, total: int) -> Found:
        """Nothing of places further off comes before the last of those that have enough."""
        places = self._filters.places_within(near)
        few = 1 + _PLACES * len(places) * self._depth // max(total, 1)
        found = self._first(self._everything(asked.ranked, places[:few])) if few * _PLACES < len(places) else []
        return found if len(found) == self._depth else self._whole(asked)

    def _in_order(self, by: str, everything: Fits, total: int) -> Found:
        """What does not come after the last of as many of a sample as are wanted: so many there are at least."""
        sample = self._samples.leaving(total, isqrt(total * self._depth * _BOUNDED))
        first = self._first(self._samples.of(everything, sample)) if sample else []
        if len(first) < self._depth:
            return self._first(query_of(everything))
        last, _ = first[-1]
        return self._first(self._samples.beyond(last, everything, by, self._order, inclusive=True))

    def _by_lists(self, lists: Lists, total: int) -> Found | None:
        """In a list all have the same points, so they stand by their worth, and the best lists suffice."""
        best: dict[tuple[int, int], tuple[float, DocAddress]] = {}
        last, looked_at = 0.0, 0
        for one in lists.best_first():
            if one.points * most_weight() < last or looked_at == _MOST_LISTS:
                break
            if one.most < last:
                continue
            looked_at += 1
            for worth, address in self._by_worth(one, total):
                best.setdefault(place_in(address), (one.points * log2(2 + worth), address))
            if len(best) >= self._depth:
                last = sorted((score for score, _ in best.values()), reverse=True)[self._depth - 1]
        first = sorted(best, key=lambda place: (-best[place][0], place))[: self._depth]
        enough = last > lists.beside * most_weight() and looked_at < _MOST_LISTS
        return [best[place] for place in first] if enough else None

    def _by_worth(self, listed: Listed, total: int) -> Found:
        """A sample has the first of each class: nothing comes before its last but what is of a better class.

        What fits two words is hardly ever enough of a sample.
        """
        everything = self._filters.narrowed(listed.query, self._question)
        sampled = listed.term and self._committed.classes
        sample = min(self._samples.leaving(total, _SPARE * self._depth), FINEST) if sampled else 0
        found = self._worthiest(self._samples.of(everything, sample)) if sample else []
        if len(found) < self._depth:
            return self._worthiest(query_of(everything))
        last, _ = found[-1]
        above = [each for each in self._committed.classes if float(each) > last]
        best = self._best_worth(listed) if above else last
        better = [self._class(each) for each in above if float(each) <= best]
        if not better:
            return found
        before = {place_in(address): (worth, address) for worth, address in found}
        for worth, address in self._worthiest(query_of(everything, OneOf(better).within())):
            before[place_in(address)] = (worth, address)
        return sorted(before.values(), key=lambda one: (-one[0], place_in(one[1])))[: self._depth]

    def _best_worth(self, listed: Listed) -> float:
        """Of all in the list, whatever narrows the question."""
        best = self._committed.worths.get(listed.term)
        if best is None:
            [(best, _)] = self._searcher.search(listed.query, limit=1, count=False, order_by_field="worth").hits
            remember(self._committed.worths, listed.term, best)
        return best

    def _worthiest(self, query: Query) -> Found:
        return self._searcher.search(query, limit=self._depth, count=False, order_by_field="worth").hits

    def _class(self, name: str) -> Query:
        return Query.term_query(self._committed.schema, "class", name, "basic")

    def _by_points(self, asked: Asked) -> Found:
        """The best lists first: where they fill the page, only what may come before its last is worth a look."""
        likely = _LIKELY * asked.most
        found = self._first(self._everything(asked.reaching(likely)))
        if len(found) < self._depth:
            return self._whole(asked)
        last, _ = found[-1]
        least = last / most_weight()
        return found if least >= likely else self._first(self._everything(asked.reaching(least)))

    def _everything(self, ranked: Query, places: Sequence[str] = ()) -> Query:
        """The nearest of these places first, and nothing of any other."""
        if not places:
            return query_of(self._filters.narrowed(ranked, self._question))
        anywhere = self._filters.narrowed(ranked, replace(self._question, near=None))
        return self._filters.nearest_first(query_of(anywhere, self._filters.at(places)), places)

    def _first(self, query: Query) -> Found:
        """All down to the last of the page."""
        return self._searcher.search(
            query, limit=self._depth, count=False, order_by_field=self._by, order=self._order,
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
