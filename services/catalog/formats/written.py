"""Tables as we write them: safe to open in a spreadsheet, whoever it was that filled their cells."""

import csv
import io
from collections.abc import Iterable

from services.catalog.formats.record import guarded

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # Without it spreadsheets take UTF-8 for something older.
MEDIA = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl", "xml": "application/rss+xml"}


def csv_line(cells: Iterable[str | int], delimiter: str = ",") -> str:
    """One record; text that a spreadsheet would take for a formula stays text, and a number a number."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow(
        [cell if isinstance(cell, int) else guarded(cell) for cell in cells]
    )
    return out.getvalue()
