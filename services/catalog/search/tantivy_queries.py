"""Readings as tantivy's queries, each made twice: to be ranked, and to be counted."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil, log

from tantivy import Occur, Query

from services.catalog.search import ranking
from services.catalog.search.facets import TOTAL
from services.catalog.search.ranking import POINTS
from services.catalog.search.ranking import Place as Spot
from services.catalog.search.reading import Part, Reading, Sense
from services.catalog.search.spots import is_head, is_titled, points_at, prefix_of
from services.catalog.search.tantivy_generations import STEMS, Committed
from services.catalog.search.tantivy_samples import Samples
from services.catalog.search.words import code_of

SHORTEST_CODE = 3  # Letters and digits of an article number that is begun.
_AFTER = 0.001  # Of the points of what comes after all that has any.
_COMMON = 1_000  # Goods that have a word; out of sight may be some, and gone since the last merge.

_LISTED = 50  # Words that begin alike and are looked up one by one; more than that are found by their beginning.


@dataclass(frozen=True, slots=True)
class Ranked:
    """A query, and the most points that anything gets of it."""

    query: Query
    most: float


@dataclass(frozen=True, slots=True)
class Asked:
    """One question twice: to be ranked, and to be counted, which need not know where a word stands.

    Nothing gets more than `most` points. `reaching` is the first without what cannot get so many. Where one word is
    asked for, whatever is in one of `lists` gets its points, the best list's; what is in none gets `beside` at most.
    """

    ranked: Query
    counted: Query
    most: float
    reaching: Callable[[float], Query]
    meant: str | None = None
    lists: Sequence[Ranked] = ()
    beside: float = 0

    def or_else(self, other: "Asked | None") -> "Asked":
        if other is None:
            return self
        return Asked(
            _any((self.ranked, other.ranked)),
            _any((self.counted, other.counted)),
            self.most + other.most,
            lambda least: _any((self.reaching(least - other.most), other.reaching(least - self.most))),
            other.meant,
        )

    def before(self, other: "Asked") -> "Asked":
        """All of it, and then what else the other one fits."""
        ranked = _any((self.ranked, Query.boost_query(other.ranked, _AFTER)))
        return asked_alike(ranked, _any((self.counted, other.counted)), self.most + _AFTER * other.most, self.meant)


def asked_alike(ranked: Query, counted: Query, most: float, meant: str | None = None) -> Asked:
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


class Phrasing:
    """Puts readings into queries, and tells the reader what is written on the shelves."""

    def __init__(self, committed: Committed, samples: Samples, going_on: Sequence[str] = ()) -> None:
        self._schema = committed.schema
        self._searcher = committed.searcher
        self._samples = samples
        self._goes_on_as = going_on
        self._listed_so: dict[tuple[str, float], Sequence[tuple[Ranked, bool]]] = {}
        self._begun_so: dict[str, Sequence[tuple[str, int]]] = {}
        self._others: dict[str, list[str]] = {}

    def times(self, word: str) -> int:
        return int(self._searcher.doc_freq("words", word))

    def beginning(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        found: Sequence[tuple[str, int]] = self._searcher.terms_with_prefix("words", prefix, limit=limit)
        return found

    def _going_on_from(self, word: str) -> Sequence[tuple[str, int]]:
        if word not in self._begun_so:
            self._begun_so[word] = self.beginning(word, _LISTED)
        return self._begun_so[word]

    def forms(self, word: str) -> int:
        return max((self._searcher.doc_freq("stems", stem) for stem in STEMS.analyze(word)), default=0)

    def together(self, words: Sequence[str]) -> bool:
        return self._any_fits(_all([self._counted(word) for word in words]))

    def beside(self, words: Sequence[str]) -> bool:
        stems: list[str | tuple[int, str]] = [stem for word in words for stem in STEMS.analyze(word)]
        return len(stems) > 1 and self._any_fits(Query.phrase_query(self._schema, "title_stems", stems, 0))

    def is_common(self, reading: Reading) -> bool:
        """Whether so many fit that nobody needs to look whether they are few; the dictionary knows it of one word."""
        if len(reading.words) > 1:
            return False
        times = [
            self.times(word) if not sense.begun else max((count for _, count in self._going_on_from(word)), default=0)
            for part in reading.parts
            for sense in part.senses
            if len(sense.words) == 1
            for word in sense.words
        ]
        return max(times, default=0) >= _COMMON

    def all_of(self, reading: Reading) -> Asked:
        """What fits every part; words that stand together in the title weigh more."""
        together = self._together(reading)
        bonus = sum(one.most for one in together)
        whole = [self._ranked_part(part) for part in reading.parts]
        most = sum(one.most for one in whole) + bonus

        def ranked(parts: Iterable[Ranked]) -> Query:
            must, should = ((Occur.Must, one.query) for one in parts), ((Occur.Should, one.query) for one in together)
            return Query.boolean_query([*must, *should])

        def reaching(least: float) -> Query:
            # What a part has to bring where all others bring the most they can.
            floors = (Floor(least - most + bonus + own.most, bonus, reading.words) for own in whole)
            return ranked(map(self._ranked_part, reading.parts, floors))

        asked = Asked(ranked(whole), _all(map(self._counted_part, reading.parts)), most, reaching, reading.meant)
        return self._listed(asked, reading.parts[0]) if len(reading.parts) == 1 and not together else asked

    def _listed(self, asked: Asked, part: Part) -> Asked:
        """With the lists of its words; what several words say together, and words that go on, stand beside."""
        alone = [sense for sense in part.senses if len(sense.words) == 1 and not sense.begun]
        others = [self._ranked_sense(one, len(part.asked), GROUND) for one in part.senses if one not in alone]
        if part.parts:
            others.append(_sum([self._ranked_part(one) for one in part.parts]))
        lists = [one for sense in alone for one, _ in self._lists(sense.words[0], sense.weight * len(part.asked))]
        return replace(asked, lists=lists, beside=max((one.most for one in others), default=0))

    def some_of(self, reading: Reading) -> Asked:
        """What fits half of the parts at least, or one where that is little; rare words weigh more than common ones."""
        fits = {part: hits for part in reading.parts if (hits := self._fitting(part))}
        if not fits:
            return asked_alike(Query.empty_query(), Query.empty_query(), 0)
        weights = {part: log(1 + self._searcher.num_docs / hits) for part, hits in fits.items()}
        parts = {part: self._ranked_part(part) for part in fits}
        ranked = [(Occur.Should, Query.boost_query(one.query, weights[part])) for part, one in parts.items()]
        most = sum(one.most * weights[part] for part, one in parts.items())
        counted = [(Occur.Should, self._counted_part(part)) for part in fits]
        least = ceil(len(fits) / 2)
        if not self._many_fit(half := Query.boolean_query(counted, minimum_number_should_match=least)):
            least, half = 1, Query.boolean_query(counted)
        return asked_alike(Query.boolean_query(ranked, minimum_number_should_match=least), half, most, reading.meant)

    def names(self, reading: Reading, asked: Asked) -> bool:
        """Whether something that fits is one of the things asked for, and has not only to do with them."""
        named = [
            self._spot(term)
            for part in reading.parts
            for sense in part.senses
            for word in sense.words
            for stem in STEMS.analyze(word)
            for term, _ in self._searcher.terms_with_prefix("spots", prefix_of(stem))
            if is_head(term)
        ]
        return bool(named) and self._any_fits(_all((asked.counted, _any(named))))

    def coded(self, text: str, *, begun: bool = False) -> Asked | None:
        """The product whose article number this is, or those whose numbers begin so."""
        code = code_of(text)
        if begun and len(code) >= SHORTEST_CODE:
            query = Query.fuzzy_term_query(self._schema, "code", code, distance=0, prefix=True)
            return asked_alike(query, query, 1) if self._any_fits(query) else None
        if not code or not self._searcher.doc_freq("code", code):
            return None
        query = Query.const_score_query(Query.term_query(self._schema, "code", code, "basic"), ranking.CODE_POINTS)
        return asked_alike(query, query, ranking.CODE_POINTS)

    def _any_fits(self, query: Query) -> bool:
        return self._samples.up_to(1, query) > 0

    def _many_fit(self, query: Query) -> bool:
        return self._samples.up_to(ranking.FEW, query) >= ranking.FEW

    def _fitting(self, part: Part) -> int:
        return int(self._searcher.aggregate(self._counted_part(part), TOTAL)["total"]["value"])

    def _together(self, reading: Reading) -> list[Ranked]:
        words: list[str | tuple[int, str]] = [stem for word in reading.words for stem in STEMS.analyze(word)]
        if len(words) < 2:
            return []
        return [
            _worth(Query.phrase_query(self._schema, "title_stems", words, slop), points)
            for slop, points in ((2, ranking.NEARER_POINTS), (0, ranking.TOGETHER_POINTS))
        ]

    def _ranked_part(self, part: Part, floor: Floor = GROUND) -> Ranked:
        """The best of its ways, without what stays below the floor."""
        ways = [self._ranked_sense(sense, len(part.asked), floor) for sense in part.senses]
        if part.parts:
            ways.append(_sum([self._ranked_part(one) for one in part.parts]))
        best = max(way.most for way in ways)
        queries = [way.query for way in ways if way.most and way.most >= min(floor.together, best)]
        return Ranked(_best(queries or [Query.empty_query()], 0.0), best)

    def _ranked_sense(self, sense: Sense, asked: int, floor: Floor) -> Ranked:
        # A sense that stands for several words weighs as much as they would.
        weight = sense.weight * asked / len(sense.words)
        if sense.begun:
            return _sum([self._begun(word, weight) for word in sense.words])
        return _sum([self._ranked(word, weight, GROUND if sense.words[1:] else floor) for word in sense.words])

    def _counted_part(self, part: Part) -> Query:
        ways = [query for sense in part.senses for query in self._counted_sense(sense)]
        if part.parts:
            ways.append(_all(map(self._counted_part, part.parts)))
        return _any(ways)

    def _counted_sense(self, sense: Sense) -> list[Query]:
        if sense.begun:
            return [query for word in sense.words for query in self._going_on("words", word)]
        return [_all(map(self._counted, sense.words))]

    def _ranked(self, word: str, weight: float, floor: Floor) -> Ranked:
        lists = self._lists(word, weight)
        high = [one.query for one, titled in lists if one.most >= floor.of(word, titled=titled)]
        return Ranked(_any(high), max((one.most for one, _ in lists), default=0))

    def _lists(self, word: str, weight: float) -> Sequence[tuple[Ranked, bool]]:
        """One for each way in which the word stands on goods, and whether it stands in their titles."""
        if (lists := self._listed_so.get((word, weight))) is None:
            spots = [
                term
                for stem in STEMS.analyze(word)
                for term, _ in self._searcher.terms_with_prefix("spots", prefix_of(stem))
                if not self._goes_on_as or is_titled(term)
            ]
            lists = self._listed_so[word, weight] = [
                (_worth(self._spot(term), weight * points_at(term, word)), is_titled(term)) for term in spots
            ]
        return lists

    def _spot(self, term: str) -> Query:
        return Query.term_query(self._schema, "spots", term, "basic")

    def _begun(self, word: str, weight: float) -> Ranked:
        most = POINTS[Spot.TITLE] * weight
        titled = self._going_on("title", word)
        if not titled:
            return Ranked(Query.empty_query(), 0)
        if self._goes_on_as:
            return _worth(_any(titled), most)
        each = [
            Query.const_score_query(_any(queries), POINTS[spot] * weight)
            for queries, spot in ((titled, Spot.TITLE), (self._going_on("words", word), Spot.TAGS))
        ]
        return Ranked(_best(each, ranking.ELSEWHERE), most + ranking.ELSEWHERE * POINTS[Spot.TAGS] * weight)

    def _going_on(self, field: str, word: str) -> list[Query]:
        """What begins so. Its own forms are found as such, and bring more points."""
        if self._goes_on_as:
            others = [one for one in self._goes_on_as if one.startswith(word)]
        else:
            if len(self._going_on_from(word)) == _LISTED:
                return [Query.fuzzy_term_query(self._schema, field, word, distance=0, prefix=True)]
            others = self._other_words(word)
        return [Query.term_query(self._schema, field, one, "basic") for one in others]

    def _other_words(self, begun: str) -> list[str]:
        if begun not in self._others:
            own = set(STEMS.analyze(begun))
            written = self._going_on_from(begun)
            self._others[begun] = [one for one, _ in written if own.isdisjoint(STEMS.analyze(one))]
        return self._others[begun]

    def _counted(self, word: str) -> Query:
        return _any(Query.term_query(self._schema, "stems", stem, "basic") for stem in STEMS.analyze(word))


def _worth(query: Query, points: float) -> Ranked:
    return Ranked(Query.const_score_query(query, points), points)


def _sum(each: Sequence[Ranked]) -> Ranked:
    return Ranked(_all(one.query for one in each), sum(one.most for one in each))


def _all(queries: Iterable[Query]) -> Query:
    first, *others = queries
    return Query.boolean_query([(Occur.Must, query) for query in (first, *others)]) if others else first


def _any(queries: Iterable[Query]) -> Query:
    each = list(queries)
    if len(each) == 1:
        return each[0]
    return Query.boolean_query([(Occur.Should, query) for query in each]) if each else Query.empty_query()


def _best(queries: Sequence[Query], others: float) -> Query:
    """The best one's points, and that share of the others'."""
    return Query.disjunction_max_query(queries, others) if len(queries) > 1 else queries[0]
