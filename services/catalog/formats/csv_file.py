"""CSV in all its kinds, cut record by record; quoted line breaks and any line ending are taken as they come."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.catalog.formats.record import LONGEST_RECORD, Cut, Record, trimmed
from services.catalog.formats.text import NotACsv

DELIMITERS = (",", ";", "\t", "|")
# Records that may stand above the header: `sep=;` for Excel, the name that Numbers gives a table, the explanations in
# Meta's template of a catalogue.
MOST_ABOVE = 5
# What Python's reader says, and what helps.
WHY = {
    "field larger": "a cell goes on for longer than any record may: a quote is not closed, or it is no text",
    "unexpected end": "a quote is not closed, or the file was cut off",
    "expected after": "something stands behind a closing quote: a quote within a cell is written twice",
}
csv.field_size_limit(LONGEST_RECORD)  # A cell that is too long is its own row's fault, until it has no end.


@dataclass(frozen=True)
class Header:
    """A record that may name the columns, and where the next one begins."""

    names: list[str]
    start: int
    lines: int


class CsvFile(BaseModel):
    model_config = ConfigDict(frozen=True)

    kind: Literal["csv"] = "csv"
    delimiter: str

    def cut(self, part: bytes, *, line: int, last: bool) -> Cut:
        """Every whole record of the part that holds anything; raises NotACsv where the quoting breaks."""
        text = codecs.getincrementaldecoder("utf-8")().decode(part, final=last)
        feed = _Feed(text, last=last)
        cut, taken = Cut(), 0
        for cells in self._records(feed, line):
            if any(cell.strip() for cell in cells):
                cut.records.append(Record(line + cut.lines, cells))
            taken, cut.lines = feed.taken, feed.lines
        cut.consumed = len(text[:taken].encode())
        return cut

    def headers(self, part: bytes, *, last: bool) -> Iterator[Header]:
        """The first few records, any of which may be it; raises NotACsv where there is none."""
        text = codecs.getincrementaldecoder("utf-8")().decode(part, final=last)
        feed = _Feed(text, last=last)
        found = 0
        try:
            for cells in self._records(feed, 1):
                if any(cell.strip() for cell in cells):
                    found += 1
                    yield Header([trimmed(cell) for cell in cells], len(text[: feed.taken].encode()), feed.lines)
                if found > MOST_ABOVE:
                    return
        except NotACsv:
            if not found:
                raise
        if not found:
            raise NotACsv("The first line is longer than any header. Please upload the file your shop exported.")

    def _records(self, feed: "_Feed", line: int) -> Iterator[list[str]]:
        reader = csv.reader(feed, delimiter=self.delimiter, strict=True)
        begun = line
        try:
            for cells in reader:
                yield cells
                begun = line + feed.lines
        except csv.Error as error:
            if feed.broke_off:
                return
            raise NotACsv(_told(str(error), begun), line=begun) from error


def _told(error: str, line: int) -> str:
    why = next((why for said, why in WHY.items() if said in error), f"it is not well-formed CSV ({error})")
    return f"In the record that begins in line {line} {why}. Nothing was imported."


class _Feed:
    """Lines for the reader, counted. Where more follows, the last line may not be whole: it is kept back."""

    def __init__(self, text: str, *, last: bool) -> None:
        self._lines = io.StringIO(text, newline="")
        self._last = last
        self._next = self._lines.readline()
        self.taken = 0
        self.lines = 0
        self.broke_off = False

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line, self._next = self._next, self._lines.readline()
        if not line or (not self._next and not self._last):
            self.broke_off = not self._last
            raise StopIteration
        self.taken += len(line)
        self.lines += 1
        return line
