"""What an import has to say about a row, in words for the co-op."""

from dataclasses import dataclass
from enum import StrEnum

LONGEST_VALUE_SHOWN = 200


class Severity(StrEnum):
    REJECTED = "rejected"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` and `column` are where to look in the file, `value` is what stands there."""

    line: int
    column: str
    value: str
    reason: str
    severity: Severity


def rejection(line: int, column: str, value: str, reason: str) -> Problem:
    """The row is not imported."""
    return Problem(line, column, value[:LONGEST_VALUE_SHOWN], reason, Severity.REJECTED)


def warning(line: int, column: str, value: str, reason: str) -> Problem:
    """The row is imported, and not quite as written."""
    return Problem(line, column, value[:LONGEST_VALUE_SHOWN], reason, Severity.WARNING)
