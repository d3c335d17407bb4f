"""What an import has to say about a row, in words for the co-op."""

from dataclasses import dataclass
from enum import StrEnum

LONGEST_VALUE_SHOWN = 200
MEND = "Mend the row and upload it again."
LOOK = "Look whether this is what you meant."


class Severity(StrEnum):
    REJECTED = "rejected"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` and `column` are where to look in the file, `value` is what stands there, `advice` what to do."""

    line: int
    column: str
    value: str
    reason: str
    severity: Severity
    advice: str = MEND


def rejection(line: int, column: str, value: str, reason: str, advice: str = "") -> Problem:
    """The row is not imported."""
    return Problem(line, column, value[:LONGEST_VALUE_SHOWN], reason, Severity.REJECTED, advice or MEND)


def warning(line: int, column: str, value: str, reason: str, advice: str = "") -> Problem:
    """The row is imported, and not quite as written."""
    return Problem(line, column, value[:LONGEST_VALUE_SHOWN], reason, Severity.WARNING, advice or LOOK)
