"""What a buyer typed into the card form, checked as a bank's page checks it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.stripe_api.cards import Card, by_number


@dataclass(frozen=True)
class CardForm:
    number: str = ""
    expiry: str = ""
    cvc: str = ""
    name: str = ""

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> "CardForm":
        return cls(**{name: fields.get(name, "").strip()[:100] for name in ("number", "expiry", "cvc", "name")})

    @property
    def card(self) -> Card:
        return by_number(_digits(self.number))

    def problems(self, now: float) -> dict[str, str]:
        """One sentence per field that cannot be right."""
        found = {}
        if not _passes_luhn(_digits(self.number)):
            found["number"] = "This is not a card number. Check its digits."
        if not _is_ahead(self.expiry, now):
            found["expiry"] = "Give a month and year that are still to come, as 12/34."
        if not re.fullmatch(r"[0-9]{3,4}", self.cvc):
            found["cvc"] = "The security code has three or four digits."
        return found


def _digits(number: str) -> str:
    return re.sub(r"[ \-]", "", number)


def _passes_luhn(number: str) -> bool:
    if not re.fullmatch(r"[0-9]{12,19}", number):
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_ahead(expiry: str, now: float) -> bool:
    match = re.fullmatch(r"(0?[1-9]|1[0-2]) ?/ ?(?:20)?([0-9]{2})", expiry)
    if match is None:
        return False
    today = datetime.fromtimestamp(now, UTC)
    return (2000 + int(match[2]), int(match[1])) >= (today.year, today.month)
