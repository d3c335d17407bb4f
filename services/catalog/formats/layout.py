"""Whose file it is, where each field stands in it, and its records as rows by field."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis.errors import Refused
from services.catalog.formats.csv_file import CsvFile
from services.catalog.formats.feed import Feed
from services.catalog.formats.json_lines import JsonLines
from services.catalog.formats.record import LONGEST_CELL, REASON, Cells, Fault, Record, trimmed, unguarded

UNCLOSED = " Perhaps a quote is not closed in it."
Container = Annotated[CsvFile | JsonLines | Feed, Field(discriminator="kind")]


class DuplicateColumn(Refused):
    code = "duplicate_column"
    title = "A column stands in the file twice"


class MissingColumn(Refused):
    code = "missing_column"
    title = "A column is missing"


@dataclass(frozen=True)
class Dialect:
    """One shop system's way of writing products down.

    `field_of` says which field a column holds, if any that is read; `required` are fields and what to say where the
    column of one is missing; `key` puts rows together to products. What `guards` writes an apostrophe before everything
    that a spreadsheet would take for a formula. Of a field that `repeats` the first column holds.
    """

    name: str
    title: str
    recognises: Callable[[frozenset[str]], bool]
    field_of: Callable[[str], str | None]
    required: Mapping[str, str]
    key: Callable[["Row"], str]
    guards: bool = False
    repeats: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """One record, its cells trimmed and by field; a field the file does not tell is blank."""

    nth: int
    line: int
    cells: Mapping[str, str]
    fault: Fault | None = None

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


class Layout(BaseModel):
    """What is known of a file once its beginning was read; `start` and `line` are where its records begin.

    `encoding` is the one it came in, blank for files of before that was kept.
    """

    model_config = ConfigDict(frozen=True)

    dialect: str
    container: Container
    header: list[str] = []
    start: int = 0
    line: int = 1
    encoding: str = ""

    @cached_property
    def is_mended(self) -> bool:
        """It is a file of rejected rows that we gave."""
        return REASON in self.header


class Reading:
    """A layout with its dialect: turns records into rows, and fields back into the file's own column names."""

    def __init__(self, layout: Layout, dialect: Dialect) -> None:
        self.layout = layout
        self.dialect = dialect
        self._names: dict[str, str] = {}
        self._positions: list[tuple[int, str]] = []
        for position, name in enumerate(layout.header):
            if (field := dialect.field_of(name)) is None:
                continue
            if field in self._names and field in dialect.repeats:
                continue
            if field in self._names:
                both = f"The columns “{self._names[field]}” and “{name}” are the same. Please keep one of them."
                raise DuplicateColumn(both, field=name)
            self._names[field] = name
            self._positions.append((position, field))
        self._require(layout.header)

    def _require(self, header: Sequence[str]) -> None:
        for field, sentence in self.dialect.required.items():
            if header and field not in self._names:
                raise MissingColumn(sentence)

    def column(self, field: str) -> str:
        """The column's name as the co-op sees it in its file; the field's own where it has none."""
        return self._names.get(field, field)

    def row(self, nth: int, record: Record) -> Row:
        """The record by field."""
        cells = record.cells
        if isinstance(cells, Mapping):
            return Row(nth, record.line, self._named(cells), record.fault or _too_long(cells.items()))
        found = {field: self._clean(trimmed(cells[at])) for at, field in self._positions if at < len(cells)}
        fault = record.fault or _too_long(zip(self.layout.header, cells, strict=False), UNCLOSED)
        return Row(nth, record.line, found, fault or self._header_again(cells) or self._overflow(cells))

    def _clean(self, cell: str) -> str:
        """Without the apostrophe of whoever wrote the file, and without ours where we gave it back."""
        cell = unguarded(cell) if self.layout.is_mended else cell
        return unguarded(cell) if self.dialect.guards else cell

    def _named(self, cells: Mapping[str, str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in cells.items():
            if field := self.dialect.field_of(name):
                self._names.setdefault(field, name)
                found.setdefault(field, trimmed(value))
        return found

    def _header_again(self, cells: Sequence[str]) -> Fault | None:
        """Where several exports were put into one file."""
        first, *rest = self.layout.header
        # A file that was put behind another brings its byte order mark along.
        again = trimmed(cells[0]) == first and [trimmed(cell) for cell in cells[1:]] == rest
        return Fault(" ".join(cells[:3]), "The header stands here once more.") if again else None

    def _overflow(self, cells: Sequence[str]) -> Fault | None:
        if over := " ".join(cells[len(self.layout.header) :]).strip():
            return Fault(over, "The row has more cells than the header: a comma or a quote is out of place.")
        return None


def _too_long(cells: Iterable[tuple[str, str]], perhaps: str = "") -> Fault | None:
    for name, cell in cells:
        if len(cell) > LONGEST_CELL:
            told = f"“{name}” has {len(cell):,} characters, and a cell may have {LONGEST_CELL:,}."
            return Fault(cell, told + perhaps)
    return None


def by_name(columns: Mapping[str, Iterable[str]]) -> Callable[[str], str | None]:
    """Columns known by any of these names, in any case."""
    fields = {name.casefold(): field for field, names in columns.items() for name in names}
    return lambda name: fields.get(name.strip().casefold())


def as_cells(told: object) -> Cells:
    """Cells as they were kept as JSON."""
    assert isinstance(told, list | dict)
    return told
