"""Our own format: what the template promises, as a table and as JSON Lines."""

import json

import pytest

from services.catalog.assortment.draft import ProductState
from services.catalog.formats.own import COLUMNS
from services.catalog.imports.report import template_csv, template_jsonl
from tests.catalog.reading import read_file


@pytest.mark.parametrize("template", [template_csv(), template_jsonl()], ids=["csv", "jsonl"])
def test_the_template_is_a_file_that_can_be_uploaded_as_it_is(template: str) -> None:
    found = read_file(template)

    assert (found.dialect, found.counts, found.problems) == ("toadlane", (3, 4, 0, 4), [])
    bread, shirt, box = found.products
    [loaf] = bread.variants
    assert (loaf.price, loaf.quantity, loaf.weight_grams, list(bread.tags)) == (450, 20, 800, ["organic", "rye"])
    assert [(dict(one.options), one.compare_at) for one in shirt.variants] == [
        ({"Size": "Medium"}, 3800),
        ({"Size": "Large"}, None),
    ]
    assert [(one.quantity, one.name) for one in box.variants[0].parts] == [(2, "rye-bread"), (1, "shirt: Large")]


def lines(*rows: object) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


def test_numbers_of_json_are_taken_as_they_are_written() -> None:
    found = read_file(lines('{"id": "a", "title": "A", "price": 0.29, "stock": 3, "tags": ["x", "y"], "sku": null}'))
    [variant] = found.products[0].variants
    assert (variant.price, variant.quantity, list(found.products[0].tags)) == (29, 3, ["x", "y"])


@pytest.mark.parametrize(
    "bad",
    [
        "{broken",
        "[1]",
        '"text"',
        '{"id": "x", "id": "y", "title": "X", "price": 1}',
        '{"id": "x", "title": "X", "price": 1e2}',
        '{"id": "x", "title": "X", "price": NaN}',
        '{"id": "x", "title": {"en": "X"}, "price": 1}',
        '{"id": "x", "title": "\\u0000", "price": 1}',
        '{"id": "x", "title": "\\ud800", "price": 1}',
        '{"id": "", "title": "X", "price": 1}',
        '{"id": "x", "title": "X", "price": 1.234}',
        '{"id": "x", "title": "X", "price": 1, "currency": "USD"}',
        '{"id": "x", "title": "X", "price": 1, "state": "gone"}',
        '{"id": "x", "title": "X", "price": 1, "gtin": "12345"}',
        '{"id": "x", "title": "X", "price": 1, "stock": 1.5}',
        "[" * 5_000,
    ],
)
def test_a_bad_line_harms_no_other(bad: str) -> None:
    good = {"id": "mug", "title": "Mug", "price": 3}
    found = read_file(lines(good, bad, good | {"id": "bowl"}))
    assert (found.counts, found.rejected[0].line) == ((2, 2, 1, 3), 2)


def test_a_first_row_that_cannot_be_sold_leaves_the_others() -> None:
    header = "id,title,option1_name,option1_value,price\n"
    found = read_file(header + "tee,Tee,Size,S,x\ntee,,,M,20.00\n")
    assert found.counts == (1, 1, 1, 2)


def test_names_are_taken_as_they_are_written() -> None:
    """So what is taken away from here and uploaded again changes nothing."""
    found = read_file(lines({"id": "a", "title": "How to write &amp;", "price": 1, "tags": ["&lt;"]}))
    assert (found.products[0].title, list(found.products[0].tags)) == ("How to write &amp;", ["&lt;"])


def test_states_and_barcodes() -> None:
    header = "id,title,state,gtin,price\n"
    found = read_file(header + "a,A,draft,036000291452,1\nb,B,archived,0 12345 67890 5,1\nc,C,,2000000000008,1\n")
    assert [(one.state, one.variants[0].gtin) for one in found.products] == [
        (ProductState.DRAFT, "00036000291452"),
        (ProductState.ARCHIVED, "00012345678905"),
        (ProductState.LISTED, ""),  # A number of the shop's own tells nothing elsewhere.
    ]


def test_every_column_is_explained_and_in_the_template() -> None:
    assert template_csv().lstrip("\ufeff").splitlines()[0].split(",") == list(COLUMNS)
