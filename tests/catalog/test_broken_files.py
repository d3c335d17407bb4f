"""Files as they break in the wild: each is refused whole in words that help, or told row by row; none gets half in."""

import csv
import io
from collections.abc import Callable
from itertools import product

import pytest

from chassis.errors import Refused
from services.catalog.formats.encodings import encoding_of
from services.catalog.formats.merchant import FIELDS as GOOGLE
from services.catalog.formats.own import COLUMNS as OURS
from services.catalog.formats.recognise import recognise
from services.catalog.formats.record import LONGEST_CELL, LONGEST_RECORD
from services.catalog.formats.text import NotText
from services.catalog.imports.importing import Import
from services.catalog.imports.rows import MOST_ROWS, TooManyRows, read_part
from tests.catalog.merchant_files import BOMB, item, rss, table
from tests.catalog.reading import read_file, records, utf8
from tests.catalog.sheets import NEW, OLD, first, later, sheet, sized
from tests.catalog.woocommerce_files import HEADER as WOO
from tests.catalog.woocommerce_files import parent, simple, variation, woo

GOOD = sheet(first("mug"), first("bowl"))
OWN = "id,title,price\n"
LAUGHS = '<!DOCTYPE lol [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
LINE = '{"id": "mug", "title": "Mug", "price": 3}\n'


def cut_off(text: str, part: float) -> bytes:
    return text.encode()[: int(len(text) * part)]


def declared(encoding: str, *rows: dict[str, str]) -> str:
    return rss(*rows).replace('<?xml version="1.0"?>', f'<?xml version="1.0" encoding="{encoding}"?>')


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "empty": (b"", "empty_file"),
    "blank": (b" \r\n\t\r\n", "empty_file"),
    "only a byte order mark": (b"\xef\xbb\xbf", "empty_file"),
    "a spreadsheet": (b"PK\x03\x04\x14\x00\x06\x00", "not_a_csv"),
    "an old spreadsheet": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", "not_a_csv"),
    "a packed file": (b"\x1f\x8b\x08\x00\x00", "not_a_csv"),
    "a packed archive": (b"7z\xbc\xaf\x27\x1c\x00\x04", "not_a_csv"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_csv"),
    "a PDF": (b"%PDF-1.7\n", "not_a_csv"),
    "a program": (b"\x7fELF\x02\x01\x01\x00", "not_a_csv"),
    "a NUL in the middle": (GOOD.encode() + b"jug,\x00\r\n", "not_a_csv"),
    "UTF-16 cut in a letter": (GOOD.encode("utf-16")[:-1], "not_utf8"),
    "UTF-32": (GOOD.encode("utf-32"), "not_a_csv"),
    "two encodings": ("Handle,Title,Variant Price\na,é,1\n".encode() + b"b,\xe9,1\n", "not_utf8"),
    "two encodings, the other way round": (b"Handle,Title,Variant Price\nb,\xe9,1\n" + "a,é,1\n".encode(), "not_utf8"),
    "bytes of no encoding": (b"Handle,Title,Variant Price\nb,\x81\x8d,1\n", "not_utf8"),
    "a letter": ("Dear sir,\nplease find my goods below.\n", "unknown_format"),
    "one word": ("hello", "unknown_format"),
    "another table, its quotes read with the wrong delimiter": ('"Number","Good (S; M)"\n1,2\n', "unknown_format"),
    "no header": ("mug,Mug,3.00\nbowl,Bowl,4.00\n", "unknown_format"),
    "an order export": ("Name,Email,Financial Status,Paid at\n#1,a@b.coop,paid,today\n", "unknown_format"),
    "Shopify customers": ("First Name,Last Name,Email,Tags\nA,B,a@b.coop,x\n", "unknown_format"),
    "Shopify without prices": ("Handle,Title,Type\nmug,Mug,Mugs\n", "missing_column"),
    "WooCommerce without a SKU": ("ID,Type,Name,Regular price\n1,simple,Mug,3\n", "missing_column"),
    "Google without prices": ("id,title,link,availability\n1,Mug,https://x,in_stock\n", "missing_column"),
    "a column twice": ("Handle,Title,Title,Variant Price\n", "duplicate_column"),
    "old and new header": ("Handle,URL handle,Title,Price\nmug,mug,Mug,3\n", "duplicate_column"),
    "thousands of columns": (",".join(f"c{nth}" for nth in range(3_000)) + "\n", "not_a_csv"),
    "a quote left open": (GOOD + 'jug,"Jug,3\r\nmore\r\n', "not_a_csv"),
    "a quote left open for long": (GOOD + 'jug,"Jug' + "\r\nmug,Mug,3" * 20_000, "not_a_csv"),
    "text after a quote": ('Handle,Title,Variant Price\nmug,"Mug" x,3\n', "not_a_csv"),
    "one cell without end": ("Handle,Title,Variant Price\nmug," + "x" * (LONGEST_RECORD + 1) + ",3\n", "not_a_csv"),
    "one line without end": ("x" * 3_000_000, "not_a_csv"),
    "truncated in a quoted cell": (cut_off(sheet(first("mug", Tags='a "b" c')), 1).rstrip() + b',"', "not_a_csv"),
    "JSON, not JSON Lines": ('[\n {"id": "mug"}\n]', "unknown_format"),
    "a JSON object over many lines": ('{\n "products": []\n}', "unknown_format"),
    "JSON of something else": ('{"name": "x", "version": 1}\n', "unknown_format"),
    "a web page": ("<!doctype html><html><body>Sign in</body></html>", "unknown_format"),
    "a page that is no XML": ("<html><head><meta charset=utf-8><title>502 Bad Gateway", "unknown_format"),
    "a warning before the feed": ("<br />\n<b>Warning</b>: in line 3" + rss(item("mug")), "unknown_format"),
    "an error as JSON": ('{"error": {"code": 403, "message": "Forbidden"}}', "unknown_format"),
    "an error as text": ("Error 403: Forbidden\n", "unknown_format"),
    "a site map": ('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "unknown_format"),
    "a blog's feed": ("<rss><channel><item><title>News</title></item></channel></rss>", "unknown_format"),
    "a feed without items": (rss(), "unknown_format"),
    "an entity bomb": (rss(item("mug")).replace("<rss", BOMB + "<rss"), "xml_dtd"),
    "a document from outside": (rss(item("mug")).replace("<rss", '<!DOCTYPE rss SYSTEM "file:///x"><rss'), "xml_dtd"),
    "an entity nobody declared": (rss(item("mug")).replace("Good.", "&xxe;"), "not_well_formed"),
    "a truncated feed": (cut_off(rss(item("mug"), item("bowl")), 0.9), "not_well_formed"),
    "tags that cross": (rss(item("mug"), item("bowl")).replace("</g:id>", "</g:di>"), "not_well_formed"),
    "elements in elements": (rss(item("mug")).replace("Good.", "<a>" * 99 + "</a>" * 99), "not_well_formed"),
    "XML that is none": ("<<<>>>", "not_well_formed"),
    "a prefix nobody declared": (rss(item("mug")).replace("Good.", "<x:y/>"), "not_well_formed"),
    "many billions of laughs": (rss(item("mug")).replace("<rss", LAUGHS + "<rss"), "xml_dtd"),
    "a document type within": (rss(item("mug")).replace("Good.", "<!DOCTYPE x>"), "not_well_formed"),
    "an attribute without end": ('<rss a="' + "x" * 3_000_000 + '"/>', "unknown_format"),
    "a feed in an encoding nobody knows": (declared("klingon-1", item("kävä")).encode("cp1252"), "not_utf8"),
    "JSON deep in itself": ('{"id": ' * 100_000, "unknown_format"),
    "a giant object of JSON": ('{"id": "' + "x" * 3_000_000 + '"}', "unknown_format"),
    "more columns than there are": (",".join(f"c{nth}" for nth in range(10_000)) + "\n", "not_a_csv"),
}
# The file, then its products, variants, rejected rows and rows.
TOLD: dict[str, tuple[str | bytes, tuple[int, int, int, int]]] = {
    "header only": (sheet(), (0, 0, 0, 0)),
    "one bad row": (sheet(first("mug"), first("bowl", "x")), (1, 1, 1, 2)),
    "bad rows only": (sheet(first("mug", "x"), first("bowl", "")), (0, 0, 2, 2)),
    "blank lines between": (GOOD.replace("\r\n", "\r\n\r\n"), (2, 2, 0, 2)),
    "blank lines at the end": (GOOD + "\r\n" * 50, (2, 2, 0, 2)),
    "rows of commas": (GOOD + "," * 30 + "\r\n", (2, 2, 0, 2)),
    "cells beyond the header": (GOOD.rstrip() + ",,,extra\r\n", (1, 1, 1, 2)),
    "missing cells at the end": ("Handle,Title,Variant Price,Tags\nmug,Mug,3\n", (1, 1, 0, 1)),
    "the last line unfinished": (GOOD.rstrip(), (2, 2, 0, 2)),
    "truncated in a row": (cut_off(OWN + "mug,Mug,3.00\nbowl,Bowl,4.00\n", 0.8), (1, 1, 1, 2)),
    "formula cells": (sheet(first("mug", "=1+1"), first("bowl", "@SUM(A1)"), first("jug", "+3")), (0, 0, 3, 3)),
    "a formula in a title": (sheet(first("mug", Title='=HYPERLINK("http://x")')), (1, 1, 0, 1)),
    "prices of two meanings": (OWN + 'a,A,"1,234"\nb,B,1.234\nc,C,"1.234,00"\nd,D,"12,50"\n', (1, 1, 3, 4)),
    "prices with signs": (OWN + "a,A,€5\nb,B,5 EUR\nc,C,-5\nd,D,$5\ne,E,5.-\n", (2, 2, 3, 5)),
    "prices in other digits": (OWN + "a,A,٣\nb,B,１２\nc,C,½\n", (0, 0, 3, 3)),
    "prices beyond all measure": (OWN + f"a,A,{'9' * 400}\nb,B,1e3\nc,C,inf\nd,D,nan\n", (0, 0, 4, 4)),
    "a cell that is too long": (OWN + f"a,A,1\nb,{'x' * (LONGEST_CELL + 1)},1\nc,C,1\n", (2, 2, 1, 3)),
    "a quote that is closed far below": (OWN + 'a,"A,1\n' + "x,X,1\n" * 30_000 + 'b",B,1\nc,C,1\n', (1, 1, 1, 2)),
    "JSON with a cell that is too long": (LINE + LINE.replace("Mug", "x" * (LONGEST_CELL + 1)), (1, 1, 1, 2)),
    "a feed with a value that is too long": (
        rss(item("a"), item("b", description="x" * (LONGEST_CELL + 1))),
        (1, 1, 1, 2),
    ),
    "a title without end": (OWN + f"a,{'x' * 300},1\nb,B,1\n", (1, 1, 1, 2)),
    "an id without end": (OWN + f"{'x' * 300},A,1\nb,B,1\n", (1, 1, 1, 2)),
    "no id": (OWN + ",A,1\nb,B,1\n", (1, 1, 1, 2)),
    "the same id for two goods": (OWN + "a,A,1\na,B,2\n", (1, 1, 1, 2)),
    "a second header in the middle": (GOOD + sheet(first("jug")), (3, 3, 1, 4)),
    "two files in one": (GOOD.encode() + b"\xef\xbb\xbf" + sheet(first("jug")).encode(), (3, 3, 1, 4)),
    "Windows-1252": ("Handle;Title;Variant Price\ncafé;Café “Köln” €;3\n".encode("cp1252"), (1, 1, 0, 1)),
    "UTF-16 without its mark": (GOOD.encode("utf-16-le"), (2, 2, 0, 2)),
    "UTF-16 the other way round": (GOOD.encode("utf-16-be"), (2, 2, 0, 2)),
    "a feed in the encoding it declares": (
        declared("ISO-8859-2", item("mug", title="Żółty ser")).encode("iso-8859-2"),
        (1, 1, 0, 1),
    ),
    "UTF-16 with its mark": (GOOD.encode("utf-16"), (2, 2, 0, 2)),
    "tabs and a byte order mark": (b"\xef\xbb\xbf" + GOOD.replace(",", "\t").encode(), (2, 2, 0, 2)),
    "a word to Excel before the header": ("sep=;\n" + OWN.replace(",", ";") + "a;A;1\n", (1, 1, 0, 1)),
    "a table's name above the header": ("Table 1,,\n" + OWN + "a,A,1\nb,B,x\n", (1, 1, 1, 2)),
    "explanations above the header": ('"# Required | An id","# The title"\n' + OWN + "a,A,1\n", (1, 1, 0, 1)),
    "bars": (OWN.replace(",", "|") + "a|A|1\n", (1, 1, 0, 1)),
    "line ends of three systems": (GOOD.replace("\r\n", "\r", 1).replace("\r\n", "\n", 1), (2, 2, 0, 2)),
    "quoted line breaks": (
        sheet(first("mug", **{"Body (HTML)": 'one\r\n"two"\n,three'}), first("x", "x")),
        (1, 1, 1, 2),
    ),
    "rows torn apart": (sheet(sized("tee", "S"), first("mug"), later("tee", "M")), (2, 3, 0, 3)),
    "a variation of nobody": (woo(variation("tee", "S"), simple("mug")), (1, 1, 1, 2)),
    "a parent without variations": (woo(parent("tee"), simple("mug")), (1, 1, 1, 2)),
    "two currencies": (table(item("a"), item("b", "3.00 USD")), (1, 1, 1, 2)),
    "a spreadsheet's barcode": (table(item("a", gtin="5.01235E+12"), item("b", gtin="12345678901")), (2, 2, 0, 2)),
    "an empty item": (rss(item("a")).replace("</item>", "</item><item/>"), (1, 1, 1, 2)),
    "a broken line of JSON": (LINE + "{oops\n" + LINE.replace("mug", "b"), (2, 2, 1, 3)),
    "JSON of mixed kinds": (LINE + '["mug"]\nnull\n3\n', (1, 1, 3, 4)),
    "JSON without a last line end": (LINE + LINE.replace("mug", "b").strip(), (2, 2, 0, 2)),
}


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_read_is_refused_whole(content: str | bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_file(content, part=2_000_000)
    assert refused.value.code == code
    assert refused.value.detail.endswith((".", "…", "template."))


@pytest.mark.parametrize(("content", "counts"), TOLD.values(), ids=TOLD)
def test_a_file_with_bad_rows_is_told_row_by_row(content: str | bytes, counts: tuple[int, int, int, int]) -> None:
    found = read_file(content)

    assert found.counts == counts
    assert sum(one.rows for one in found.products) + found.rows_without_product == found.rows_total
    assert bool(found.rejected) == bool(found.rows_rejected)
    assert all(one.line > 1 and one.reason and one.advice for one in found.problems)


def job_at(text: str, *, size: int, rows: int = 0) -> Import:
    """An import that has come so far, with all of the text before it."""
    layout = recognise(text.encode(), last=True)
    told = layout.model_dump(mode="json")
    return Import(layout=told, position=layout.start, line=layout.line, size=size, rows_total=rows, currency="EUR")


def test_a_record_that_never_ends_is_not_waited_for() -> None:
    """A gigabyte, of which only the next megabytes are ever held."""
    with pytest.raises(NotText) as refused:
        read_part(job_at(OWN, size=10**9), b"mug," + b"x" * 3_000_000)
    assert "line 2" in refused.value.detail


def test_a_file_of_nothing_but_rows_is_not_read_to_its_end() -> None:
    with pytest.raises(TooManyRows):
        read_part(job_at(OWN, size=10**9, rows=MOST_ROWS - 1), b"a,A,1\nb,B,1\nc,C,1\n")


@pytest.mark.parametrize(
    ("name", "line", "column"),
    [
        ("a cell that is too long", 3, "title"),
        ("a quote that is closed far below", 2, "title"),
        ("a feed with a value that is too long", 4, "g:description"),
    ],
)
def test_a_cell_that_is_too_long_is_told_as_that_and_harms_no_other_row(name: str, line: int, column: str) -> None:
    [told] = read_file(TOLD[name][0]).rejected
    assert told.line == line
    assert told.reason.startswith(f"“{column}” has 1")


@pytest.mark.parametrize("name", ["a second header in the middle", "two files in one"])
def test_a_header_that_comes_again_is_told_as_that_and_nothing_else(name: str) -> None:
    [told] = read_file(TOLD[name][0]).problems
    assert (told.line, told.reason) == (4, "The header stands here once more.")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a quote left open", "In the record that begins in line 4 a quote is not closed"),
        ("one cell without end", "In the record that begins in line 2 a cell goes on for longer than any record may"),
        ("text after a quote", "In the record that begins in line 2 something stands behind a closing quote"),
        ("a NUL in the middle", "Line 4 holds binary data."),
        ("a page that is no XML", "This is a web page"),
        ("a truncated feed", "Line 4 is not well-formed XML (the file ends before its last element does)."),
        ("a prefix nobody declared", 'Google\'s is xmlns:g="http://base.google.com/ns/1.0"'),
        ("a packed archive", "Please save or unpack it as CSV"),
        ("JSON deep in itself", "The line has too many objects inside each other."),
    ],
)
def test_what_is_wrong_is_said_in_words_that_help_and_with_its_line(name: str, told: str) -> None:
    with pytest.raises(Refused) as refused:
        read_file(REFUSED[name][0])
    assert told in refused.value.detail


NASTY = (
    "=1+1", "@SUM(A1)", "😀", "\N{RIGHT-TO-LEFT OVERRIDE}abc", "NaN", "-1", "9" * 60, "\x07", "''=1", '";\n',
    "\N{ZERO WIDTH NO-BREAK SPACE}", "2027-02-30", "http://[::1", "\\",
)  # fmt: skip


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (OLD, {"Handle": "jug", "Title": "Jug", "Variant Price": "3"}),
        (NEW, {"URL handle": "jug", "Title": "Jug", "Price": "3"}),
        (WOO, {"SKU": "jug", "Name": "Jug", "Regular price": "3"}),
        (sorted(GOOGLE), {"id": "jug", "title": "Jug", "price": "3 EUR"}),
        (list(OURS), {"id": "jug", "title": "Jug", "price": "3"}),
    ],
    ids=["old", "new", "woocommerce", "google", "own"],
)
def test_whatever_stands_in_whichever_column_harms_its_own_row_only(header: list[str], row: dict[str, str]) -> None:
    """Every value in every column, each in a product of its own, and one that has none of them."""
    key = next(iter(row))
    bad = [row | {key: f"jug-{nth}"} | {name: value} for nth, (name, value) in enumerate(product(header, NASTY))]
    out = io.StringIO()
    csv.DictWriter(out, header).writerows([dict(zip(header, header, strict=True)), *bad, row | {key: "mug"}])

    found = read_file(out.getvalue())

    assert found.products[-1].external_id == "mug"
    assert found.rows_total == len(bad) + 1
    assert sum(one.rows for one in found.products) + found.rows_without_product == found.rows_total
    assert all(one.column in header and one.line > 1 for one in found.problems)


def test_there_are_more_than_sixty_of_them() -> None:
    assert len(REFUSED) + len(TOLD) >= 60


def test_letters_of_windows_are_read_as_they_were_written() -> None:
    [product] = read_file(TOLD["Windows-1252"][0]).products
    assert product.title == "Café “Köln” €"


def test_letters_of_a_declared_encoding_are_read_as_they_were_written() -> None:
    [product] = read_file(TOLD["a feed in the encoding it declares"][0]).products
    assert product.title == "Żółty ser"


@pytest.mark.parametrize(
    "make",
    [
        lambda rows: sheet(*(first(f"mug-{nth}", Tags='é, "x"\n' * (nth % 9)) for nth in range(rows))),
        lambda rows: woo(*(simple(f"mug-{nth}", Description="ü\n" * (nth % 9)) for nth in range(rows))),
        lambda rows: "".join(LINE.replace("mug", f"müg-{nth}") for nth in range(rows)),
    ],
    ids=["shopify", "woocommerce", "jsonl"],
)
@pytest.mark.parametrize("part", [1_500, 5_001])
def test_a_file_cut_anywhere_holds_the_same_records(make: Callable[[int], str], part: int) -> None:
    content = utf8(make(80).encode())
    assert records(content, part) == records(content)


def test_a_large_file_is_told_apart_by_all_of_it() -> None:
    """The one letter that is not UTF-8 stands far behind the beginning."""
    text = (OWN + "a,A,1\n" * 400_000).encode()
    assert encoding_of(io.BytesIO(text)).name == "utf-8"
    assert encoding_of(io.BytesIO(text + b"b,caf\xe9,1\n")).name == "windows-1252"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"policy": "made_to_order", "lead_days": "0001" + "9" * 20}, "lead_days"),
        ({"policy": "made_to_order", "lead_days": "0001" + "9" * 5_000}, "lead_days"),
        ({"weight": "9" * 40 + " kg"}, "weight"),
        ({"weight": "9" * 6_000}, "weight"),
        ({"certifications": "Fairtrade " + "1" * 70}, "certifications"),
        ({"certifications": "Fairtrade a\x01b"}, "certifications"),
        ({"warnings": "\n".join(["en: Hot"] * 31)}, "warnings"),
        ({"fat": "9" * 5_000}, "fat"),
        ({"net_quantity": "9" * 5_000 + " g"}, "net_quantity"),
        ({"stock": "9" * 5_000}, "stock"),
        ({"price": "9" * 5_000}, "price"),
    ],
)
def test_no_cell_breaks_more_than_itself(cells: dict[str, str], told: str) -> None:
    row = {"id": "jug", "title": "Jug", "price": "3.00"} | cells
    out = io.StringIO()
    csv.writer(out).writerows([[*row], ["mug", "Mug", "3.00"], [*row.values()]])

    found = read_file(out.getvalue())

    assert found.products[0].title == "Mug"
    assert {problem.column for problem in found.problems} == {told}
