"""Single cells of a catalogue file, read exactly or refused; nothing is guessed."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

from chassis.money import NotAnAmount, exponent, parse_amount
from services.catalog.assortment.draft import ProductState
from services.catalog.labels.measure import UNITS
from services.catalog.stock.policy import LONGEST_LEAD, StockPolicy, Supply

PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")
# Decimals of nothing say nothing: `12.5000` is a price and `12.0` a count, but `1.500` may be fifteen hundred.
LONG_DECIMALS = re.compile(r"([0-9]+\.[0-9]{2,3}?)0+")
NO_DECIMALS = re.compile(r"([0-9]+)\.0+")
QUOTED = re.compile(r"^'(?=[0-9]+$)")
DECIMAL_COMMA = re.compile(r"([0-9]+),([0-9]{1,2})")
WHOLE = re.compile(r"[0-9]+")
WEIGHT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)")
LONGEST = 255  # Characters of whatever is a name.
HIGHEST_PRICE = 10**10  # Minor units: far above any price, and well inside BIGINT when multiplied by a quantity.
LARGEST_QUANTITY = 10**8
HEAVIEST = 10**8  # Grams.
LONGEST_NUMBER = 30
GTIN_LENGTHS = {8, 12, 13, 14}
ISBN_10 = re.compile(r"[0-9]{9}[0-9xX]")
# What a shop gives to its own goods, by the first digits behind the padding to thirteen.
IN_STORE = re.compile(r"0(02|04|2[0-9])")
GRAMS = {name: unit.size for name, unit in UNITS.items() if unit.kind == "mass"}
GRAMS["lbs"] = GRAMS["lb"]
TRUE = {"true", "1", "yes"}
FALSE = {"false", "0", "no"}
STATES = {
    "": ProductState.LISTED,
    "active": ProductState.LISTED,
    "listed": ProductState.LISTED,
    "draft": ProductState.DRAFT,
    "archived": ProductState.ARCHIVED,
    "unlisted": ProductState.DRAFT,
}


class BadValue(ValueError):
    """The cell of this field cannot be taken as it stands; `advice` says what to write instead."""

    def __init__(self, field: str, value: str, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.field, self.value, self.reason, self.advice = field, value, reason, advice


def short(field: str, text: str) -> str:
    """The text, unless it is longer than any name."""
    if len(text) > LONGEST:
        raise BadValue(field, text, f"The value is longer than {LONGEST} characters.", "Write it shorter.")
    return text


def price(text: str, currency: str, *, field: str = "price") -> int:
    """Minor units. A comma may part thousands or decimals, and so may a dot before three digits: both are refused."""
    advice = f"Write the price in {currency} like {_example(currency)}."
    if not text:
        raise BadValue(field, text, "There is no price.", advice)
    if text.startswith("-"):
        raise BadValue(field, text, "A price cannot be negative.", advice)
    if "," in text and "." in text:
        raise BadValue(field, text, "Thousands are parted from each other.", advice)
    if "," in text:
        raise BadValue(field, text, "A comma may part thousands or decimals.", advice)
    if not PLAIN.fullmatch(text):
        raise BadValue(field, text, "This is not a plain price.", advice)
    if len(text.partition(".")[2]) > 3 and (found := LONG_DECIMALS.fullmatch(text)):
        text = found[1]
    if len(text.partition(".")[2]) > max(2, exponent(currency)):
        raise BadValue(field, text, f"The price has more decimals than {currency} knows.", advice)
    try:
        amount = parse_amount(text, currency)
    except NotAnAmount as error:
        raise BadValue(field, text, f"This is not a price in {currency}: {error.detail}.", advice) from error
    if amount > HIGHEST_PRICE:
        raise BadValue(field, text, "The price is higher than any that can be asked here.", advice)
    return amount


def _example(currency: str) -> str:
    places = exponent(currency)
    return "1234" + ("." + "50".ljust(places, "0")[:places] if places else "")


def with_point(text: str, currency: str) -> str:
    """A decimal comma that can be nothing else, as `12,50`, becomes a point; any other stays as it is."""
    found = DECIMAL_COMMA.fullmatch(text)
    return f"{found[1]}.{found[2]}" if found and exponent(currency) else text


def named_price(text: str, currency: str, *, field: str = "price") -> int:
    """Minor units of a price with its currency beside it (`15.00 EUR`, `EUR 15.00`)."""
    advice = f"Write the price with its currency, like {_example(currency)} {currency}."
    parts = text.split()
    if not parts:
        raise BadValue(field, text, "There is no price.", advice)
    named = [part for part in parts if part.isalpha() and len(part) == 3]
    if len(parts) != 2 or len(named) != 1:
        raise BadValue(field, text, "A price is an amount and a currency.", advice)
    if named[0].upper() != currency:
        raise BadValue(field, text, f"Prices here are in {currency}.", advice)
    amount = next(part for part in parts if part is not named[0])
    try:
        return price(with_point(amount, currency), currency, field=field)
    except BadValue as bad:
        raise BadValue(field, text, bad.reason, advice) from bad


def quantity(text: str) -> int:
    """How many stand on the shelf: a whole number, none or more."""
    advice = "Write how many there are, like 12."
    if found := NO_DECIMALS.fullmatch(text):
        text = found[1]
    if text.startswith("-") and WHOLE.fullmatch(text[1:]):
        raise BadValue("quantity", text, "A quantity cannot be negative.", advice)
    if not WHOLE.fullmatch(text):
        raise BadValue("quantity", text, "A quantity is a whole number.", advice)
    if len(text) > len(str(LARGEST_QUANTITY)) or int(text) > LARGEST_QUANTITY:
        raise BadValue("quantity", text, "The quantity is larger than any stock that can be kept here.", advice)
    return int(text)


def is_below_nothing(text: str) -> bool:
    """A shop that has sold more than it had counts so."""
    return text.startswith("-") and PLAIN.fullmatch(text[1:]) is not None and Decimal(text) <= 0


def unquoted(digits: str) -> str:
    """Shopify puts an apostrophe before a number made of digits, so that no spreadsheet shortens it."""
    return QUOTED.sub("", digits)


def boolean(field: str, text: str, *, default: bool) -> bool:
    """TRUE, true, 1 or yes, and their opposites; blank is the default."""
    told = text.casefold()
    if not told:
        return default
    if told not in TRUE | FALSE:
        raise BadValue(field, text, "This must be TRUE or FALSE.", "Write TRUE or FALSE.")
    return told in TRUE


def status(text: str) -> ProductState:
    """An unlisted product is kept as a draft: here a product is either found or not sold."""
    state = STATES.get(text.casefold())
    if state is None:
        raise BadValue("status", text, "This state is not known.", "Write active, draft or archived.")
    return state


SOLD_AHEAD = {"continue": True, "notify": True, "deny": False}


def sold_ahead(field: str, text: str) -> Supply | None:
    """Whether a shop goes on selling when none is left, as Shopify and WooCommerce say it; blank says nothing."""
    if not text:
        return None
    told = SOLD_AHEAD.get(text.casefold())
    ahead = boolean(field, text, default=False) if told is None else told
    return Supply(StockPolicy.BACK_ORDER if ahead else StockPolicy.DENY)


def day(field: str, text: str) -> date | None:
    """A calendar day, with or without a time behind it; None where the cell is blank."""
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise BadValue(field, text, "This is not a day.", "Write it like 2027-01-31.") from error


def lead_days(text: str) -> int | None:
    """Within how many days one is made; None where the cell is blank."""
    if text and not (WHOLE.fullmatch(text) and len(text) <= 4 and 1 <= int(text) <= LONGEST_LEAD):
        advice = f"Write a number from 1 to {LONGEST_LEAD}."
        raise BadValue("lead_days", text, "This is no number of days.", advice)
    return int(text) if text else None


def gtin(text: str) -> str:
    """The number padded to fourteen digits, its check digit proved; blank where there is none, or only a shop's own.

    The ten-digit ISBN of an older book becomes the number that the book has had since 2007.
    """
    digits = re.sub(r"[\s-]", "", text)
    if not digits:
        return ""
    if ISBN_10.fullmatch(digits):
        digits = _of_isbn(text, digits)
    if re.fullmatch(r"[0-9.,]+[eE]\+?[0-9]+", digits):
        reason = "A spreadsheet has shortened this number, and its last digits are lost."
        raise BadValue("gtin", text, reason, "Format the column as text and write the number again.")
    if not WHOLE.fullmatch(digits) or len(digits) not in GTIN_LENGTHS:
        advice = "Write all its 8, 12, 13 or 14 digits, with the zeros it begins with, or leave it blank."
        raise BadValue("gtin", text, "This is not a GTIN, UPC or EAN.", advice)
    padded = digits.zfill(14)
    if _weighed(padded) % 10:
        raise BadValue("gtin", text, "The check digit of this GTIN is wrong.", "Compare it with the one on the pack.")
    return "" if IN_STORE.match(padded) and len(digits) > 8 else padded


def _weighed(padded: str) -> int:
    """The sum that a GTIN's check digit makes a multiple of ten."""
    return sum(int(digit) * (3, 1)[nth % 2] for nth, digit in enumerate(padded))


def _of_isbn(text: str, isbn: str) -> str:
    worth = [10 if digit in "xX" else int(digit) for digit in isbn]
    if sum(digit * (10 - nth) for nth, digit in enumerate(worth)) % 11:
        raise BadValue("gtin", text, "The check digit of this ISBN is wrong.", "Compare it with the one in the book.")
    stem = f"978{isbn[:9]}"
    return f"{stem}{-_weighed(f'{stem}0'.zfill(14)) % 10}"


def weight(text: str, unit: str) -> int | None:
    """Whole grams, or None where the cell is blank; `unit` holds where the cell tells none."""
    if not text:
        return None
    found = WEIGHT.fullmatch(text.casefold())
    told = (found[2] if found else "") or unit
    if found is None or told not in GRAMS:
        raise BadValue("weight", text, "This is not a weight.", "Write it like 500 g or 1.5 kg.")
    # No number of thousands of digits is read: Python refuses to.
    is_number = len(found[1]) <= LONGEST_NUMBER
    if not is_number or (grams := int(Fraction(found[1]) * GRAMS[told] + Fraction(1, 2))) > HEAVIEST:
        raise BadValue("weight", text, "This is heavier than anything that can be sent.", "Write it like 1.5 kg.")
    return grams
