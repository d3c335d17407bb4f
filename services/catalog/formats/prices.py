"""A price as shops and people write it, read exactly or refused: what may mean two things is not guessed at."""

import re

from babel.numbers import list_currencies

from chassis.money import NotAnAmount, exponent, parse_amount
from services.catalog.formats.values import HIGHEST_PRICE, PLAIN, BadValue

LONGEST = 40  # Characters.
# Decimals of nothing say nothing: `12.5000` is a price, but `1.500` may be fifteen hundred.
LONG_DECIMALS = re.compile(r"([0-9]+\.[0-9]{2,3}?)0+")
# What can be read in one way only, and the mark between its thousands: never one comma or dot, alone, before three
# digits, nor a decimal comma behind dots, in files whose decimals are parted by dots. India parts what is above a
# thousand by two digits.
ONE_MEANING = (
    (re.compile(r"[0-9]+,[0-9]{1,2}"), ""),
    (re.compile(r"[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}\.[0-9]+"), ","),
    (re.compile(r"[0-9]{1,3}(,[0-9]{2,3})+,[0-9]{3}"), ","),
    (re.compile(r"[0-9]{1,3}(\.[0-9]{3}){2,}"), "."),
    (re.compile(r"[0-9]{1,3}( [0-9]{3})+([.,][0-9]+)?"), " "),
    (re.compile(r"[0-9]{1,3}('[0-9]{3})+([.,][0-9]+)?"), "'"),
)
AMBIGUOUS = re.compile(r"[0-9]+,[0-9]+|[0-9]{1,3}(\.[0-9]{3})+,[0-9]+")
UNCLEAR = "Its comma or dot may part thousands or decimals."
SET_THERE = 'shops set it where they make the feed, a spreadsheet by a format such as 0.00 "EUR".'
AS_TYPED = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\N{THIN SPACE}": " ", "’": "'"})
MARKED = re.compile(r"(?P<before>[^\s\d.,'-]*)\s*(?P<amount>-?[\d.,' -]*?)\s*(?P<after>[^\s\d.,'-]*)")
SIGNS = {
    "€": {"EUR"}, "£": {"GBP"}, "$": {"USD", "CAD", "AUD", "NZD"}, "us$": {"USD"}, "kr": {"SEK", "NOK", "DKK", "ISK"},
    "zł": {"PLN"}, "kč": {"CZK"}, "lei": {"RON"}, "ft": {"HUF"}, "₺": {"TRY"}, "₹": {"INR"}, "r$": {"BRL"},
    "¥": {"JPY", "CNY"},
}  # fmt: skip


def price(text: str, currency: str, *, field: str = "price") -> int:
    """Minor units; a sign or a code of the currency may stand beside it. Raises BadValue."""
    advice = f"Write the price in {currency} like {_example(currency)}."
    amount, _ = _parted(text, currency, field, advice)
    return _minor_units(text, amount, currency, field, advice)


def named_price(text: str, currency: str, *, field: str = "price") -> int:
    """Minor units of a price that must name its currency (`15.00 EUR`, `EUR 15.00`). Raises BadValue."""
    advice = f"Write the price with its currency, like {_example(currency)} {currency}."
    amount, mark = _parted(text, currency, field, advice)
    minor = _minor_units(text, amount, currency, field, advice)
    if not mark:
        reason = "The price names no currency, as Google asks of product data: it could be any."
        raise BadValue(field, text, reason, f"Write {text} {currency}, here and in every row: {SET_THERE}")
    return minor


def _example(currency: str) -> str:
    places = exponent(currency)
    return "1234" + ("." + "50".ljust(places, "0")[:places] if places else "")


def _parted(text: str, currency: str, field: str, advice: str) -> tuple[str, str]:
    """The amount, and what stands beside it: nothing, or the currency's own sign or code."""
    if not text:
        raise BadValue(field, text, "There is no price.", advice)
    found = MARKED.fullmatch(text.translate(AS_TYPED)) if len(text) <= LONGEST else None
    if found is None or not found["amount"] or (found["before"] and found["after"]):
        raise BadValue(field, text, "This is not a price.", advice)
    mark = found["before"] or found["after"]
    if mark and mark.upper() != currency and currency not in SIGNS.get(mark.casefold(), ()):
        is_another = mark.upper() in list_currencies() or mark.casefold() in SIGNS
        raise BadValue(field, text, f"Prices here are in {currency}." if is_another else "This is not a price.", advice)
    return found["amount"], mark


def _minor_units(text: str, told: str, currency: str, field: str, advice: str) -> int:
    if told.startswith("-"):
        raise BadValue(field, text, "A price cannot be negative.", advice)
    amount = _with_point(told)
    if not PLAIN.fullmatch(amount):
        raise BadValue(field, text, UNCLEAR if AMBIGUOUS.fullmatch(told) else "This is not a price.", advice)
    if len(amount.partition(".")[2]) > 3 and (found := LONG_DECIMALS.fullmatch(amount)):
        amount = found[1]
    decimals = len(amount.partition(".")[2])
    if decimals > max(2, exponent(currency)):
        too_many = f"The price has more decimals than {currency} knows."
        raise BadValue(field, text, UNCLEAR if decimals == 3 else too_many, advice)
    try:
        minor = parse_amount(amount, currency)
    except NotAnAmount as error:
        raise BadValue(field, text, f"This is not a price in {currency}: {error.detail}.", advice) from error
    if minor > HIGHEST_PRICE:
        raise BadValue(field, text, "The price is higher than any that can be asked here.", advice)
    return minor


def _with_point(amount: str) -> str:
    thousands = next((mark for pattern, mark in ONE_MEANING if pattern.fullmatch(amount)), None)
    return amount if thousands is None else amount.replace(thousands, "").replace(",", ".")
