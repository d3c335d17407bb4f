"""Money as integer minor units of a named currency; a float never comes near it."""

from decimal import Decimal, InvalidOperation
from typing import Annotated

from babel.numbers import UnknownCurrencyError, get_currency_precision, list_currencies
from pydantic import BaseModel, ConfigDict, Field, StrictInt

from chassis.errors import Refused

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
LARGEST = 10**13  # Far above any price, far below where BIGINT sums or a browser's numbers lose a unit.


class NotAnAmount(Refused):
    """The text is no exact amount of the currency."""

    code = "not_an_amount"
    title = "That is not an amount of money"


class Money(BaseModel):
    """`amount` counts the currency's smallest unit: 1250 EUR is 12.50, 1250 JPY is 1250."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Annotated[StrictInt, Field(ge=-LARGEST, le=LARGEST)]
    currency: Currency

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(amount=self.amount + other.amount, currency=self.currency)


def exponent(currency: str) -> int:
    """How many decimals the currency has by ISO 4217 (JPY 0, EUR 2, KWD 3)."""
    if currency not in list_currencies():
        raise UnknownCurrencyError(currency)
    return get_currency_precision(currency)


def parse_amount(text: str, currency: str) -> int:
    """Minor units of a plain decimal ("12.5"); refuses signs, thousands marks and decimals the currency lacks."""
    cleaned = text.strip()
    if not cleaned.replace(".", "", 1).isdecimal() or not cleaned.isascii():
        raise NotAnAmount(f"{text!r} is not a plain amount such as 12.50")
    try:
        minor = Decimal(cleaned).scaleb(exponent(currency))
    except InvalidOperation as error:
        raise NotAnAmount(f"{text!r} is not a plain amount such as 12.50") from error
    if minor != minor.to_integral_value():
        raise NotAnAmount(f"{text!r} has more decimals than {currency} knows")
    if minor > LARGEST:
        raise NotAnAmount(f"{text!r} is more than any price here can be")
    return int(minor)


def plain(amount: int, currency: str) -> str:
    """The amount as a plain decimal ("12.50"), for forms and for mail."""
    places = exponent(currency)
    return f"{Decimal(amount).scaleb(-places):.{places}f}"


def named(amount: int, currency: str) -> str:
    """The amount with its currency behind it ("12.50 EUR"), where no locale is known."""
    return f"{plain(amount, currency)} {currency}"
