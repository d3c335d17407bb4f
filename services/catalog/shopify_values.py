"""Single cells of a Shopify export, read exactly or refused; nothing is guessed."""

import re

from chassis.money import NotAnAmount, exponent, parse_amount
from services.catalog.draft import ProductState

PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")
WHOLE = re.compile(r"[0-9]+")
HIGHEST_PRICE = 10**10  # Minor units: far above any price, and well inside BIGINT when multiplied by a quantity.
LARGEST_QUANTITY = 10**8
TRUE = {"true", "1", "yes"}
FALSE = {"false", "0", "no"}
STATES = {
    "": ProductState.LISTED,
    "active": ProductState.LISTED,
    "draft": ProductState.DRAFT,
    "archived": ProductState.ARCHIVED,
    "unlisted": ProductState.DRAFT,
}


class BadValue(ValueError):
    """The cell of this field cannot be taken as it stands."""

    def __init__(self, field: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.value, self.reason = field, value, reason


def price(text: str, currency: str) -> int:
    """Minor units. A comma may part thousands or decimals, and so may a dot before three digits: both are refused."""
    return _amount("price", text, currency)


def compare_at(text: str, currency: str) -> int | None:
    """Minor units, or None where the cell is blank."""
    return _amount("compare_at", text, currency) if text else None


def _amount(field: str, text: str, currency: str) -> int:
    if not text:
        raise BadValue(field, text, "There is no price.")
    if text.startswith("-"):
        raise BadValue(field, text, "A price cannot be negative.")
    if "," in text:
        raise BadValue(field, text, "A comma may part thousands or decimals: please write the price like 1234.50.")
    if not PLAIN.fullmatch(text):
        raise BadValue(field, text, f"This is not a plain price in {currency} such as 12.50.")
    if len(text.partition(".")[2]) > max(2, exponent(currency)):
        raise BadValue(field, text, f"The price has more decimals than {currency} knows.")
    try:
        amount = parse_amount(text, currency)
    except NotAnAmount as error:
        raise BadValue(field, text, f"This is not a price in {currency}: {error.detail}.") from error
    if amount > HIGHEST_PRICE:
        raise BadValue(field, text, "The price is higher than any that can be asked here.")
    return amount


def quantity(text: str) -> int:
    """How many stand on the shelf: a whole number, none or more."""
    if text.startswith("-") and WHOLE.fullmatch(text[1:]):
        raise BadValue("quantity", text, "A quantity cannot be negative.")
    if not WHOLE.fullmatch(text):
        raise BadValue("quantity", text, "A quantity is a whole number such as 12.")
    if len(text) > len(str(LARGEST_QUANTITY)) or int(text) > LARGEST_QUANTITY:
        raise BadValue("quantity", text, "The quantity is larger than any stock that can be kept here.")
    return int(text)


def boolean(field: str, text: str, *, default: bool) -> bool:
    """TRUE, true, 1 or yes, and their opposites; blank is the default."""
    told = text.casefold()
    if not told:
        return default
    if told not in TRUE | FALSE:
        raise BadValue(field, text, "This must be TRUE or FALSE.")
    return told in TRUE


def status(text: str) -> ProductState:
    """An unlisted product is kept as a draft: here a product is either found or not sold."""
    state = STATES.get(text.casefold())
    if state is None:
        raise BadValue("status", text, "This must be active, draft or archived.")
    return state
