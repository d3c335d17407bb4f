"""Search in a folder of this machine, by tantivy; the one file that knows it."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any
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

from services.catalog.search import Entry, Findings, Question, Sort, Suggestion

VERSION = 3  # Names the folder: another schema starts an index of its own, filled again from the database.
WRITER_HEAP = 32_000_000
MOST_WORDS = 12
LONGEST_WORD = 40
DEEPEST = 10_000  # Hits beyond which nobody turns pages.
# Title before co-op before category before tags before description.
DESCRIPTION = "description"
BOOSTS = {"title": 8.0, "coop": 5.0, "category_name": 4.0, "tags": 3.0, DESCRIPTION: 1.0}
_COUNTED = {"words": 1.0, DESCRIPTION: 1.0}
PREFIX_BOOST, STEM_BOOST, TYPO_BOOST, TITLE_WEIGHT = 2.0, 1.5, 1.0, 3.0


def _analyzer(*extra: Filter) -> TextAnalyzer:
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(LONGEST_WORD))
    for each in (Filter.lowercase(), Filter.ascii_fold(), *extra):
        builder = builder.filter(each)
    return builder.build()


def _schema() -> Any:
    builder = SchemaBuilder()
    for field in ("id", "coop_id", "coop_slug"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic", fast=field == "id")
    for field in ("category", "coop_facet", "country", "certification"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic", fast=True)
    for field in (*BOOSTS, "words"):
        builder.add_text_field(field, tokenizer_name="words", index_option="freq")
    builder.add_text_field("stems", tokenizer_name="stems", index_option="freq")
    for field in ("price", "created"):
        builder.add_unsigned_field(field, fast=True)
    builder.add_boolean_field("in_stock", indexed=True)
    builder.add_unsigned_field("stocked", fast=True)
    builder.add_bytes_field("hit", stored=True)
    return builder.build()


class TantivyEngine:
    """Opens the index in `folder`, or begins it. A process that only asks never takes the writer's lock."""

    def __init__(self, folder: Path) -> None:
        path = folder / f"v{VERSION}"
        path.mkdir(parents=True, exist_ok=True)
        self._schema = _schema()
        self._index = Index(self._schema, path=str(path))
        self._words, self._stems = _analyzer(), _analyzer(Filter.stemmer("english"))
        self._index.register_tokenizer("words", self._words)
        self._index.register_tokenizer("stems", self._stems)
        self._index.config_reader("manual")
        self._commit = path / "meta.json"
        self._seen = (0, 0, 0)

    def search(self, question: Question) -> Findings:
        """Exact words, beginnings and stems first; where nothing fits, whatever is spelled nearly so."""
        searcher = self._searcher()
        strict, counted = True, self._counted(searcher, question, strict=True)
        if counted["total"]["value"] == 0 and question.text:
            strict, counted = False, self._counted(searcher, question, strict=False)
        hits = self._hits(searcher, question, strict=strict)
        return Findings(
            total=int(counted["total"]["value"]),
            hits=hits,
            categories=_buckets(counted["categories"]),
            coops={_pair(key): count for key, count in _buckets(counted["coops"]).items()},
            countries=_buckets(counted["countries"]),
            certifications=_buckets(counted["certifications"]),
            in_stock=_buckets(counted["in_stock"]).get("1", 0),
            lowest=_whole(counted["lowest"]),
            highest=_whole(counted["highest"]),
        )

    def suggest(self, begun: str, *, limit: int, hidden_coops: Collection[UUID] = ()) -> Suggestion:
        """Goods alone: which words there are is another engine's to say."""
        found = self.search(Question(begun, limit=limit, hidden_coops=hidden_coops))
        return Suggestion([], found.hits)

    def write(self, entries: Sequence[Entry], gone: Sequence[UUID]) -> None:
        """One commit for all of it."""
        writer = self._index.writer(WRITER_HEAP, 1)
        try:
            for product in (*(entry.hit.id for entry in entries), *gone):
                writer.delete_documents_by_term("id", str(product))
            for entry in entries:
                writer.add_document(_document(entry))
            writer.commit()
        finally:
            # Gives the index's lock back, also where something above has failed: the next commit needs it.
            writer.wait_merging_threads()

    def known(self) -> set[UUID]:
        """Read from the ids' own column."""
        searcher = self._searcher()
        size = max(1, searcher.num_docs)
        counted = searcher.aggregate(Query.all_query(), {"id": {"terms": {"field": "id", "size": size}}})
        return {UUID(bucket["key"]) for bucket in counted["id"]["buckets"]}

    def _searcher(self) -> Any:
        """Sees what any process has committed: each commit puts a new file in the place of the last one's."""
        told = self._commit.stat()
        committed = (told.st_mtime_ns, told.st_ino, told.st_size)
        if committed != self._seen:
            self._index.reload()
            self._seen = committed
        return self._index.searcher()

    def _hits(self, searcher: Any, question: Question, *, strict: bool) -> list[bytes]:
        offset = (question.page - 1) * question.limit
        if offset + question.limit > DEEPEST:
            return []
        by, order = _order(question)
        query = self._filtered(self._asked(searcher, question.text, strict=strict, ranked=True), question)
        found = searcher.search(query, limit=question.limit, count=False, offset=offset, order_by_field=by, order=order)
        return [searcher.doc(address).get_first("hit") for _, address in found.hits]

    def _counted(self, searcher: Any, question: Question, *, strict: bool) -> dict[str, Any]:
        """What fits, and the facets beside it; one question for all that the same filters narrow."""
        asked = self._asked(searcher, question.text, strict=strict, ranked=False)
        same = self._filtered(asked, question)
        counts: dict[Query, dict[str, Any]] = {same: dict(_TOTAL)}
        for facet, narrowed in _NARROWED.items():
            own = any(getattr(question, name) not in _ANYTHING for name in narrowed)
            query = self._filtered(asked, question, without=facet) if own else same
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
            parts.append((Occur.Must, priced))
        if question.in_stock and without != "in_stock":
            parts.append((Occur.Must, Query.const_score_query(Query.term_query(self._schema, "in_stock", True), 0.0)))
        if question.hidden_coops:
            parts.append((Occur.MustNot, self._any_of("coop_id", [str(one) for one in question.hidden_coops])))
        return Query.boolean_query(parts) if len(parts) > 1 else asked

    def _any_of(self, field: str, values: Sequence[str]) -> Query:
        """Filters weigh nothing in the ranking. A query for a set walks the whole dictionary, and these are few."""
        terms = [(Occur.Should, Query.term_query(self._schema, field, one, "basic")) for one in values]
        return Query.const_score_query(Query.boolean_query(terms), 0.0)

    def _asked(self, searcher: Any, text: str, *, strict: bool, ranked: bool) -> Query:
        words = self._words.analyze(text)[:MOST_WORDS]
        if not words:
            return Query.all_query()
        needed = Occur.Must if strict else Occur.Should
        return Query.boolean_query(
            [(needed, self._word(searcher, word, strict=strict, ranked=ranked)) for word in words]
        )

    def _word(self, searcher: Any, word: str, *, strict: bool, ranked: bool) -> Query:
        """Everything one word may mean. Its misspellings are looked for only where nobody writes it like this.

        What is only counted need not be ranked: `words` hold all that the fields above the description do.
        """
        fields = BOOSTS if ranked else _COUNTED
        ways = [
            Query.boost_query(Query.term_query(self._schema, field, word), boost) for field, boost in fields.items()
        ]
        ways += [
            Query.boost_query(Query.term_query(self._schema, "stems", stem), STEM_BOOST)
            for stem in self._stems.analyze(word)
        ]
        if len(word) > 1:
            ways += self._nearly(word, PREFIX_BOOST, distance=0, prefix=True, ranked=ranked)
        if not strict or not self._is_written(searcher, word):
            # One letter wrong from four letters on, two from eight; the last resort lets the end be missing too.
            distance = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
            if distance:
                ways += self._nearly(word, TYPO_BOOST, distance=distance, prefix=not strict, ranked=ranked)
        return Query.boolean_query([(Occur.Should, way) for way in ways])

    def _nearly(self, word: str, boost: float, *, distance: int, prefix: bool, ranked: bool) -> list[Query]:
        """Any headline word like it, and once more for the title, which weighs most here too."""
        weights = {"words": 1.0, "title": TITLE_WEIGHT} if ranked else {"words": 1.0}
        return [
            Query.boost_query(
                Query.fuzzy_term_query(self._schema, field, word, distance=distance, prefix=prefix), boost * weight
            )
            for field, weight in weights.items()
        ]

    def _is_written(self, searcher: Any, word: str) -> bool:
        return bool(searcher.terms_with_prefix("words", word, limit=1)) or any(
            searcher.doc_freq("stems", stem) for stem in self._stems.analyze(word)
        )


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
    if question.sort is Sort.NEWEST or not question.text.strip():
        return "created", Order.Desc
    return None, Order.Desc


def _document(entry: Entry) -> Document:
    hit = entry.hit
    document = Document()
    for field, value in (
        ("id", str(hit.id)),
        ("coop_id", str(entry.coop_id)),
        ("coop_slug", hit.coop.slug),
        ("coop_facet", f"{hit.coop.slug}\t{hit.coop.name}"),
        ("category", hit.category),
        ("country", entry.country),
        ("title", hit.title),
        ("coop", hit.coop.name),
        ("category_name", entry.category_name),
        ("tags", " ".join(entry.tags)),
        ("description", entry.description),
    ):
        document.add_text(field, value)
    headline = f"{hit.title} {hit.coop.name} {entry.category_name} {' '.join(entry.tags)}"
    document.add_text("words", headline)
    document.add_text("stems", headline)
    document.add_unsigned("price", hit.price.amount)
    document.add_unsigned("created", entry.created)
    document.add_boolean("in_stock", hit.in_stock)
    document.add_unsigned("stocked", int(hit.in_stock))
    for certification in entry.certifications:
        document.add_text("certification", certification)
    document.add_bytes("hit", hit.model_dump_json().encode())
    return document


def _buckets(counted: dict[str, Any]) -> dict[str, int]:
    return {str(bucket["key"]): bucket["doc_count"] for bucket in counted["buckets"]}


def _pair(key: str) -> tuple[str, str]:
    slug, _, name = key.partition("\t")
    return slug, name


def _whole(found: dict[str, float | None]) -> int | None:
    value = found["value"]
    return None if value is None else int(value)
