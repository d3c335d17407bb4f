"""Readings as tantivy's queries, each made twice: to be ranked, and to be counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, log
from typing import Any

from tantivy import Occur, Query, TextAnalyzer

from services.catalog.search import ranking
from services.catalog.search.ranking import POINTS
from services.catalog.search.ranking import Place as Spot
from services.catalog.search.reading import Part, Reading, Sense
from services.catalog.search.spots import is_head, is_titled, points_at, prefix_of
from services.catalog.search.words import code_of

_AFTER = 0.001  # Of the points of what comes after all that has any.
SHORTEST_CODE = 3  # Letters and digits of an article number that is begun.
_COMMON = 1_000  # Goods that have a word; out of sight may be some, and gone since the last merge.


@dataclass(frozen=True, slots=True)
class Asked:
    """One question twice: to be ranked, and to be counted, which need not know where a word stands."""

    ranked: Query
    counted: Query
    meant: str | None = None

    def or_else(self, other: "Asked | None") -> "Asked":
        if other is None:
            return self
        return Asked(_any((self.ranked, other.ranked)), _any((self.counted, other.counted)), other.meant)

    def before(self, other: "Asked") -> "Asked":
        """All of it, and then what else the other one fits."""
        after = Query.boost_query(other.ranked, _AFTER)
        return Asked(_any((self.ranked, after)), _any((self.counted, other.counted)), self.meant)


class Phrasing:
    """Puts readings into queries, and tells the reader what is written on the shelves."""

    def __init__(self, schema: Any, searcher: Any, stems: TextAnalyzer, going_on: Sequence[str] = ()) -> None:
        self._schema = schema
        self._searcher = searcher
        self._stemmed = stems
        self._goes_on_as = going_on

    def times(self, word: str) -> int:
        return int(self._searcher.doc_freq("words", word))

    def beginning(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        found: list[tuple[str, int]] = self._searcher.terms_with_prefix("words", prefix, limit=limit)
        return found

    def forms(self, word: str) -> int:
        return max((self._searcher.doc_freq("stems", stem) for stem in self._stemmed.analyze(word)), default=0)

    def together(self, words: Sequence[str]) -> bool:
        return self._any_fits(_all([self._counted(word) for word in words]))

    def beside(self, words: Sequence[str]) -> bool:
        stems: list[str | tuple[int, str]] = [stem for word in words for stem in self._stemmed.analyze(word)]
        return len(stems) > 1 and self._any_fits(Query.phrase_query(self._schema, "title_stems", stems, 0))

    def is_common(self, reading: Reading) -> bool:
        """Whether so many fit that nobody needs to look whether they are few; the dictionary knows it of one word."""
        if len(reading.words) > 1:
            return False
        times = [
            self.times(word) if not sense.begun else max((count for _, count in self.beginning(word, 1)), default=0)
            for part in reading.parts
            for sense in part.senses
            if len(sense.words) == 1
            for word in sense.words
        ]
        return max(times, default=0) >= _COMMON

    def all_of(self, reading: Reading) -> Asked:
        """What fits every part; words that stand together in the title weigh more."""
        ranked = [(Occur.Must, self._ranked_part(part)) for part in reading.parts]
        ranked += [(Occur.Should, bonus) for bonus in self._together(reading)]
        return Asked(Query.boolean_query(ranked), _all(map(self._counted_part, reading.parts)), reading.meant)

    def some_of(self, reading: Reading) -> Asked:
        """What fits half of the parts at least, or one where that is little; rare words weigh more than common ones."""
        fits = {part: hits for part in reading.parts if (hits := self._fitting(part))}
        if not fits:
            return Asked(Query.empty_query(), Query.empty_query())
        weights = {part: log(1 + self._searcher.num_docs / hits) for part, hits in fits.items()}
        ranked = [(Occur.Should, Query.boost_query(self._ranked_part(part), weights[part])) for part in fits]
        counted = [(Occur.Should, self._counted_part(part)) for part in fits]
        least = ceil(len(fits) / 2)
        if not self._many_fit(half := Query.boolean_query(counted, minimum_number_should_match=least)):
            least, half = 1, Query.boolean_query(counted)
        return Asked(Query.boolean_query(ranked, minimum_number_should_match=least), half, reading.meant)

    def names(self, reading: Reading, asked: "Asked") -> bool:
        """Whether something that fits is one of the things asked for, and has not only to do with them."""
        named = [
            Query.term_query(self._schema, "spots", term, "basic")
            for part in reading.parts
            for sense in part.senses
            for word in sense.words
            for stem in self._stemmed.analyze(word)
            for term, _ in self._searcher.terms_with_prefix("spots", prefix_of(stem))
            if is_head(term)
        ]
        return bool(named) and self._any_fits(_all((asked.counted, _any(named))))

    def coded(self, text: str, *, begun: bool = False) -> Asked | None:
        """The product whose article number this is, or those whose numbers begin so."""
        code = code_of(text)
        if begun and len(code) >= SHORTEST_CODE:
            query = Query.fuzzy_term_query(self._schema, "code", code, distance=0, prefix=True)
            return Asked(query, query) if self._any_fits(query) else None
        if not code or not self._searcher.doc_freq("code", code):
            return None
        query = Query.const_score_query(Query.term_query(self._schema, "code", code, "basic"), ranking.CODE_POINTS)
        return Asked(query, query)

    def _any_fits(self, query: Query) -> bool:
        return bool(self._searcher.search(query, limit=1, count=False).hits)

    def _many_fit(self, query: Query) -> bool:
        return len(self._searcher.search(query, limit=ranking.FEW, count=False).hits) >= ranking.FEW

    def _fitting(self, part: Part) -> int:
        return int(self._searcher.search(self._counted_part(part), limit=1, count=True).count)

    def _together(self, reading: Reading) -> list[Query]:
        words: list[str | tuple[int, str]] = [stem for word in reading.words for stem in self._stemmed.analyze(word)]
        if len(words) < 2:
            return []
        return [
            Query.const_score_query(Query.phrase_query(self._schema, "title_stems", words, slop), points)
            for slop, points in ((2, ranking.NEARER_POINTS), (0, ranking.TOGETHER_POINTS))
        ]

    def _ranked_part(self, part: Part) -> Query:
        # A sense that stands for several words weighs as much as they would.
        ways = [
            _all([self._ranked(word, sense.weight * len(part.asked) / len(sense.words), sense) for word in sense.words])
            for sense in part.senses
        ]
        if part.parts:
            ways.append(_all(map(self._ranked_part, part.parts)))
        return _best(ways, 0.0)

    def _counted_part(self, part: Part) -> Query:
        ways = [_all([self._counted(word, begun=sense.begun) for word in sense.words]) for sense in part.senses]
        if part.parts:
            ways.append(_all(map(self._counted_part, part.parts)))
        return _any(ways)

    def _ranked(self, word: str, weight: float, sense: Sense) -> Query:
        if sense.begun:
            return self._begun(word, weight)
        return _any(
            [
                Query.const_score_query(
                    Query.term_query(self._schema, "spots", term, "basic"), weight * points_at(term, word)
                )
                for stem in self._stemmed.analyze(word)
                for term, _ in self._searcher.terms_with_prefix("spots", prefix_of(stem))
                if not self._goes_on_as or is_titled(term)
            ]
            or [Query.empty_query()]
        )

    def _begun(self, word: str, weight: float) -> Query:
        if self._goes_on_as:
            return Query.const_score_query(self._going_on("title", word), POINTS[Spot.TITLE] * weight)
        return _best(
            [
                Query.boost_query(self._going_on(field, word), POINTS[spot] * weight)
                for field, spot in (("title", Spot.TITLE), ("words", Spot.TAGS))
            ],
            ranking.ELSEWHERE,
        )

    def _going_on(self, field: str, word: str) -> Query:
        if going_on := [one for one in self._goes_on_as if one.startswith(word)]:
            return _any(Query.term_query(self._schema, field, one, "basic") for one in going_on)
        return Query.fuzzy_term_query(self._schema, field, word, distance=0, prefix=True)

    def _counted(self, word: str, *, begun: bool = False) -> Query:
        if begun:
            return self._going_on("words", word)
        return _any([Query.term_query(self._schema, "stems", stem, "basic") for stem in self._stemmed.analyze(word)])


def _all(queries: Iterable[Query]) -> Query:
    first, *others = queries
    return Query.boolean_query([(Occur.Must, query) for query in (first, *others)]) if others else first


def _any(queries: Iterable[Query]) -> Query:
    first, *others = queries
    return Query.boolean_query([(Occur.Should, query) for query in (first, *others)]) if others else first


def _best(queries: Sequence[Query], others: float) -> Query:
    """The best one's points, and that share of the others'."""
    return Query.disjunction_max_query(queries, others) if len(queries) > 1 else queries[0]
