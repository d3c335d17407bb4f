"""A submitted form: what was typed, what is wrong with it, and which field says so."""

import re
from collections.abc import Iterator, Mapping
from datetime import MAXYEAR, MINYEAR, date

from starlette.datastructures import FormData

from storefront.api import Problem
from storefront.field_words import field_words
from storefront.words import said

LONGEST = 20_000
MOST_DIGITS = 15  # no amount here has more, and Python refuses thousands of them


class Form:
    """Keeps what was typed, so that a refused form comes back filled in."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values = dict(values or {})
        self.errors: dict[str, str] = {}
        self.message = ""

    @classmethod
    def of(cls, data: FormData) -> "Form":
        return cls({name: value[:LONGEST].strip() for name, value in data.items() if isinstance(value, str)})

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def need(self, wanted: Mapping[str, str]) -> None:
        """Fields that must not be blank, each with what to say where it is."""
        for name, sentence in wanted.items():
            if not self[name]:
                self.errors[name] = sentence

    def whole(self, name: str, *, at_least: int = 0, at_most: int = 1_000_000) -> int | None:
        number = whole_number(self[name])
        if number is not None and at_least <= number <= at_most:
            return number
        self.errors[name] = f"Give a whole number from {at_least} to {at_most:,}."
        return None

    def take(self, problem: Problem, *, fields: Mapping[str, str] | None = None) -> None:
        """Lays the API's refusal beside the fields it speaks of; `fields` maps its names to this form's."""
        self.message = said(problem)
        for error in problem.errors:
            name = self._field(error.field, fields or {})
            if name:
                self.errors.setdefault(name, field_words(error.detail))
        if self.message.rstrip(".") in {told.rstrip(".") for told in self.errors.values()}:
            self.message = ""  # It is said beside its field.

    def _field(self, path: str, fields: Mapping[str, str]) -> str:
        path = re.sub(r"\[(\d+)\]", r".\1", path.removeprefix("body."))
        last = path.rpartition(".")[2]
        found = fields.get(path) or fields.get(last)
        return found or next((name for name in (path, last) if name in self.values), "")

    @property
    def is_fine(self) -> bool:
        return not self.errors and not self.message

    def summary(self) -> Iterator[tuple[str, str]]:
        yield from self.errors.items()


def is_day(text: str, years: range = range(MINYEAR, MAXYEAR + 1)) -> bool:
    """Whether it is a day as browsers send one: 2026-11-24."""
    try:
        return date.fromisoformat(text).year in years
    except ValueError:
        return False


def whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
