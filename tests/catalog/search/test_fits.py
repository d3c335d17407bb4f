"""What fits is the same, whether a sample is looked for beside it or inside of it."""

import pytest
from tantivy import Document, Index, Occur, Query, SchemaBuilder, Searcher

from services.catalog.search.embedded.fits import Every, Fits, OneOf, query_of

SCHEMA = SchemaBuilder().add_text_field("of", tokenizer_name="raw").build()
NUMBERS = range(60)


def multiples(of: int) -> Query:
    return Query.term_query(SCHEMA, "of", str(of), "basic")


@pytest.fixture(scope="module")
def numbers() -> Searcher:
    """The numbers up to sixty, each with all that divides it."""
    index = Index(SCHEMA)
    writer = index.writer(num_threads=1)
    for number in NUMBERS:
        document = Document()
        for divisor in range(1, 31):
            if number % divisor == 0:
                document.add_text("of", str(divisor))
        writer.add_document(document)
    writer.commit()
    index.reload()
    return index.searcher()


TWO, THREE, FIVE, SEVEN = map(multiples, (2, 3, 5, 7))
CASES: list[tuple[Fits, int, set[int]]] = [
    (TWO, 3, {n for n in NUMBERS if n % 6 == 0}),
    (Every([TWO, Every([THREE, FIVE])]), 1, {0, 30}),
    (OneOf([Every([TWO, SEVEN]), Every([THREE, FIVE])]), 1, {0, 14, 15, 28, 30, 42, 45, 56}),
    (OneOf([Every([TWO, SEVEN]), Every([THREE, FIVE])]), 4, {0, 28, 56}),
    (Every([OneOf([TWO, Every([THREE, OneOf([FIVE, SEVEN])])]), FIVE]), 9, {0, 45}),
    (Every([TWO], [THREE]), 5, {n for n in NUMBERS if n % 10 == 0 and n % 3}),
    (Every([Every([TWO], [THREE]), FIVE]), 1, {n for n in NUMBERS if n % 10 == 0 and n % 3}),
    (OneOf([TWO, THREE, FIVE], least=2), 1, {n for n in NUMBERS if (n % 2 == 0) + (n % 3 == 0) + (n % 5 == 0) >= 2}),
    (OneOf([TWO]), 5, {n for n in NUMBERS if n % 10 == 0}),
    (OneOf([]), 1, set()),
]


@pytest.mark.parametrize(("fits", "sample", "expected"), CASES)
def test_what_fits_in_a_sample_is_what_fits_and_is_in_it(
    numbers: Searcher, fits: Fits, sample: int, expected: set[int]
) -> None:
    inside, beside = query_of(fits, multiples(sample)), query_of(fits)
    both = Query.boolean_query([(Occur.Must, beside), (Occur.Must, multiples(sample))])

    assert _found(numbers, inside) == _found(numbers, both) == expected


def test_what_has_to_fit_stands_side_by_side_inside_of_what_is_one_of_several_too() -> None:
    """Else the walk to the first that fits goes through everything, wherever the sample ends."""
    told = repr(query_of(OneOf([Every([TWO, SEVEN]), FIVE]), THREE))
    assert told.count(repr(THREE).removeprefix("Query(").removesuffix(")")) == 2


def _found(numbers: Searcher, query: Query) -> set[int]:
    return {address.doc for _, address in numbers.search(query, limit=len(NUMBERS)).hits}
