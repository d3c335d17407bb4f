"""What tantivy's index holds of a product: its fields, how words are cut for them, and a document for each entry."""

from typing import Any

from tantivy import Document, Filter, SchemaBuilder, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from services.catalog.search.port import Entry
from services.catalog.search.ranking import Place as Spot
from services.catalog.search.spots import HEADLINE, spots_of, texts_of, worth_of
from services.catalog.search.words import LONGEST, code_of

VERSION = 6  # Names the folder: another schema starts an index of its own, filled again from the database.


def analyzer(*extra: Filter) -> TextAnalyzer:
    """Words as tantivy cuts them, in lower case, with what else is to be done to each."""
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(LONGEST + 1)).filter(Filter.lowercase())
    for each in extra:
        builder = builder.filter(each)
    return builder.build()


def schema() -> Any:
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


def document_of(entry: Entry, stems: TextAnalyzer) -> Document:
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
        ("stems", f"{places[Spot.HEAD]} {headline} {places[Spot.DESCRIPTION]}"),
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
