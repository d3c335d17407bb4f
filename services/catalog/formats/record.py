"""What a file is cut into, whatever holds it together: records that know their line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Cells = Sequence[str] | Mapping[str, str]

LONGEST_RECORD = 1024 * 1024  # Bytes; what is longer is no product, and would have to be held in memory.
LONGEST_CELL = 128 * 1024  # Characters; no description is so long.
REASON = "Toad Lane: why not"  # The column that rejected rows come back with.
# What a spreadsheet would take for a formula gets an apostrophe before it on the way out, and loses it on the way in.
# One that has apostrophes before it gets one more, so that what goes out comes in as it was. A spreadsheet that parts
# cells at semicolons knows none of our quotes: there a cell may begin behind a semicolon or in a new line too.
FORMULA = re.compile(r"(?:^(?='*[=+\-@\t\r\n＝＋－＠])|(?<=[;\r\n])(?='*[=+\-@＝＋－＠]))")
GUARDED = re.compile(r"(?:^'(?='*[=+\-@\t\r\n＝＋－＠])|(?<=[;\r\n])'(?='*[=+\-@＝＋－＠]))")


# What nobody sees and what a copied cell or a second byte order mark brings along: marks of no width and of direction.
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"
AROUND = " \t\r\n\f\v\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}" + UNSEEN


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a record cannot be read at all; `value` is what stands there."""

    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Record:
    """`line` is where it begins in the file, counted from one; cells are by position, or by name where it has names."""

    line: int
    cells: Cells
    fault: Fault | None = None


@dataclass(slots=True)
class Cut:
    """What a part of the file holds: whole records, how many bytes they take, and how many lines."""

    records: list[Record] = field(default_factory=list)
    consumed: int = 0
    lines: int = 0


def guarded(value: str) -> str:
    """Opened in a spreadsheet it is text."""
    return FORMULA.sub("'", value)


def trimmed(cell: str) -> str:
    """Without blanks and what nobody sees on both sides: an id that looks the same is the same."""
    return cell.strip(AROUND).strip()


def unguarded(value: str) -> str:
    """As it stood before it was guarded."""
    return GUARDED.sub("", value)
