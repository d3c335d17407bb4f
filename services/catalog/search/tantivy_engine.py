"""Search in a folder of this machine, by tantivy."""

import shutil
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from tantivy import FieldType, Filter, Index, Occur, Order, Query

from services.catalog.places.distance import kilometres
from services.catalog.search import facets, ranking
from services.catalog.search.port import DEEPEST, Entry, Findings, Near, Place, Question, Sort, Suggestion
from services.catalog.search.reading import Reader
from services.catalog.search.synonyms import Synonyms, load_synonyms
from services.catalog.search.tantivy_index import VERSION, analyzer, document_of, schema
from services.catalog.search.tantivy_queries import Asked, Phrasing
from services.catalog.search.words import Word, little_words, words_of

WRITER_HEAP = 32_000_000
REMEMBERED = 256  # Answers kept until the next commit.
_MANY = 2  # So many times as many words as are suggested.
_CHOSEN_FROM = 3  # So many times as many words as are suggested, for those that are the same word in another form.
_NEARER = 4_096.0  # Points of one place nearer; more than any question has.


class TantivyEngine:
    """Opens the index in `folder`, or begins it. A process that only asks never takes the writer's lock."""

    waits: ClassVar[bool] = False

    def __init__(self, folder: Path, synonyms: Synonyms | None = None) -> None:
        path = self._path = folder / f"v{VERSION}"
        path.mkdir(parents=True, exist_ok=True)
        self._schema = schema()
        self._index = Index(self._schema, path=str(path))
        self._stems = analyzer(Filter.stemmer("english"))
        self._index.register_tokenizer("words", analyzer())
        self._index.register_tokenizer("stems", self._stems)
        self._index.config_reader("manual")
        self._commit = path / "meta.json"
        self._seen = (0, 0, 0)
        self._synonyms = synonyms or load_synonyms()
        # What was found since the last commit, and which places lie near what was asked about.
        self._answers: dict[str, Findings] = {}
        self._counts: dict[str, dict[str, Any]] = {}
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
        commonest = self._going_on(searcher, question, typed)
        # Two letters begin half a shelf: then goods that have the commonest words in their titles will do.
        many = commonest if len(commonest) > _MANY * limit else ()
        hits = self._hits(searcher, question, self._asked(searcher, question, many, few=1)) if many else []
        words = self._in_one_form(typed, commonest)[:limit]
        if not hits:
            # Who is still typing is not corrected while what is there goes on as something.
            asked = self._asked(searcher, question, few=1)
            hits = self._hits(searcher, question, asked)
            words = words or ([asked.meant] if asked.meant and hits else [])
        if not hits and not words:
            words, hits = self._by_another_name(searcher, question, typed)
        return Suggestion(words, [hit for hit, _ in hits])

    def _by_another_name(
        self, searcher: Any, question: Question, typed: Sequence[Word]
    ) -> tuple[list[str], list[tuple[bytes, str]]]:
        """What nobody writes may go on as a word for something that is there: zucc, where there are courgettes.

        Or it is the beginning of an article number.
        """
        phrasing = Phrasing(self._schema, searcher, self._stems)
        if numbered := phrasing.coded(question.text, begun=True):
            return [], self._hits(searcher, question, numbered)
        finished = list(Reader(self._synonyms, phrasing).finished(typed[-1].plain))
        words = self._in_one_form(typed, finished)[: question.limit]
        if not words:
            return [], []
        meant = replace(question, text=words[0])
        hits = self._hits(searcher, meant, self._asked(searcher, meant, few=1))
        return (words, hits) if hits else ([], [])

    def write(self, entries: Sequence[Entry], gone: Sequence[UUID]) -> None:
        """One commit for all of it."""
        writer = self._index.writer(WRITER_HEAP, 1)
        try:
            for product in (*(entry.hit.id for entry in entries), *gone):
                writer.delete_documents_by_term("id", str(product))
            for entry in entries:
                writer.add_document(document_of(entry, self._stems))
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
            self._answers, self._counts, self._within = {}, {}, {}
        return self._index.searcher()

    def _found(self, searcher: Any, question: Question) -> Findings:
        asked = self._asked(searcher, question)
        counted = self._counted_once(searcher, question, asked)
        hits = self._hits(searcher, question, asked)
        return Findings(
            total=int(counted["total"]["value"]),
            hits=[hit for hit, _ in hits],
            categories=facets.buckets(counted["categories"]),
            coops={facets.slug_and_name(key): count for key, count in facets.buckets(counted["coops"]).items()},
            countries=facets.buckets(counted["countries"]),
            certifications=facets.buckets(counted["certifications"]),
            in_stock=facets.buckets(counted["in_stock"]).get("1", 0),
            lowest=facets.whole(counted["lowest"]),
            highest=facets.whole(counted["highest"]),
            distances=[kilometres(question.near.place, _place(place)) for _, place in hits] if question.near else (),
            meant=asked.meant,
        )

    def _asked(
        self, searcher: Any, question: Question, going_on: Sequence[str] = (), *, few: int = ranking.FEW
    ) -> Asked:
        """The ladder of readings. What narrows a question does not change how its words are read.

        Where words are given as `going_on`, the last one that was typed goes on as these and as no others, and only
        titles are ranked. So `few` that fit literally are enough.
        """
        typed = words_of(question.text)
        if not typed:
            return Asked(Query.all_query(), Query.all_query())
        phrasing = Phrasing(self._schema, searcher, self._stems, going_on)
        reader = Reader(self._synonyms, phrasing)
        literally = reader.literally(typed)
        asked = phrasing.all_of(literally).or_else(phrasing.coded(question.text))
        if phrasing.is_common(literally) or (hits := self._how_many(searcher, asked, question)) >= few:
            return asked
        reading = literally
        corrected = reader.corrected(typed)
        if corrected is not None:
            either = asked.or_else(phrasing.all_of(corrected))
            if (more := self._how_many(searcher, either, question)) > hits:
                asked, hits, reading = either, more, corrected
        if not hits:
            return phrasing.some_of(corrected or literally)
        # A soap with coffee fits who asks for organic coffee, and is no answer.
        if hits < few and len(reading.parts) > 1 and not phrasing.names(reading, asked):
            return asked.before(phrasing.some_of(reading))
        return asked

    def _how_many(self, searcher: Any, asked: Asked, question: Question) -> int:
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
        going_on: dict[str, None] = {}
        for field in ("title", "words"):
            most = _CHOSEN_FROM * question.limit
            found = searcher.terms_with_prefix(field, begun.plain, filter_query=among, limit=most)
            for word, count in found:
                if count and word.isalpha() and word not in little_words():
                    going_on |= {} if tuple(self._stems.analyze(word)) in said else {word: None}
            if len(self._in_one_form(typed, list(going_on))) >= question.limit:
                break
        return list(going_on)

    def _in_one_form(self, typed: Sequence[Word], words: Sequence[str]) -> list[str]:
        """What was typed, going on as each of these; of a word in several forms the commonest."""
        forms: dict[tuple[str, ...], str] = {}
        for word in words:
            forms.setdefault(tuple(self._stems.analyze(word)), word)
        said = [word.typed for word in typed[:-1]]
        return [" ".join((*said, word)) for word in forms.values()]

    def _hits(self, searcher: Any, question: Question, asked: Asked) -> list[tuple[bytes, str]]:
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

    def _counted_once(self, searcher: Any, question: Question, asked: Asked) -> dict[str, Any]:
        """Another page or order has the same counts."""
        key = repr(replace(question, sort=Sort.RELEVANCE, page=1, limit=1))
        if (counted := self._counts.get(key)) is None:
            counted = self._counted(searcher, question, asked)
            if len(self._counts) < REMEMBERED:
                self._counts[key] = counted
        return counted

    def _counted(self, searcher: Any, question: Question, asked: Asked) -> dict[str, Any]:
        """What fits, and the facets beside it; one question for all that the same filters narrow."""
        same = self._filtered(asked.counted, question)
        counts: dict[Query, dict[str, Any]] = {same: dict(facets.TOTAL)}
        for facet, narrowed in facets.NARROWED.items():
            own = any(getattr(question, name) not in facets.ANYTHING for name in narrowed)
            query = self._filtered(asked.counted, question, without=facet) if own else same
            counts.setdefault(query, {}).update(facets.COUNT[facet])
        return {
            name: told for query, wanted in counts.items() for name, told in searcher.aggregate(query, wanted).items()
        }

    def _filtered(self, asked: Query, question: Question, without: str = "") -> Query:
        parts = [(Occur.Must, asked)]
        if question.categories is not None and without != "category":
            parts.append((Occur.Must, self._any_of("category", question.categories)))
        for facet, (field, name) in facets.CHOICES.items():
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


def _place(written: str) -> Place:
    latitude, _, longitude = written.partition(",")
    return Place(float(latitude), float(longitude))
