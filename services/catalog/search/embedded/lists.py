"""Where words are asked for: lists of goods that have the same points for them, the best list first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import log2

from tantivy import Query

from services.catalog.search.embedded.fits import Every
from services.catalog.search.ranking import IN_STOCK_WORTH, TITLE_WORTH

# Scores are told in single precision, so a little less is asked for.
_NEARLY = 1.001


def most_weight(titled: int = 1) -> float:
    """What points are weighed with at most, where so many words stand in the title: it is no shorter than that."""
    return log2(2 + IN_STOCK_WORTH + TITLE_WORTH / max(titled, 1)) * _NEARLY


@dataclass(frozen=True, slots=True)
class WordList:
    """Goods on which a word stands in the same way; `titled` is its stem, where it stands in their titles.

    `term` is what the index calls the list.
    """

    query: Query
    points: float
    titled: str
    term: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """Goods that have these points for all words; their score is `most` at most. Of one word it is `term`'s list."""

    query: Query
    points: float
    most: float
    term: str


@dataclass(frozen=True, slots=True)
class Lists:
    """One row of lists for each part of a question, the best first; what fits is in one of each.

    Where all words stand in the title, what fits one of `together` has the points it comes with too, the most points
    first. What is in no list of some row gets `beside` at most.
    """

    rows: Sequence[Sequence[WordList]]
    together: Sequence[tuple[Query, float]]
    beside: float

    def best_first(self) -> Iterator[Listed]:
        """Every way to take one list of each row, by its points; who is in two of them is in the first as well."""
        if not all(self.rows):
            return
        rows = [*self.rows, [*self._bonuses()]]
        first = (0,) * len(rows)
        seen, waiting = {first}, [(-_points(rows, first), first)]
        while waiting:
            _, taken = heappop(waiting)
            for following in set(_following(rows, taken)) - seen:
                seen.add(following)
                heappush(waiting, (-_points(rows, following), following))
            *lists, bonus = (row[nth] for row, nth in zip(rows, taken, strict=True))
            if not bonus.titled or all(one.titled for one in lists):
                yield _listed(lists, bonus)

    def _bonuses(self) -> Iterator[WordList]:
        yield from (WordList(query, points, "all") for query, points in self.together)
        yield WordList(Query.all_query(), 0, "")


def _points(rows: Sequence[Sequence[WordList]], taken: Sequence[int]) -> float:
    return sum(row[nth].points for row, nth in zip(rows, taken, strict=True))


def _following(rows: Sequence[Sequence[WordList]], taken: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for at, nth in enumerate(taken):
        if nth + 1 < len(rows[at]):
            yield (*taken[:at], nth + 1, *taken[at + 1 :])


def _listed(lists: Sequence[WordList], bonus: WordList) -> Listed:
    points = sum(one.points for one in lists) + bonus.points
    each = [one.query for one in lists] + ([bonus.query] if bonus.titled else [])
    titled = len({one.titled for one in lists if one.titled})
    term = "" if each[1:] else lists[0].term
    return Listed(Every(each).within(), points, points * most_weight(titled), term)
