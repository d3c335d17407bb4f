"""Prices as files write them: one meaning or none."""

import pytest

from services.catalog.formats.prices import UNCLEAR, named_price, price
from services.catalog.formats.values import BadValue


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12.50", 1250),
        ("12,5", 1250),
        ("12.5000", 1250),
        ("1,234.56", 123456),
        ("1,234,567", 123456700),
        ("1.234.567", 123456700),
        ("1'234.50", 123450),
        ("1’234", 123400),
        ("1 234,50", 123450),
        ("1\N{NO-BREAK SPACE}234,50\N{NO-BREAK SPACE}€", 123450),
        ("1\N{NARROW NO-BREAK SPACE}234", 123400),
        ("€ 5", 500),
        ("EUR5", 500),
        ("5 eur", 500),
    ],
)
def test_what_has_one_meaning_is_taken(text: str, amount: int) -> None:
    assert price(text, "EUR") == amount


@pytest.mark.parametrize(
    ("text", "currency", "amount"), [("1,25,000.00", "INR", 12500000), ("1,234.00 kr", "SEK", 123400)]
)
def test_thousands_are_parted_as_a_country_parts_them(text: str, currency: str, amount: int) -> None:
    assert price(text, currency) == amount


@pytest.mark.parametrize("text", ["1.234", "1,234", "12,345", "1.500", "1.234,56", "1.234.567,89"])
def test_what_may_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as bad:
        price(text, "EUR")
    assert (bad.value.reason, bad.value.advice) == (UNCLEAR, "Write the price in EUR like 1234.50.")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("5 USD", "Prices here are in EUR."),
        ("$5", "Prices here are in EUR."),
        ("-5", "A price cannot be negative."),
        ("€-5", "A price cannot be negative."),
        ("1,2345.67", "This is not a price."),
        ("1,234.56.78", "This is not a price."),
        ("1.23,45", "This is not a price."),
        ("12 34", "This is not a price."),
        ("€5€", "This is not a price."),
        ("5 apples", "This is not a price."),
        ("from 5", "This is not a price."),
        ("=1+1", "This is not a price."),
        ("1,234.567", UNCLEAR),
        ("0.12345", "The price has more decimals than EUR knows."),
        (" " * 100_000 + "5!", "This is not a price."),
    ],
)
def test_anything_else_is_refused_with_its_reason(text: str, told: str) -> None:
    with pytest.raises(BadValue) as bad:
        price(text, "EUR")
    assert bad.value.reason == told


def test_where_a_currency_is_named_it_must_be_there() -> None:
    assert named_price("1,234.56 EUR", "EUR") == 123456
    with pytest.raises(BadValue):
        named_price("15.00", "EUR")
