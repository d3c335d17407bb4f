"""What tantivy's index holds of a product: its fields, how words are cut for them, and a document for each entry."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from tantivy import Document, Filter, Schema, SchemaBuilder, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from services.catalog.search.port import Entry
from services.catalog.search.ranking import Place as Spot
from services.catalog.search.sample import LOT_BITS, advantage_of, lot_of, lots_of
from services.catalog.search.spots import HEADLINE, spots_of, texts_of, worth_of
from services.catalog.search.words import LONGEST, code_of

VERSION: Final = 10
"""Names the folder: another schema starts an index of its own, filled from the database beside the one in use."""
OLDEST_READABLE: Final = 5
"""Indexes since this version answer until the new one is whole. Who takes a field away or gives it another meaning
raises it to VERSION: then shoppers find only what has been filled so far."""


@dataclass(frozen=True, slots=True)
class Field:
    """How it is told to the schema, and put into a document."""

    declare: Callable[[SchemaBuilder, str], SchemaBuilder]
    put: Callable[[Document, str, Any], None]


def _text(tokenizer: str, *, option: str = "basic", stored: bool = False, counted: bool = False) -> Field:
    def declare(builder: SchemaBuilder, name: str) -> SchemaBuilder:
        return builder.add_text_field(name, stored=stored, fast=counted, tokenizer_name=tokenizer, index_option=option)

    return Field(declare, Document.add_text)


_NAME, _COUNTED = _text("raw"), _text("raw", counted=True)
_NUMBER = Field(lambda builder, name: builder.add_unsigned_field(name, fast=True), Document.add_unsigned)
_SORTED_BY = Field(
    lambda builder, name: builder.add_unsigned_field(name, indexed=True, fast=True), Document.add_unsigned
)
_WORDS, _STEMS = _text("words"), _text("stems")

# `words` and `stems` hold the words of all places but the description, and the stems of all. In `spots` a product has
# one term for each of its stems, which says where that stem stands: a word that is asked for is looked up in one list
# for each way it may stand, and no product is in two of them. `branch` holds a product's category and all above it.
# The index is in the order of `shelf`: what is on one shelf, which is a root of the tree, stands together in every
# segment, and a sample of `lots` is its beginning; nothing of another shelf, and nothing after it, is read. `worth` is
# told apart by lot where it is the same, and `class` is the same for all of these.
FIELDS: Final[Mapping[str, Field]] = {
    "id": _NAME,
    "coop_id": _NAME,
    "coop_slug": _NAME,
    "code": _NAME,
    "spots": _NAME,
    "lots": _NAME,
    "class": _NAME,
    "category": _COUNTED,
    "branch": _NAME,
    "coop_facet": _NAME,
    "country": _COUNTED,
    "certification": _COUNTED,
    "place": _text("raw", stored=True),
    "title": _WORDS,
    "words": _WORDS,
    "title_stems": _text("stems", option="position"),
    "stems": _STEMS,
    "price": _SORTED_BY,
    "created": _SORTED_BY,
    "stocked": _NUMBER,
    "coop_number": _NUMBER,
    "shelf": _NUMBER,
    "in_stock": Field(lambda builder, name: builder.add_boolean_field(name, indexed=True), Document.add_boolean),
    "worth": Field(lambda builder, name: builder.add_float_field(name, fast=True), Document.add_float),
    "hit": Field(lambda builder, name: builder.add_bytes_field(name, stored=True), Document.add_bytes),
}
ORDERED_BY: Final = "shelf"


def analyzer(*extra: Filter) -> TextAnalyzer:
    """Words as tantivy cuts them, in lower case, with what else is to be done to each."""
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(LONGEST + 1)).filter(Filter.lowercase())
    for each in extra:
        builder = builder.filter(each)
    return builder.build()


def class_of(worth: float) -> str:
    """All that are worth as much, but for the lot that decides between them."""
    return f"{worth:.6f}"


def number_of(name: str) -> int:
    """In 48 bits: names would have to be looked up in each segment to be counted, and no index is in their order."""
    return int.from_bytes(blake2b(name.encode(), digest_size=6).digest(), "big")


def shelf_of(entry: Entry) -> int:
    """The root of its category's branch, and within that the lot."""
    root, *_ = (*entry.above, entry.hit.category)
    return number_of(root) << LOT_BITS | lot_of(entry.hit.id)


def schema(fields: Iterable[str] = FIELDS) -> Schema:
    builder = SchemaBuilder()
    for name in fields:
        FIELDS[name].declare(builder, name)
    return builder.build()


def document_of(entry: Entry, stems: TextAnalyzer, fields: Collection[str] = FIELDS) -> Document:
    """With as much as an index of these fields takes."""
    document = Document()
    for name, value in _told(entry, stems):
        if name in fields and value != "":
            FIELDS[name].put(document, name, value)
    return document


def _told(entry: Entry, stems: TextAnalyzer) -> Iterator[tuple[str, Any]]:
    hit, places = entry.hit, texts_of(entry)
    coop = f"{hit.coop.slug}\t{hit.coop.name}"
    headline = " ".join(places[place] for place in HEADLINE)
    yield from (
        ("id", str(hit.id)),
        ("coop_id", str(entry.coop_id)),
        ("coop_slug", hit.coop.slug),
        ("coop_facet", coop),
        ("coop_number", number_of(coop)),
        ("category", hit.category),
        ("country", entry.country),
        ("title", places[Spot.TITLE]),
        ("title_stems", places[Spot.TITLE]),
        ("words", headline),
        ("stems", f"{places[Spot.HEAD]} {headline} {places[Spot.DESCRIPTION]}"),
        ("price", hit.price.amount),
        ("created", entry.created),
        ("in_stock", hit.in_stock),
        ("stocked", int(hit.in_stock)),
        ("worth", worth_of(entry) + advantage_of(hit.id)),
        ("class", class_of(worth_of(entry))),
        ("shelf", shelf_of(entry)),
        ("hit", hit.model_dump_json().encode()),
    )
    yield from (("branch", each) for each in (hit.category, *entry.above))
    yield from (("spots", term) for term in spots_of(places, stems.analyze))
    yield from (("lots", lots) for lots in lots_of(hit.id))
    yield from (("certification", each) for each in entry.certifications)
    yield from (("code", code_of(each)) for each in entry.codes)
    if entry.place:
        yield "place", f"{entry.place.latitude},{entry.place.longitude}"
