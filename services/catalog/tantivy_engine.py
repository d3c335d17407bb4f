"""Search in a folder of this machine, by tantivy; the one file that knows it."""

import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, log
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from tantivy import (
    Document,
    FieldType,
    Filter,
    Index,
    Occur,
    Order,
    Query,
    SchemaBuilder,
    TextAnalyzer,
    TextAnalyzerBuilder,
    Tokenizer,
)

from services.catalog import search_ranking as ranking
from services.catalog.distance import kilometres
from services.catalog.reading import Part, Reader, Reading, Sense
from services.catalog.search import Entry, Findings, Near, Place, Question, Sort, Suggestion
from services.catalog.search_ranking import POINTS
from services.catalog.search_ranking import Place as Spot
from services.catalog.search_words import LONGEST, Word, code_of, little_words, words_of
from services.catalog.spots import HEADLINE, points_at, prefix_of, spots_of, texts_of, worth_of
from services.catalog.synonyms import Synonyms, load_synonyms

VERSION = 5  # Names the folder: another schema starts an index of its own, filled again from the database.
WRITER_HEAP = 32_000_000
DEEPEST = 10_000  # Hits beyond which nobody turns pages.
REMEMBERED = 256  # Answers kept until the next commit.
_NEARER = 4_096.0  # Points of one place nearer; more than any question has.


def _analyzer(*extra: Filter) -> TextAnalyzer:
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(LONGEST + 1)).filter(Filter.lowercase())
    for each in extra:
        builder = builder.filter(each)
    return builder.build()


def _schema() -> Any:
    """`words` and `stems` hold the words of all places but the description, and the stems of all.

    In `spots` a product has one term for each of its stems, which says where that stem stands: a word that is asked
    for is looked up in one list for each way it may stand, and no product is in two of them.
    """
    builder = SchemaBuilder()
    for field in ("id", "coop_id", "coop_slug", "code", "spots"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in ("category", "coop_facet", "country", "certification"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("place", tokenizer_name="raw", index_option="basic", stored=True)
    for field in ("title", "words"):
        builder.add_text_field(field, tokenizer_name="words", index_option="basic")
    builder.add_text_field("title_stems", tokenizer_name="stems", index_option="position")
    builder.add_text_field("stems", tokenizer_name="stems", index_option="basic")
    for field in ("price", "created", "stocked"):
        builder.add_unsigned_field(field, fast=True)
    builder.add_boolean_field("in_stock", indexed=True)
    builder.add_float_field("worth", fast=True)
    builder.add_bytes_field("hit", stored=True)
    return builder.build()


class TantivyEngine:
    """Opens the index in `folder`, or begins it. A process that only asks never takes the writer's lock."""

    waits: ClassVar[bool] = False

    def __init__(self, folder: Path, synonyms: Synonyms | None = None) -> None:
        path = self._path = folder / f"v{VERSION}"
        path.mkdir(parents=True, exist_ok=True)
        self._schema = _schema()
        self._index = Index(self._schema, path=str(path))
        self._stems = _analyzer(Filter.stemmer("english"))
        self._index.register_tokenizer("words", _analyzer())
        self._index.register_tokenizer("stems", self._stems)
        self._index.config_reader("manual")
        self._commit = path / "meta.json"
        self._seen = (0, 0, 0)
        self._synonyms = synonyms or load_synonyms()
        # What was found since the last commit, and which places lie near what was asked about.
        self._answers: dict[str, Findings] = {}
        self._within: dict[Near, list[str]] = {}

    def search(self, question: Question) -> Findings:
        """What fits all words first; where that is little, whatever was probably meant; then what fits some words."""
        searcher = self._searcher()
        key = repr(question)
        if (answer := self._answers.get(key)) is None:
            answer = self._found(searcher, question)
            if len(self._answers) < REMEMBERED:
                self._answers[key] = answer
        return answer

    def suggest(self, begun: str, *, limit: int, hidden_coops: Collection[UUID] = ()) -> Suggestion:
        """The last word is taken as one that goes on, those before it as finished."""
        typed = words_of(begun)
        if not typed:
            return Suggestion((), ())
        searcher = self._searcher()
        question = Question(begun, limit=limit, hidden_coops=hidden_coops)
        # Who is still typing is not corrected while what is there goes on as something.
        asked = self._asked(searcher, question, few=1)
        hits = [hit for hit, _ in self._hits(searcher, question, asked)]
        words = self._going_on(searcher, question, typed)
        if not words and asked.meant:
            words = [asked.meant]
        return Suggestion(words, hits)

    def write(self, entries: Sequence[Entry], gone: Sequence[UUID]) -> None:
        """One commit for all of it."""
        writer = self._index.writer(WRITER_HEAP, 1)
        try:
            for product in (*(entry.hit.id for entry in entries), *gone):
                writer.delete_documents_by_term("id", str(product))
            for entry in entries:
                writer.add_document(_document(entry, self._stems))
            writer.commit()
        finally:
            # Gives the index's lock back, also where something above has failed: the next commit needs it.
            writer.wait_merging_threads()

    def known(self) -> set[UUID]:
        """Read from the ids' own dictionary: an aggregation gives up beyond 65,000 of them."""
        ids = self._searcher().terms_with_prefix("id", "", filter_query=Query.all_query())
        return {UUID(product) for product, count in ids if count}

    def complete(self) -> None:
        """The folders of earlier schemas go."""
        for folder in self._path.parent.glob("v*"):
            if folder != self._path:
                shutil.rmtree(folder)

    def _searcher(self) -> Any:
        """Sees what any process has committed: each commit puts a new file in the place of the last one's."""
        told = self._commit.stat()
        committed = (told.st_mtime_ns, told.st_ino, told.st_size)
        if committed != self._seen:
            self._index.reload()
            self._seen = committed
            self._answers, self._within = {}, {}
        return self._index.searcher()

    def _found(self, searcher: Any, question: Question) -> Findings:
        asked = self._asked(searcher, question)
        counted = self._counted(searcher, question, asked)
        hits = self._hits(searcher, question, asked)
        return Findings(
            total=int(counted["total"]["value"]),
            hits=[hit for hit, _ in hits],
            categories=_buckets(counted["categories"]),
            coops={_pair(key): count for key, count in _buckets(counted["coops"]).items()},
            countries=_buckets(counted["countries"]),
            certifications=_buckets(counted["certifications"]),
            in_stock=_buckets(counted["in_stock"]).get("1", 0),
            lowest=_whole(counted["lowest"]),
            highest=_whole(counted["highest"]),
            distances=[kilometres(question.near.place, _place(place)) for _, place in hits] if question.near else (),
            meant=asked.meant,
        )

    def _asked(self, searcher: Any, question: Question, few: int = ranking.FEW) -> "_Asked":
        """The ladder of readings. What narrows a question does not change how its words are read."""
        typed = words_of(question.text)
        if not typed:
            return _Asked(Query.all_query(), Query.all_query())
        phrasing = _Phrasing(self._schema, searcher, self._stems)
        reader = Reader(self._synonyms, phrasing)
        literally = reader.literally(typed)
        asked = phrasing.all_of(literally).or_else(phrasing.coded(question.text))
        if (hits := self._how_many(searcher, asked, question)) >= few:
            return asked
        corrected = reader.corrected(typed)
        if corrected is not None:
            either = asked.or_else(phrasing.all_of(corrected))
            if self._how_many(searcher, either, question) > hits:
                return either
        return asked if hits else phrasing.some_of(corrected or literally)

    def _how_many(self, searcher: Any, asked: "_Asked", question: Question) -> int:
        """No more than are enough to know whether they are few."""
        seen = self._filtered(asked.counted, Question(hidden_coops=question.hidden_coops))
        return len(searcher.search(seen, limit=ranking.FEW, count=False).hits)

    def _going_on(self, searcher: Any, question: Question, typed: Sequence[Word]) -> list[str]:
        """Words that begin like the last one, on goods that have those before it: the commonest of titles, then others.

        Co-ops and categories stand on many goods, and nobody who begins with `br` means a brewery before bread.
        """
        *before, begun = typed
        narrowed = [(Occur.Must, Query.term_query(self._schema, "words", word.plain, "basic")) for word in before]
        if question.hidden_coops:
            narrowed += [(Occur.Must, Query.all_query()), self._out_of_sight(question)]
        among = Query.boolean_query(narrowed) if narrowed else None
        said = {tuple(self._stems.analyze(word.plain)) for word in before}
        forms: dict[tuple[str, ...], str] = {}
        for field in ("title", "words"):
            # A few more than are wanted, for those that are the same word in another form.
            found = searcher.terms_with_prefix(field, begun.plain, filter_query=among, limit=3 * question.limit)
            for word, count in found:
                stem = tuple(self._stems.analyze(word))
                if count and word.isalpha() and word not in little_words() and stem not in said:
                    forms.setdefault(stem, word)
            if len(forms) >= question.limit:
                break
        return [" ".join((*(word.typed for word in before), word)) for word in forms.values()][: question.limit]

    def _hits(self, searcher: Any, question: Question, asked: "_Asked") -> list[tuple[bytes, str]]:
        """Each with the place of its co-op."""
        offset = (question.page - 1) * question.limit
        if offset + question.limit > DEEPEST:
            return []
        by, order = _order(question)
        nearest = question.sort is Sort.NEAREST and question.near
        query = self._filtered(asked.ranked, question)
        if nearest:
            query = self._nearest_first(query, nearest)
        found = searcher.search(
            query, limit=question.limit, count=False, offset=offset, order_by_field=by, order=order,
            weight_by_field=None if by or nearest else "worth",
        )  # fmt: skip
        documents = [searcher.doc(address) for _, address in found.hits]
        return [(document.get_first("hit"), document.get_first("place") or "") for document in documents]

    def _counted(self, searcher: Any, question: Question, asked: "_Asked") -> dict[str, Any]:
        """What fits, and the facets beside it; one question for all that the same filters narrow."""
        same = self._filtered(asked.counted, question)
        counts: dict[Query, dict[str, Any]] = {same: dict(_TOTAL)}
        for facet, narrowed in _NARROWED.items():
            own = any(getattr(question, name) not in _ANYTHING for name in narrowed)
            query = self._filtered(asked.counted, question, without=facet) if own else same
            counts.setdefault(query, {}).update(_COUNT[facet])
        return {
            name: told for query, wanted in counts.items() for name, told in searcher.aggregate(query, wanted).items()
        }

    def _filtered(self, asked: Query, question: Question, without: str = "") -> Query:
        parts = [(Occur.Must, asked)]
        if question.categories is not None and without != "category":
            parts.append((Occur.Must, self._any_of("category", question.categories)))
        for facet, (field, name) in _CHOICES.items():
            if (chosen := getattr(question, name)) and without != facet:
                parts.append((Occur.Must, self._any_of(field, chosen)))
        if without != "price" and (question.min_price is not None or question.max_price is not None):
            priced = Query.range_query(
                self._schema, "price", FieldType.Unsigned, question.min_price or 0, question.max_price
            )
            parts.append((Occur.Must, Query.const_score_query(priced, 0.0)))
        if question.in_stock and without != "in_stock":
            parts.append((Occur.Must, Query.const_score_query(Query.term_query(self._schema, "in_stock", True), 0.0)))
        if question.near:
            parts.append((Occur.Must, self._any_of("place", self._places_within(question.near))))
        if question.hidden_coops:
            parts.append(self._out_of_sight(question))
        return Query.boolean_query(parts) if len(parts) > 1 else asked

    def _out_of_sight(self, question: Question) -> tuple[Occur, Query]:
        return Occur.MustNot, self._any_of("coop_id", [str(one) for one in question.hidden_coops])

    def _any_of(self, field: str, values: Sequence[str]) -> Query:
        """Filters weigh nothing in the ranking. A query for a set walks the whole dictionary, and these are few."""
        terms = [(Occur.Should, Query.term_query(self._schema, field, one, "basic")) for one in values]
        return Query.const_score_query(Query.boolean_query(terms), 0.0)

    def _places_within(self, near: Near) -> list[str]:
        """Nearest first. There are as many places as co-ops, so the few that lie near are looked for, and exactly."""
        if (within := self._within.get(near)) is None:
            everywhere = (place for place, _ in self._searcher().terms_with_prefix("place", ""))
            apart = {place: kilometres(near.place, _place(place)) for place in everywhere}
            within = sorted((one for one in apart if apart[one] <= near.radius_km), key=apart.__getitem__)
            if len(self._within) < REMEMBERED:
                self._within[near] = within
        return within

    def _nearest_first(self, query: Query, near: Near) -> Query:
        """Each place counts for more than all points of a question; what is as near stands by relevance."""
        places = self._places_within(near)
        steps = [
            Query.const_score_query(Query.term_query(self._schema, "place", place, "basic"), step * _NEARER)
            for step, place in enumerate(reversed(places))
        ]
        return Query.boolean_query([(Occur.Must, query), *((Occur.Should, step) for step in steps)])


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question twice: to be ranked, and to be counted, which need not know where a word stands."""

    ranked: Query
    counted: Query
    meant: str | None = None

    def or_else(self, other: "_Asked | None") -> "_Asked":
        if other is None:
            return self
        return _Asked(_any((self.ranked, other.ranked)), _any((self.counted, other.counted)), other.meant)


class _Phrasing:
    """Puts readings into queries, and tells the reader what is written on the shelves."""

    def __init__(self, schema: Any, searcher: Any, stems: TextAnalyzer) -> None:
        self._schema = schema
        self._searcher = searcher
        self._stemmed = stems

    def times(self, word: str) -> int:
        return int(self._searcher.doc_freq("words", word))

    def beginning(self, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        found: list[tuple[str, int]] = self._searcher.terms_with_prefix("words", prefix, limit=limit)
        return found

    def forms(self, word: str) -> int:
        return max((self._searcher.doc_freq("stems", stem) for stem in self._stemmed.analyze(word)), default=0)

    def together(self, words: Sequence[str]) -> bool:
        return self._any_fits(_all([self._counted(word) for word in words]))

    def all_of(self, reading: Reading) -> _Asked:
        """What fits every part; words that stand together in the title weigh more."""
        ranked = [(Occur.Must, self._ranked_part(part)) for part in reading.parts]
        ranked += [(Occur.Should, bonus) for bonus in self._together(reading)]
        return _Asked(Query.boolean_query(ranked), _all(map(self._counted_part, reading.parts)), reading.meant)

    def some_of(self, reading: Reading) -> _Asked:
        """What fits half of the parts at least, or only one: a rare word weighs more than one that many have."""
        fits = {part: hits for part in reading.parts if (hits := self._fitting(part))}
        if not fits:
            return _Asked(Query.empty_query(), Query.empty_query())
        weights = {part: log(1 + self._searcher.num_docs / hits) for part, hits in fits.items()}
        ranked = [(Occur.Should, Query.boost_query(self._ranked_part(part), weights[part])) for part in fits]
        counted = [(Occur.Should, self._counted_part(part)) for part in fits]
        least = ceil(len(fits) / 2)
        if not self._any_fits(half := Query.boolean_query(counted, minimum_number_should_match=least)):
            least, half = 1, Query.boolean_query(counted)
        return _Asked(Query.boolean_query(ranked, minimum_number_should_match=least), half, reading.meant)

    def coded(self, text: str) -> _Asked | None:
        """The product whose article number this is."""
        code = code_of(text)
        if not code or not self._searcher.doc_freq("code", code):
            return None
        query = Query.const_score_query(Query.term_query(self._schema, "code", code, "basic"), ranking.CODE_POINTS)
        return _Asked(query, query)

    def _any_fits(self, query: Query) -> bool:
        return bool(self._searcher.search(query, limit=1, count=False).hits)

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
            ]
            or [Query.empty_query()]
        )

    def _begun(self, word: str, weight: float) -> Query:
        return _best(
            [
                Query.boost_query(self._going_on(field, word), POINTS[spot] * weight)
                for field, spot in (("title", Spot.TITLE), ("words", Spot.TAGS))
            ],
            ranking.ELSEWHERE,
        )

    def _going_on(self, field: str, word: str) -> Query:
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


_TOTAL = {"total": {"value_count": {"field": "price"}}}
# What narrows each facet, and what is counted for it.
_NARROWED = {
    "category": ("categories",),
    "coop": ("coops",),
    "country": ("countries",),
    "certification": ("certifications",),
    "in_stock": ("in_stock",),
    "price": ("min_price", "max_price"),
}
# Facets of which any of several may be chosen: the index's field, and the question's.
_CHOICES = {
    "coop": ("coop_slug", "coops"),
    "country": ("country", "countries"),
    "certification": ("certification", "certifications"),
}
_ANYTHING: tuple[object, ...] = (None, (), [], False)
_COUNT: dict[str, dict[str, Any]] = {
    "category": {"categories": {"terms": {"field": "category", "size": 200}}},
    "coop": {"coops": {"terms": {"field": "coop_facet", "size": 200}}},
    "country": {"countries": {"terms": {"field": "country", "size": 250}}},
    "certification": {"certifications": {"terms": {"field": "certification", "size": 200}}},
    "in_stock": {"in_stock": {"terms": {"field": "stocked", "size": 2}}},
    "price": {"lowest": {"min": {"field": "price"}}, "highest": {"max": {"field": "price"}}},
}


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


def _document(entry: Entry, stems: TextAnalyzer) -> Document:
    hit = entry.hit
    places = texts_of(entry)
    headline = " ".join(places[place] for place in HEADLINE)
    document = Document()
    for field, value in (
        ("id", str(hit.id)),
        ("coop_id", str(entry.coop_id)),
        ("coop_slug", hit.coop.slug),
        ("coop_facet", f"{hit.coop.slug}\t{hit.coop.name}"),
        ("category", hit.category),
        ("country", entry.country),
        ("title", places[Spot.TITLE]),
        ("title_stems", places[Spot.TITLE]),
        ("words", headline),
        ("stems", f"{headline} {places[Spot.DESCRIPTION]}"),
        *(("spots", term) for term in spots_of(places, stems.analyze)),
        *(("certification", each) for each in entry.certifications),
        *(("code", code_of(each)) for each in entry.codes),
    ):
        if value:
            document.add_text(field, value)
    if entry.place:
        document.add_text("place", f"{entry.place.latitude},{entry.place.longitude}")
    document.add_unsigned("price", hit.price.amount)
    document.add_unsigned("created", entry.created)
    document.add_boolean("in_stock", hit.in_stock)
    document.add_unsigned("stocked", int(hit.in_stock))
    document.add_float("worth", worth_of(entry))
    document.add_bytes("hit", hit.model_dump_json().encode())
    return document


def _place(written: str) -> Place:
    latitude, _, longitude = written.partition(",")
    return Place(float(latitude), float(longitude))


def _buckets(counted: dict[str, Any]) -> dict[str, int]:
    return {str(bucket["key"]): bucket["doc_count"] for bucket in counted["buckets"]}


def _pair(key: str) -> tuple[str, str]:
    slug, _, name = key.partition("\t")
    return slug, name


def _whole(found: dict[str, float | None]) -> int | None:
    value = found["value"]
    return None if value is None else int(value)
