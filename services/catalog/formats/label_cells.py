"""What a row says of the label and of certifications: what cannot be read is left out with a warning.

Of several columns that tell the same the first that is filled in counts.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from services.catalog.formats.label_columns import NONE_OF_THEM, WARNINGS_IN, told_in
from services.catalog.formats.layout import Row
from services.catalog.formats.leaving_out import Cell, Warns
from services.catalog.formats.rich_text import unwrapped
from services.catalog.formats.values import BadValue
from services.catalog.labels.allergens import Allergen, load_allergen_words
from services.catalog.labels.certifications import Certification, load_standards
from services.catalog.labels.label import (
    MOST_WARNINGS,
    Alcohol,
    Country,
    DateMarking,
    Energy,
    Grams,
    Line,
    Nutrition,
    Party,
    ProductLabel,
    SafetyWarning,
    Text,
    WithdrawalException,
)

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

TEXT: TypeAdapter[str] = TypeAdapter(Text)
LINE: TypeAdapter[str] = TypeAdapter(Line)
COUNTRY: TypeAdapter[str] = TypeAdapter(Country)
GRAMS: TypeAdapter[Decimal] = TypeAdapter(Grams)
ENERGY: TypeAdapter[Decimal] = TypeAdapter(Energy)
ALCOHOL: TypeAdapter[Decimal] = TypeAdapter(Alcohol)
PER: Mapping[str, Literal["100 g", "100 ml"]] = {"100g": "100 g", "100ml": "100 ml"}
ALLERGENS = "Name them like gluten, milk, nuts; what is none of them belongs to the ingredients."
LIST = "Name it as in the list of certifications, with its number behind it: eu-organic ES-ECO-020-CV."
JOIN = "Write those of one language into one."
NUTRIENTS = ("fat", "saturates", "carbohydrate", "sugars", "fibre", "protein", "salt")
PARTS = re.compile(r"[,;\n]")
MOST_LISTED = 100  # In one cell: there are fewer allergens, and fewer certifications of one thing.
NUMBER = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+|,[0-9]{1,2})?)\s*(?:g|kj|kcal|%|% ?vol\.?|vol\.?)?")
WITHOUT_ANY = {NONE_OF_THEM, "no allergens", "ninguno", "aucun", "keine", "-"}
TAGGED = re.compile(r"^([a-z]{2}):[ \t]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Said:
    """None where the rows do not speak of it: then what is known of the product stays."""

    label: ProductLabel | None = None
    certifications: Sequence[Certification] | None = None


def said(reader: Warns, row: Row) -> Said:
    """What the product's row says of its label and its certifications."""
    cells = _filled_in(row)
    if not cells:
        return Said()
    reading = _Reading(reader, row, cells)
    claims = reading.certifications() if "certifications" in cells else None
    return Said(reading.label() if cells.keys() - {"certifications"} else None, claims)


def _filled_in(row: Row) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for name, text in row.cells.items():
        if text and (thing := told_in(name)) and (told := unwrapped(text)):
            cells.setdefault(thing, Cell(name, told))
    return cells


@dataclass(slots=True)
class _Reading:
    reader: Warns
    row: Row
    cells: Mapping[str, Cell]

    def label(self) -> ProductLabel:
        return ProductLabel(
            ingredients=self._one("ingredients", TEXT) or "",
            contains=self._contains(),
            may_contain=self._allergens("may_contain"),
            nutrition=self._nutrition(),
            alcohol=self._number("alcohol", ALCOHOL, "Write it in per cent of the volume, like 12.5."),
            origin=self._one("origin", LINE) or "",
            storage=self._one("storage", LINE) or "",
            date_marking=self._choice("date_marking", DateMarking),
            maker=self._party("maker"),
            responsible=self._party("responsible"),
            identification=self._one("identification", LINE) or "",
            warnings=self._first_warnings(),
            withdrawal_exception=self._choice("withdrawal_exception", WithdrawalException),
        )

    def certifications(self) -> Sequence[Certification]:
        standards, found = load_standards(), dict[str, Certification]()
        for part in self._parts("certifications"):
            claim = standards.read(part)
            if claim is None:
                self._warn("certifications", f"“{part}” is not in the list of certifications. It is left out.", LIST)
                continue
            standard = standards.rows[claim.code]
            if claim.number and not standard.fits(claim.number):
                reason = f"“{claim.number}” is no {standard.number} of {standard.name}. The number is left out."
                self._warn("certifications", reason, f"Write it like {standard.example}.")
                claim = Certification(code=claim.code)
            found.setdefault(claim.code, claim)
        return list(found.values())

    def _contains(self) -> list[Allergen] | None:
        if "contains" not in self.cells:
            return None
        if self.cells["contains"].text.casefold() in WITHOUT_ANY:
            return []
        return self._allergens("contains") or None

    def _allergens(self, name: str) -> list[Allergen]:
        words, found = load_allergen_words(), dict[Allergen, None]()
        for part in self._parts(name):
            if (allergen := words.named(part)) is None:
                self._warn(name, f"“{part}” is none of the fourteen allergens. It is left out.", ALLERGENS)
            else:
                found[allergen] = None
        return list(found)

    def _nutrition(self) -> Nutrition | None:
        advice = "Write the amount in 100 g or 100 ml, like 12.5."
        found: dict[str, Any] = {name: self._number(name, GRAMS, advice) for name in NUTRIENTS}
        found |= {name: self._number(name, ENERGY, advice) for name in ("energy_kj", "energy_kcal")}
        if all(value is None for value in found.values()):
            return None
        per = self.cells["nutrition_per"].text.replace(" ", "").casefold() if "nutrition_per" in self.cells else "100g"
        if per not in PER:
            self._warn("nutrition_per", "Nutrition is told for 100 g or 100 ml. It is left out.", "Write one of them.")
            return None
        return Nutrition(per=PER[per], **found)

    def _party(self, who: str) -> Party | None:
        told = {part: self._one(f"{who}_{part}", LINE) or "" for part in ("name", "address", "contact")}
        country = self._country(f"{who}_country")
        if told["name"]:
            return Party(**told, country=country)
        if filled := next((part for part in ("address", "country", "contact") if f"{who}_{part}" in self.cells), None):
            self._warn(f"{who}_{filled}", "There is no name with it. It is left out.", f"Fill in {who}_name too.")
        return None

    def _country(self, name: str) -> str:
        if name not in self.cells:
            return ""
        return self._checked(name, COUNTRY, self.cells[name].text.upper(), "Write its two letters, like ES.") or ""

    def _first_warnings(self) -> list[SafetyWarning]:
        found = list(self._warnings())
        if len(found) > MOST_WARNINGS:
            name = next(name for name in self.cells if name.startswith("warnings"))
            self._warn(name, f"These are {len(found)} warnings. Those after the {MOST_WARNINGS}th are left out.", JOIN)
        return found[:MOST_WARNINGS]

    def _warnings(self) -> Iterator[SafetyWarning]:
        """A column of one language, or one of all, in which a language stands before its lines."""
        for name in self.cells:
            if (found := WARNINGS_IN.fullmatch(name)) and (text := self._one(name, TEXT)):
                yield SafetyWarning(language=found["language"], text=text)
            elif name == "warnings":
                parts = ["", *TAGGED.split(self._one(name, TEXT) or "")]
                for language, said in zip(parts[::2], parts[1::2], strict=True):
                    if said.strip():
                        yield SafetyWarning(language=language, text=said)

    def _one(self, name: str, kind: TypeAdapter[str]) -> str | None:
        return self._checked(name, kind, self.cells[name].text, "Write it shorter.") if name in self.cells else None

    def _choice(self, name: str, kinds: type[E]) -> E | None:
        told = self.cells[name].text.casefold().replace(" ", "_").replace("-", "_") if name in self.cells else ""
        choices = {str(one): one for one in kinds}
        return self._checked_by(name, choices.get, told, f"Write {', '.join(choices)}, or nothing.") if told else None

    def _number(self, name: str, kind: TypeAdapter[Decimal], advice: str) -> Decimal | None:
        if name not in self.cells:
            return None
        found = NUMBER.fullmatch(self.cells[name].text.casefold())
        return self._checked(name, kind, found["number"].replace(",", ".") if found else "", advice)

    def _checked(self, name: str, kind: TypeAdapter[T], told: str, advice: str) -> T | None:
        def check(text: str) -> T | None:
            try:
                return kind.validate_python(text)
            except ValidationError:
                return None

        return self._checked_by(name, check, told, advice)

    def _checked_by(self, name: str, check: Callable[[str], T | None], told: str, advice: str) -> T | None:
        cell = self.cells[name]

        def checked() -> T:
            if (found := check(told)) is None:
                raise BadValue(cell.field, cell.text, "This cannot be taken as it stands.", advice)
            return found

        return self.reader.left_out(self.row, cell.field, checked)

    def _parts(self, name: str) -> Sequence[str]:
        """What a cell lists; not so much that there are more warnings than anybody reads."""
        text = self.cells[name].text if name in self.cells else ""
        parts = [part for raw in PARTS.split(text) if (part := raw.strip(" .*_"))]
        if len(parts) > MOST_LISTED:
            reason = f"It lists {len(parts):,} things. Those after the {MOST_LISTED}th are left out."
            self._warn(name, reason, "Name each once, with a comma between.")
        return parts[:MOST_LISTED]

    def _warn(self, name: str, reason: str, advice: str) -> None:
        self.reader.warn(self.row, self.cells[name].field, reason, advice)
