"""Money, dates and distances in people's words."""

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency

from chassis.money import NotAnAmount, exponent, parse_amount, plain

LOCALE = Locale("en", "IE")
UTC = ZoneInfo("UTC")
NOT_A_COUNTRY = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


@lru_cache(maxsize=8192)
def shown(amount: int, currency: str) -> str:
    return format_currency(Decimal(amount).scaleb(-exponent(currency)), currency, locale=LOCALE)


class Amount(Protocol):
    @property
    def amount(self) -> int: ...

    @property
    def currency(self) -> str: ...


def money(value: Amount) -> str:
    return shown(value.amount, value.currency)


def credit(value: Amount) -> str:
    """A posting's negative amount, as the books' right-hand column shows it."""
    return shown(-value.amount, value.currency)


def typed(value: Amount) -> str:
    """As a person types it into a field, `12.50`."""
    return plain(value.amount, value.currency)


def minor_units(text: str, currency: str) -> int | None:
    """None where the text is no plain amount of that currency; a decimal comma is as good as a point."""
    try:
        return parse_amount(text.replace(",", ".", 1), currency)
    except NotAnAmount:
        return None


@lru_cache(maxsize=1024)
def day(value: datetime) -> str:
    return format_date(value, "d MMMM y", locale=LOCALE)


@lru_cache(maxsize=1024)
def moment(value: datetime) -> str:
    return format_datetime(value, "d MMM y, HH:mm", tzinfo=UTC, locale=LOCALE) + " UTC"


def distance(kilometres: float) -> str:
    """Towns are points on the list, so nothing closer than a kilometre is told apart."""
    return "less than 1 km away" if kilometres < 1 else f"about {kilometres:,.0f} km away"


@lru_cache(maxsize=512)
def country(code: str | None) -> str:
    return str(LOCALE.territories.get(code or "", code or ""))


@lru_cache(maxsize=1)
def countries() -> tuple[tuple[str, str], ...]:
    names = ((code, str(name)) for code, name in LOCALE.territories.items() if len(code) == 2 and code.isalpha())
    return tuple(sorted((pair for pair in names if pair[0] not in NOT_A_COUNTRY), key=lambda pair: pair[1]))
