"""Single cells of a catalogue file, read exactly or refused; nothing is guessed."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from html import unescape

from services.catalog.assortment.draft import ProductState
from services.catalog.labels.measure import UNITS
from services.catalog.stock.policy import LONGEST_LEAD, StockPolicy, Supply

PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")
NO_DECIMALS = re.compile(r"([0-9]+)\.0+")  # Decimals of nothing say nothing: `12.0` is a count.
QUOTED = re.compile(r"^'(?=[0-9]+$)")
WHOLE = re.compile(r"[0-9]+")
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Decimals without a digit before them are how WooCommerce writes half a pound.
WEIGHT = re.compile(r"([0-9]+(?:\.[0-9]+|,[0-9]{1,2})?|[.,][0-9]+)\s*([a-z]*)")
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


def as_read(name: str) -> str:
    """What a shop keeps as it writes it on its pages, as people read it there: `Salt &amp; vinegar`."""
    read = " ".join(ENTITY.sub(lambda entity: unescape(entity[0]), name).split()) if "&" in name else name
    return read or name


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
    if found := NO_DECIMALS.fullmatch(digits):
        digits = found[1]  # As a program writes a column of numbers in which one cell is blank.
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
    if not is_number or (grams := int(Fraction(found[1].replace(",", ".")) * GRAMS[told] + Fraction(1, 2))) > HEAVIEST:
        raise BadValue("weight", text, "This is heavier than anything that can be sent.", "Write it like 1.5 kg.")
    return grams
