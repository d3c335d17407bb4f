"""What narrows a question, in queries that weigh nothing in the ranking."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from tantivy import FieldType, Occur, Query

from services.catalog.places.distance import kilometres
from services.catalog.search import facets
from services.catalog.search.embedded.fits import Every, Fits, OneOf
from services.catalog.search.embedded.generations import Committed, remember
from services.catalog.search.port import Near, Place, Question

_NEARER = 4_096.0  # Points of one place nearer; more than any question has.


class Filters:
    def __init__(self, committed: Committed) -> None:
        self._committed = committed
        self._schema = committed.schema

    def narrowed(self, asked: Fits, question: Question) -> Fits:
        """What was asked for, by every filter of the question."""
        parts: list[Fits] = [asked]
        if question.categories is not None:
            parts.append(self._in_branch(question.categories))
        for field, name in facets.CHOICES:
            if chosen := getattr(question, name):
                parts.append(self._any_of(field, chosen))
        if question.min_price is not None or question.max_price is not None:
            priced = Query.range_query(
                self._schema, "price", FieldType.Unsigned, question.min_price or 0, question.max_price
            )
            parts.append(_weightless(priced))
        if question.in_stock:
            parts.append(_weightless(Query.term_query(self._schema, "in_stock", True)))
        if question.near:
            parts.append(self.at(self.places_within(question.near)))
        hidden = [self.out_of_sight(question.hidden_coops)] if question.hidden_coops else []
        return Every(parts, hidden) if parts[1:] or hidden else asked

    def out_of_sight(self, coops: Collection[UUID]) -> Query:
        return self._any_of("coop_id", map(str, coops))

    def at(self, places: Sequence[str]) -> Query:
        return self._any_of("place", places)

    def nearest_first(self, query: Query, places: Sequence[str]) -> Query:
        """Each of these counts for more than all points of a question; what is as near stands by relevance."""
        steps = [
            Query.const_score_query(Query.term_query(self._schema, "place", place, "basic"), step * _NEARER)
            for step, place in enumerate(reversed(places))
        ]
        return Query.boolean_query([(Occur.Must, query), *((Occur.Should, step) for step in steps)])

    def _in_branch(self, categories: Sequence[str]) -> Query:
        """All that is below a category is in its list: to look through one for each would take twice as long."""
        if "branch" in self._committed.fields:
            return self._any_of("branch", categories[:1])
        return self._any_of("category", categories)

    def _any_of(self, field: str, values: Iterable[str]) -> Query:
        """A query for a set walks the whole dictionary, and these are few."""
        terms = [Query.term_query(self._schema, field, one, "basic") for one in values]
        return _weightless(OneOf(terms).within())

    def places_within(self, near: Near) -> Sequence[str]:
        """Nearest first. There are as many places as co-ops, so the few that lie near are looked for, and exactly."""
        remembered = self._committed.within
        if (within := remembered.get(near)) is None:
            everywhere = (place for place, _ in self._committed.searcher.terms_with_prefix("place", ""))
            apart = {place: kilometres(near.place, place_of(place)) for place in everywhere}
            within = sorted((one for one in apart if apart[one] <= near.radius_km), key=apart.__getitem__)
            remember(remembered, near, within)
        return within


def place_of(written: str) -> Place:
    latitude, _, longitude = written.partition(",")
    return Place(float(latitude), float(longitude))


def _weightless(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)
