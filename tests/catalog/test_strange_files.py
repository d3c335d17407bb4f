"""Files that people really send, odd but whole: what of each is taken, and the words for what is not."""

import pytest

from chassis.errors import Refused
from services.catalog.formats.record import trimmed
from tests.catalog.merchant_files import item, rss, table
from tests.catalog.reading import read_file
from tests.catalog.sheets import first, later, sheet, sized, tracked
from tests.catalog.woocommerce_files import parent, simple, variation, woo

OWN = "id,title,price,stock\n"
LINE = '{"id": "mug", "title": "Mug", "price": 3}\n'
UNSEEN = "\N{ZERO WIDTH SPACE}"
WOO = woo(simple("mug"), simple("bowl"))
FAR = "".join(f"p{nth},P,1,1\n" for nth in range(500))
# The file; products, variants, rejected rows and rows; and what is said, as line, column and the reason's beginning.
Told = tuple[int, str, str]
STRANGE: dict[str, tuple[str | bytes, tuple[int, int, int, int], list[Told]]] = {
    "a title above the header": ("My products 2026\n\n" + OWN + "a,A,1,1\n", (1, 1, 0, 1), []),
    "five lines above it": ("x\ny\nz\nw\nv\n" + OWN + "a,A,x,1\n", (0, 0, 1, 1), [(7, "price", "This is not a price")]),
    "a word to Excel and a title": ("sep=;\nMine;;\n" + OWN.replace(",", ";") + "a;A;1;1\n", (1, 1, 0, 1), []),
    "an id again 500 rows later": (
        OWN + "a,A,1,1\n" + FAR + "a,B,2,1\n",
        (501, 501, 1, 502),
        [(503, "id", "A second variant needs an option"), (503, "id", "Rows of another product stand between")],
    ),
    "an item again": (table(item("a"), item("a")), (1, 1, 1, 2), [(3, "id", "A second variant needs an option")]),
    "variations before their product": (
        woo(variation("tee", "S"), variation("tee", "M"), parent("tee")),
        (1, 2, 0, 3),
        [],
    ),
    "a later row before its first": (
        sheet(later("tee", "M"), sized("tee", "S")),
        (0, 0, 2, 2),
        [(2, "Title", "A product must have a title"), (3, "Handle", "Not imported, because this product (line 2)")],
    ),
    "less than nothing in stock": (OWN + "a,A,1,-3\n", (0, 0, 1, 1), [(2, "stock", "A quantity cannot be negative")]),
    "oversold there": (
        sheet(first("a", **tracked("-3"))),
        (1, 1, 0, 1),
        [(2, "Variant Inventory Qty", "More was sold there than there was")],
    ),
    "thousands of stock": (OWN + "a,A,1'234.50,1'000\n", (0, 0, 1, 1), [(2, "stock", "A quantity is a whole number")]),
    "thousands of money": (OWN + "a,A,1'234.50,1\nb,B,1\N{NO-BREAK SPACE}234,2\n", (2, 2, 0, 2), []),
    "no width": (OWN + f"{UNSEEN}a,{UNSEEN}A,{UNSEEN}5.00,1{UNSEEN}\n", (1, 1, 0, 1), []),
    "no width in the header": (f"{UNSEEN}id,title,price\na,A,1\n", (1, 1, 0, 1), []),
    "two byte order marks": ("\ufeff\ufeff" + OWN + "a,A,1,1\n", (1, 1, 0, 1), []),
    "from right to left": (OWN + "a,\N{RIGHT-TO-LEFT MARK}A,\N{RIGHT-TO-LEFT MARK}5.00,1\n", (1, 1, 0, 1), []),
    "pictures for letters": (OWN + "🍞,🍞 Bread,5.00,1\n", (1, 1, 0, 1), []),
    "line ends of an old Mac": ((OWN + "a,A,1,1\nb,B,2,1\n").replace("\n", "\r"), (2, 2, 0, 2), []),
    "line ends twice": ((OWN + "a,A,1,1\nb,B,2,1\n").replace("\n", "\r\r\n"), (2, 2, 0, 2), []),
    "a comma at each end": ("id,title,price,\na,A,1,\nb,B,2,\n", (2, 2, 0, 2), []),
    "a comma too many": (
        OWN + "a,Big, round,1,1\nb,B,1,1\n",
        (1, 1, 1, 2),
        [(2, "", "The row has more cells than the header")],
    ),
    "a blank before a quote": (
        OWN + 'a, "Big, round",1,1\n',
        (0, 0, 1, 1),
        [(2, "", "The row has more cells than the header")],
    ),
    "inches": (OWN + 'a,Mug 5" wide,1,1\nb,"Mug 5"" wide",1,1\n', (2, 2, 0, 2), []),
    "inches between tabs": ('id\ttitle\tprice\na\t5" mug\t1\n', (1, 1, 0, 1), []),
    "two delimiters": (
        "id;title;price\na,A,1\nb;B;2\n",
        (1, 1, 1, 2),
        [(2, "title", "A product must have a title"), (2, "price", "There is no price")],
    ),
    "days in other words": (
        "id,title,price,policy,available_from\na,A,1,back_order,31.01.2027\nb,B,1,back_order,2027-1-5\n",
        (0, 0, 2, 2),
        [(2, "available_from", "This is not a day"), (3, "available_from", "This is not a day")],
    ),
    "a spreadsheet's errors": (
        OWN + "a,#REF!,#N/A,#VALUE!\n",
        (0, 0, 1, 1),
        [(2, "stock", "A quantity is a whole number"), (2, "price", "This is not a price")],
    ),
    "WooCommerce between semicolons": (WOO.replace(",", ";"), (2, 2, 0, 2), []),
    "WooCommerce cut off": (WOO[:-40], (1, 1, 1, 2), [(3, "SKU", "The row has neither a SKU nor an ID")]),
    "a feed in CDATA": (rss(item("a")).replace("Good.", "<![CDATA[Good & cheap]]>"), (1, 1, 0, 1), []),
    "a feed in UTF-16": (rss(item("a")).encode("utf-16"), (1, 1, 0, 1), []),
    "a list in JSON": ('{"id": "a", "title": "A", "price": 3, "tags": ["x", "y"]}\n', (1, 1, 0, 1), []),
    "a list of several kinds": (
        LINE + '{"id": "a", "title": "A", "price": 3, "tags": ["x", {}]}\n',
        (1, 1, 1, 2),
        [(2, "id", "The row has no id")],
    ),
    "an exponent in JSON": (
        '{"id": "a", "title": "A", "price": 1e5}\n' + LINE,
        (1, 1, 1, 2),
        [(1, "price", "This is not a price")],
    ),
    "JSON with a byte order mark": ("\ufeff" + LINE, (1, 1, 0, 1), []),
}
REFUSED: dict[str, tuple[str | bytes, str, str]] = {
    "packed in the middle": (OWN.encode() + b"\x1f\x8b\x08\x00\xff\x81", "not_utf8", "Line 2 holds bytes"),
    "JSON with a comma behind": ('{"id": "a", "title": "A", "price": 3},\n', "unknown_format", "not well-formed JSON"),
    "JSON as one list": ('[{"id": "a", "title": "A", "price": 3}]\n', "unknown_format", "A line is one JSON object"),
    "a price in parts": ('{"id": "a", "price": {"amount": 3}}\n', "unknown_format", "“price” must be text, a number"),
    "inches at the beginning": (OWN + 'a,"5 inch" mug,1,1\n', "not_a_csv", "begins in line 2 something stands behind"),
    "lines that are one cell": ('"id,title,price"\n"a,A,1"\n', "unknown_format", "The first line is not the header"),
    "a statement": ("INSERT INTO products VALUES (1);\n", "unknown_format", "The first line is not the header"),
    "a program": ("<?php echo 1; ?>", "unknown_format", "none of Google's fields"),
}


@pytest.mark.parametrize(("content", "counts", "said"), STRANGE.values(), ids=STRANGE)
def test_what_is_odd_is_read_or_told(content: str | bytes, counts: tuple[int, int, int, int], said: list[Told]) -> None:
    found = read_file(content)

    assert found.counts == counts
    assert sum(one.rows for one in found.products) + found.rows_without_product == found.rows_total
    assert [(one.line, one.column) for one in found.problems] == [(line, column) for line, column, _ in said]
    for one, (_, _, reason) in zip(found.problems, said, strict=True):
        assert one.reason.startswith(reason)
        assert one.advice


@pytest.mark.parametrize(("content", "code", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_with_the_reason(content: str | bytes, code: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read_file(content)
    assert refused.value.code == code
    assert said in refused.value.detail


@pytest.mark.parametrize("mark", ["\u200b", "\u200f", "\ufeff", "\u2060", "\N{NO-BREAK SPACE}", " \u200b "])
def test_an_id_that_looks_the_same_is_the_same(mark: str) -> None:
    """Else the next file, whose cells were typed and not copied, would bring every product once more."""
    [product] = read_file(f"{OWN}{mark}a{mark},A,1,1\n").products
    assert product.external_id == "a" == trimmed(f"{mark}a{mark}")
    assert f"{mark}a".strip() != "a" or mark.strip() == "", "what Python calls blank does not do"


def test_what_joins_the_parts_of_a_picture_stays() -> None:
    baker = "\N{MAN}\N{ZERO WIDTH JOINER}\N{COOKING}"
    [product] = read_file(f"{OWN}a,{baker},1,1\n").products
    assert product.title == baker
