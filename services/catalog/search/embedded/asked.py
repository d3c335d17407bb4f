"""What is asked of tantivy, each question twice: to be ranked, and to be counted."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from tantivy import Query

from services.catalog.search.embedded.fits import Every, Fits, OneOf
from services.catalog.search.embedded.lists import Lists

_AFTER = 0.001  # Of the points of what comes after all that has any.


@dataclass(frozen=True, slots=True)
class Ranked:
    """A query, and the most points that anything gets of it."""

    query: Query
    most: float


@dataclass(frozen=True, slots=True)
class Asked:
    """One question twice: to be ranked, and to be counted, which need not know where a word stands.

    Nothing gets more than `most` points. `reaching` is the first without what cannot get so many; `lists` are of what
    is in them, where words are asked for.
    """

    ranked: Query
    counted: Fits
    most: float
    reaching: Callable[[float], Query]
    meant: str | None = None
    lists: Lists | None = None

    def or_else(self, other: "Asked | None") -> "Asked":
        if other is None:
            return self
        return Asked(
            OneOf((self.ranked, other.ranked)).within(),
            OneOf((self.counted, other.counted)),
            self.most + other.most,
            lambda least: OneOf((self.reaching(least - other.most), other.reaching(least - self.most))).within(),
            other.meant,
        )

    def before(self, other: "Asked") -> "Asked":
        """All of it, and then what else the other one fits."""
        ranked = OneOf((self.ranked, Query.boost_query(other.ranked, _AFTER))).within()
        return asked_alike(ranked, OneOf((self.counted, other.counted)), self.most + _AFTER * other.most, self.meant)


def asked_alike(ranked: Query, counted: Fits, most: float, meant: str | None = None) -> Asked:
    """What is ranked whole."""
    return Asked(ranked, counted, most, lambda _: ranked, meant)


@dataclass(frozen=True, slots=True)
class Floor:
    """The points that are to be reached, and what is added where all these words stand together in the title."""

    points: float
    bonus: float
    words: Collection[str]

    @property
    def together(self) -> float:
        return self.points - self.bonus

    def of(self, word: str, *, titled: bool) -> float:
        return self.together if titled and word in self.words else self.points


GROUND = Floor(0, 0, ())


def scored(query: Query, points: float) -> Ranked:
    return Ranked(Query.const_score_query(query, points), points)


def summed(each: Sequence[Ranked]) -> Ranked:
    return Ranked(Every([one.query for one in each]).within(), sum(one.most for one in each))


def best_of(queries: Sequence[Query], others: float) -> Query:
    """The best one's points, and that share of the others'."""
    return Query.disjunction_max_query(queries, others) if len(queries) > 1 else queries[0]
