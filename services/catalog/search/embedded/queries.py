"""Readings as tantivy's queries."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from math import ceil, log

from tantivy import Occur, Query

from services.catalog.search import ranking
from services.catalog.search.embedded.asked import GROUND, Asked, Floor, Ranked, asked_alike, best_of, scored, summed
from services.catalog.search.embedded.fits import Every, Fits, OneOf, query_of
from services.catalog.search.embedded.generations import STEMS, Committed
from services.catalog.search.embedded.lists import Lists, WordList
from services.catalog.search.embedded.samples import Samples
from services.catalog.search.facets import PRICES
from services.catalog.search.ranking import POINTS
from services.catalog.search.ranking import Place as Spot
from services.catalog.search.reading import Part, Reading, Sense
from services.catalog.search.spots import is_head, is_titled, points_at, prefix_of
from services.catalog.search.words import code_of

SHORTEST_CODE = 3  # Letters and digits of an article number that is begun.
_COMMON = 1_000  # Goods that have a word; out of sight may be some, and gone since the last merge.
_FRACTION = 256  # Into so many parts a point is divided.
_LISTED = 50  # Words that begin alike and are looked up one by one; more than that are found by their beginning.


class Phrasing:
    """Puts readings into queries, and tells the reader what is written on the shelves."""

    def __init__(self, committed: Committed, samples: Samples, going_on: Sequence[str] = ()) -> None:
        self._schema = committed.schema
        self._searcher = committed.searcher
        self._samples = samples
        self._goes_on_as = going_on
        self._listed_so: dict[tuple[str, float], Sequence[WordList]] = {}
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
        return self._any_fits(Every([self._counted(word) for word in words]))

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

        counted, lists = [self._counted_part(part) for part in reading.parts], self._listed(reading, whole, together)
        return Asked(ranked(whole), Every(counted), most, reaching, reading.meant, lists)

    def _listed(self, reading: Reading, whole: Sequence[Ranked], together: Sequence[Ranked]) -> Lists:
        """The lists of its words; what several words say together, and words that go on, stand beside."""
        bonus = sum(one.most for one in together)
        rows, beside = [], 0.0
        for part, own in zip(reading.parts, whole, strict=True):
            rows.append(self._row(part))
            # Who is in no list of a word has not that word in the title.
            alone = part.asked[1:] == () and part.asked[0] in reading.words
            others = sum(one.most for one in whole) - own.most + (0 if alone else bonus)
            beside = max(beside, *(one.most + others for one in self._not_listed(part)), 0.0)
        return Lists(rows, _bonuses(together), beside)

    def _row(self, part: Part) -> Sequence[WordList]:
        alone = [sense for sense in part.senses if _is_listed(sense)]
        lists = [one for sense in alone for one in self._lists(sense.words[0], sense.weight * len(part.asked))]
        return sorted(lists, key=lambda one: -one.points)

    def _not_listed(self, part: Part) -> Iterator[Ranked]:
        yield from (self._ranked_sense(one, len(part.asked), GROUND) for one in part.senses if not _is_listed(one))
        if part.parts:
            yield summed([self._ranked_part(one) for one in part.parts])

    def some_of(self, reading: Reading) -> Asked:
        """What fits half of the parts at least, or one where that is little; rare words weigh more than common ones."""
        fits = {part: hits for part in reading.parts if (hits := self._fitting(part))}
        if not fits:
            return asked_alike(Query.empty_query(), Query.empty_query(), 0)
        weights = {
            part: log(1 + self._searcher.num_docs / hits) / part.closeness(self.forms) for part, hits in fits.items()
        }
        parts = {part: self._ranked_part(part) for part in fits}
        ranked = [(Occur.Should, Query.boost_query(one.query, weights[part])) for part, one in parts.items()]
        most = sum(one.most * weights[part] for part, one in parts.items())
        counted = [self._counted_part(part) for part in fits]
        some = OneOf(counted, ceil(len(fits) / 2))
        if not self._many_fit(some):
            some = OneOf(counted)
        ordered = Query.boolean_query(ranked, minimum_number_should_match=some.least)
        return asked_alike(ordered, some, most, reading.meant)

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
        return bool(named) and self._any_fits(Every((asked.counted, OneOf(named))))

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

    def _any_fits(self, fits: Fits) -> bool:
        return self._samples.up_to(1, fits) > 0

    def _many_fit(self, fits: Fits) -> bool:
        return self._samples.up_to(ranking.FEW, fits) >= ranking.FEW

    def _fitting(self, part: Part) -> int:
        return int(self._searcher.aggregate(query_of(self._counted_part(part)), PRICES)["prices"]["count"])

    def _together(self, reading: Reading) -> list[Ranked]:
        words: list[str | tuple[int, str]] = [stem for word in reading.words for stem in STEMS.analyze(word)]
        if len(words) < 2:
            return []
        return [
            scored(Query.phrase_query(self._schema, "title_stems", words, slop), points)
            for slop, points in ((2, ranking.NEARER_POINTS), (0, ranking.TOGETHER_POINTS))
        ]

    def _ranked_part(self, part: Part, floor: Floor = GROUND) -> Ranked:
        """The best of its ways, without what stays below the floor."""
        ways = [self._ranked_sense(sense, len(part.asked), floor) for sense in part.senses]
        if part.parts:
            ways.append(summed([self._ranked_part(one) for one in part.parts]))
        best = max(way.most for way in ways)
        queries = [way.query for way in ways if way.most and way.most >= min(floor.together, best)]
        return Ranked(best_of(queries or [Query.empty_query()], 0.0), best)

    def _ranked_sense(self, sense: Sense, asked: int, floor: Floor) -> Ranked:
        # A sense that stands for several words weighs as much as they would.
        weight = sense.weight * asked / len(sense.words)
        if sense.begun:
            return summed([self._begun(word, weight) for word in sense.words])
        return summed([self._ranked(word, weight, GROUND if sense.words[1:] else floor) for word in sense.words])

    def _counted_part(self, part: Part) -> Fits:
        ways = [fits for sense in part.senses for fits in self._counted_sense(sense)]
        if part.parts:
            ways.append(Every([self._counted_part(one) for one in part.parts]))
        return OneOf(ways)

    def _counted_sense(self, sense: Sense) -> Sequence[Fits]:
        if sense.begun:
            return [query for word in sense.words for query in self._going_on("words", word)]
        if sense.words[1:]:
            return [Every([self._counted(word) for word in sense.words])]
        return self._stemmed(sense.words[0])

    def _ranked(self, word: str, weight: float, floor: Floor) -> Ranked:
        lists = self._lists(word, weight)
        high = [
            Query.const_score_query(one.query, one.points)
            for one in lists
            if one.points >= floor.of(word, titled=bool(one.titled))
        ]
        return Ranked(OneOf(high).within(), max((one.points for one in lists), default=0))

    def _lists(self, word: str, weight: float) -> Sequence[WordList]:
        """One for each way in which the word stands on goods."""
        if (lists := self._listed_so.get((word, weight))) is None:
            lists = self._listed_so[word, weight] = [
                WordList(
                    self._spot(term),
                    _told_exactly(weight * points_at(term, word)),
                    stem if is_titled(term) else "",
                    term,
                )
                for stem in STEMS.analyze(word)
                for term, _ in self._searcher.terms_with_prefix("spots", prefix_of(stem))
                if not self._goes_on_as or is_titled(term)
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
            return scored(OneOf(titled).within(), most)
        each = [
            Query.const_score_query(OneOf(queries).within(), POINTS[spot] * weight)
            for queries, spot in ((titled, Spot.TITLE), (self._going_on("words", word), Spot.TAGS))
        ]
        return Ranked(best_of(each, ranking.ELSEWHERE), most + ranking.ELSEWHERE * POINTS[Spot.TAGS] * weight)

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

    def _counted(self, word: str) -> Fits:
        return OneOf(self._stemmed(word))

    def _stemmed(self, word: str) -> Sequence[Query]:
        return [Query.term_query(self._schema, "stems", stem, "basic") for stem in STEMS.analyze(word)]


def _told_exactly(points: float) -> float:
    """In a fraction that sums keep, in whichever order they add: what is as good stands beside each other."""
    return round(points * _FRACTION) / _FRACTION


def _is_listed(sense: Sense) -> bool:
    return len(sense.words) == 1 and not sense.begun


def _bonuses(together: Sequence[Ranked]) -> Sequence[tuple[Query, float]]:
    """Words that stand closest together get all of it, and others as much as what they fit; the most points first."""
    most = list(accumulate(one.most for one in together))
    return [(one.query, points) for one, points in zip(together, most, strict=True)][::-1]
