"""Certifications that a co-op may claim for a product: one table, and how the words of files find their row in it.

A claim is the co-op's, shown with its number; nothing here finds one in a tag or a title.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chassis.errors import Refused

# Between the words of a name, in files: a blank, a hyphen, Google's underscore.
GAP = re.compile(r"[\s_-]+")
LONGEST_NUMBER = 60
NUMBER = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NUMBER, pattern=r"^[^\x00-\x1f\x7f]*$")
]


class NotACertification(Refused):
    code = "not_a_certification"
    title = "That certification cannot be claimed here"


@dataclass(frozen=True)
class Standard:
    """One row: what it is called and by whom it is kept; `number` is what its law or body wants told beside it."""

    code: str
    name: str
    by: str
    number: str
    form: str
    example: str
    organic: bool
    words: Sequence[str]

    def fits(self, number: str) -> bool:
        return not self.form or re.fullmatch(self.form, number) is not None


class Certification(BaseModel):
    """What a co-op claims: a row of the table, and the number it gives for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(max_length=60)]
    number: NUMBER = ""


class Standards:
    """The whole table, in its order."""

    def __init__(self, rows: Sequence[Standard]) -> None:
        self.rows: Mapping[str, Standard] = {row.code: row for row in rows}

    def name(self, code: str) -> str:
        """What people call it; the code itself where a row has gone since it was claimed."""
        return self.rows[code].name if code in self.rows else code

    def found_by(self, codes: Sequence[str]) -> list[str]:
        """What goods with these are looked for by: their names, and `organic` whoever certifies it."""
        standards = [self.rows[code] for code in codes if code in self.rows]
        return [one.name for one in standards] + ["organic"] * any(one.organic for one in standards)

    def read(self, text: str) -> Certification | None:
        """`eu-organic ES-ECO-020-CV`, `Fairtrade (1234)` or Google's `authority:name:number`; None for any other.

        The number is taken as it stands: whether it fits is another question.
        """
        found = self._written.fullmatch(text.strip())
        if found is None:
            return None
        return Certification(code=self._codes[_plain(found["name"])], number=(found["number"] or "").upper())

    def require(self, claims: Sequence[Certification]) -> None:
        """Raises NotACertification naming the one that is not in the table, has a wrong number, or stands twice."""
        seen: set[str] = set()
        for nth, one in enumerate(claims):
            standard = self.rows.get(one.code)
            if standard is None:
                reason = f"“{one.code}” is not in the list of certifications."
                raise NotACertification(reason, field=f"certifications.{nth}.code")
            if one.number and not standard.fits(one.number):
                reason = f"The {standard.number} of {standard.name} is written like {standard.example}."
                raise NotACertification(reason, field=f"certifications.{nth}.number")
            if one.code in seen:
                raise NotACertification(f"{standard.name} stands there twice.", field=f"certifications.{nth}.code")
            seen.add(one.code)

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        names = {_plain(word): row.code for row in self.rows.values() for word in row.words}
        return names | {_plain(told): row.code for row in self.rows.values() for told in (row.code, row.name)}

    @cached_property
    def _written(self) -> re.Pattern[str]:
        """The longest name first, behind Google's authority; whatever follows it is the number, if it can be one.

        Bounded, so that a cell of nothing but blanks costs no time by the square of its length.
        """
        names = "|".join(GAP.sub(r"[\\s_-]+", re.escape(name).replace("\\ ", " ")) for name in _longest(self._codes))
        number = rf"[^()\x00-\x1f\x7f]{{1,{LONGEST_NUMBER}}}?"
        return re.compile(rf"(?:[^:]*:\s*)?(?P<name>{names})(?:[\s:#(]+(?P<number>{number})\)?)?", re.IGNORECASE)


def _plain(name: str) -> str:
    return GAP.sub(" ", name.casefold())


def _longest(names: Mapping[str, str]) -> Sequence[str]:
    return sorted(names, key=len, reverse=True)


@lru_cache(maxsize=1)
def load_standards() -> Standards:
    """The table that ships with the catalogue."""
    rows = json.loads(files("services.catalog.labels").joinpath("certifications.json").read_bytes())
    return Standards([Standard(**row) for row in rows])
