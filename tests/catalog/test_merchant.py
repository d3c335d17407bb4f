"""Google Merchant's product data in its four clothes: tab, comma, RSS and Atom say the same."""

import os
from pathlib import Path

import pytest

from chassis.errors import Refused
from services.catalog.imports.problem import Severity
from tests.catalog.merchant_files import BOMB, NS, Dressed, atom, item, rss, table
from tests.catalog.reading import Catalogue, read_file, records, utf8

CLOTHES = pytest.mark.parametrize(
    "dressed", [table, lambda *rows: table(*rows, delimiter=","), rss, atom], ids=["tsv", "csv", "rss", "atom"]
)


@CLOTHES
def test_items_of_one_group_are_variants_of_one_product(dressed: Dressed) -> None:
    group = {"item_group_id": "shirt", "gender": "unisex"}
    found: Catalogue = read_file(
        dressed(
            item("red-s", color="red", size="S", item_group_title="Shirt", **group),
            item("mug", "3.50 EUR", gtin="4006381333931", product_weight="0.5 kg", google_product_category="1868"),
            item("blue-m", color="blue", size="M", **group),
        )
    )

    assert (found.dialect, found.counts, found.problems) == ("google-merchant", (2, 3, 0, 3), [])
    shirt, mug = found.products
    assert (shirt.external_id, shirt.title) == ("shirt", "Shirt")
    assert [dict(one.options) for one in shirt.variants] == [
        {"Colour": "red", "Size": "S"},
        {"Colour": "blue", "Size": "M"},
    ]
    [one] = mug.variants
    assert (one.price, one.gtin, one.weight_grams, one.sku) == (350, "04006381333931", 500, "mug")
    assert list(mug.categories) == ["1868"]


@pytest.mark.parametrize(
    ("price", "amount"),
    [("15.00 EUR", 1500), ("15,00EUR", 1500), ("EUR 15", 1500), ("€15.00", 1500), ("1,234.00 EUR", 123400)],
)
def test_a_price_stands_beside_its_currency(price: str, amount: int) -> None:
    assert read_file(table(item("mug", price))).products[0].variants[0].price == amount


@CLOTHES
@pytest.mark.parametrize("price", ["15.00", "15.00 USD", "1.234 EUR", "1,234 EUR", "free", "", "-1 EUR", "1 2 EUR"])
def test_any_other_price_rejects_its_item(dressed: Dressed, price: str) -> None:
    found: Catalogue = read_file(dressed(item("mug", price), item("bowl")))
    assert found.counts == (1, 1, 1, 2)
    assert found.rejected[0].column.removeprefix("g:") == "price"


@pytest.mark.parametrize(
    ("availability", "quantity", "tracked", "count"),
    [
        ("in stock", "", False, None),
        ("in_stock", "4", True, 4),
        ("out of stock", "9", True, 0),
        ("backorder", "", True, 0),
    ],
)
def test_availability_is_a_count_or_none(availability: str, quantity: str, tracked: bool, count: int | None) -> None:
    [variant] = read_file(table(item("mug", availability=availability, quantity=quantity))).products[0].variants
    assert (variant.tracked, variant.quantity) == (tracked, count)


def test_items_of_a_group_must_differ() -> None:
    group = {"item_group_id": "shirt"}
    found = read_file(table(item("a", **group, size="S"), item("b", **group, size="S"), item("c", **group, size="M")))
    assert found.counts == (1, 2, 1, 3)


def test_lines_are_those_of_the_file_and_googles_field_goes_before_the_plain_one() -> None:
    text = rss(item("mug"), item("bowl", "x")).replace("<g:title>Mug", "<title>Other</title><g:title>Mug")
    found = read_file(text)
    assert (found.products[0].title, found.rejected[0].line) == ("Mug", 4)


def test_what_an_item_says_twice_fits_nowhere() -> None:
    once = "15.00 EUR</g:price>"
    text = rss(item("mug"), item("bowl")).replace(once, once + "<g:price>1 EUR</g:price>", 1)
    found = read_file(text)
    assert (found.counts, found.rejected[0].value) == ((1, 1, 1, 2), "15.00 EUR | 1 EUR")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (rss(item("mug")).replace("<rss", BOMB + "<rss"), "xml_dtd"),
        (rss(item("mug")).replace("<rss", '<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss'), "xml_dtd"),
        (rss(item("mug")).replace("Good.", "&xxe;"), "not_well_formed"),
        (rss(item("mug"))[:-20], "not_well_formed"),
        (rss(item("mug"), item("bowl")).replace("</g:id>", "</g:ids>"), "not_well_formed"),
        (rss(item("mug")).replace("Good.", "<a>" * 40 + "</a>" * 40), "not_well_formed"),
        (rss(), "unknown_format"),
        (rss(item("mug")).replace(NS, 'xmlns:g="urn:other"'), "unknown_format"),
        ("<html><body>Sign in</body></html>", "unknown_format"),
    ],
)
def test_xml_that_is_no_plain_feed_is_refused_whole(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_file(text)
    assert refused.value.code == code


@CLOTHES
@pytest.mark.parametrize("part", [1_000, 4_096])
def test_a_file_cut_anywhere_holds_the_same_records(dressed: Dressed, part: int) -> None:
    text: str = dressed(*(item(f"mug-{nth}", description="Grüße,\n“hier” " * (nth % 7)) for nth in range(60)))
    content = utf8(text.encode())
    assert records(content, part) == records(content)


@pytest.mark.parametrize(("name", "products"), [("sample-apparel.tsv", 1), ("sample-valid.csv", 1)])
def test_real_files_are_read(name: str, products: int) -> None:
    """Set TOADLANE_SHARED to the folder of real files; none of them is part of the project."""
    shared = os.environ.get("TOADLANE_SHARED")
    if not shared:
        pytest.skip("TOADLANE_SHARED is not set: the real Google Merchant files were NOT tried")
    found = read_file(Path(shared, "catalogs/google", name).read_bytes(), "USD")
    assert (found.dialect, found.counts, found.problems) == ("google-merchant", (products, products, 0, products), [])


@pytest.mark.parametrize(
    ("price", "told"),
    [
        ("15.00", "Write 15.00 EUR, here and in every row"),
        ("1.234", "Write the price with its currency, like 1234.50 EUR."),
    ],
)
def test_a_price_without_a_currency_is_no_guess_and_the_answer_says_what_to_write(price: str, told: str) -> None:
    """Google asks for the code of ISO 4217 beside every amount; a price in another money would be a wrong price."""
    [problem] = read_file(table(item("mug", price))).problems
    assert problem.severity is Severity.REJECTED
    assert problem.advice.startswith(told)
    assert read_file(table(item("mug", f"{price} EUR"))).counts[0] == (price == "15.00")
