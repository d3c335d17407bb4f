"""One search in an index as it was committed: how its words are read, what fits, how many, and the page of it."""

from collections.abc import Sequence

from tantivy import Query

from services.catalog.places.distance import kilometres
from services.catalog.search import facets, ranking
from services.catalog.search.embedded.asked import Asked, asked_alike
from services.catalog.search.embedded.counts import Counting
from services.catalog.search.embedded.filters import Filters, place_of
from services.catalog.search.embedded.generations import Committed
from services.catalog.search.embedded.page import Page
from services.catalog.search.embedded.queries import Phrasing
from services.catalog.search.embedded.samples import Samples
from services.catalog.search.port import Findings, Question
from services.catalog.search.reading import Reader
from services.catalog.search.synonyms import Synonyms
from services.catalog.search.words import words_of


class Search:
    def __init__(self, committed: Committed, synonyms: Synonyms, most_counted: int) -> None:
        self.committed = committed
        self.filters = Filters(committed)
        self.samples = Samples(committed, most_counted)
        self._synonyms = synonyms

    def found(self, question: Question) -> Findings:
        asked = self.asked(question)
        counts = Counting(self.committed, self.filters, self.samples).counted(question, asked.counted)
        told = {name: one.values for name, one in counts.items()}
        total = told["total"][""]
        hits = self.hits(question, asked, total) if total else []
        return Findings(
            total=total,
            hits=[hit for hit, _ in hits],
            categories=told["category"],
            coops={facets.slug_and_name(key): count for key, count in told["coop"].items()},
            countries=told["country"],
            certifications=told["certification"],
            in_stock=told["in_stock"].get("1", 0),
            lowest=told["price"].get("lowest"),
            highest=told["price"].get("highest"),
            distances=[kilometres(question.near.place, place_of(place)) for _, place in hits] if question.near else (),
            meant=asked.meant,
            estimated=tuple(name for name, one in counts.items() if one.estimated),
        )

    def asked(self, question: Question, going_on: Sequence[str] = (), *, few: int = ranking.FEW) -> Asked:
        """The ladder of readings. What narrows a question does not change how its words are read.

        Where words are given as `going_on`, the last one that was typed goes on as these and as no others, and only
        titles are ranked. So `few` that fit literally are enough.
        """
        typed = words_of(question.text)
        if not typed:
            return asked_alike(Query.all_query(), Query.all_query(), 0)
        phrasing = self._phrasing(going_on)
        reader = Reader(self._synonyms, phrasing)
        literally = reader.literally(typed)
        asked = phrasing.all_of(literally).or_else(phrasing.coded(question.text))
        if phrasing.is_common(literally) or (hits := self._how_many(asked, question)) >= few:
            return asked
        reading = literally
        corrected = reader.corrected(typed)
        if corrected is not None:
            meant = phrasing.all_of(corrected)
            either = asked.or_else(meant) if hits else meant
            if (more := self._how_many(either, question)) > hits:
                asked, hits, reading = either, more, corrected
        if not hits:
            return phrasing.some_of(corrected or literally)
        # A soap with coffee fits who asks for organic coffee, and is no answer.
        if hits < few and len(reading.parts) > 1 and not phrasing.names(reading, asked):
            return asked.before(phrasing.some_of(reading))
        return asked

    def hits(self, question: Question, asked: Asked, total: int = 0) -> list[tuple[bytes, str]]:
        """A page of them, each with the place of its co-op; `total` is about how many fit, where that is known."""
        return Page(self.committed, self.filters, self.samples, question).hits(asked, total)

    def finished(self, begun: str) -> list[str]:
        """The words that begin so and that nobody writes, but by which something is there."""
        return list(Reader(self._synonyms, self._phrasing()).finished(begun))

    def numbered(self, begun: str) -> Asked | None:
        """Those whose article numbers begin so."""
        return self._phrasing().coded(begun, begun=True)

    def _phrasing(self, going_on: Sequence[str] = ()) -> Phrasing:
        return Phrasing(self.committed, self.samples, going_on)

    def _how_many(self, asked: Asked, question: Question) -> int:
        """No more than are enough to know whether they are few."""
        seen = self.filters.narrowed(asked.counted, Question(hidden_coops=question.hidden_coops))
        return self.samples.up_to(ranking.FEW, seen)
