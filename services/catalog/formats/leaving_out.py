"""What readers of single cells know of the row's reader: what cannot be read is left out, with a warning."""

from collections.abc import Callable
from typing import NamedTuple, Protocol, TypeVar

from services.catalog.formats.layout import Row

T = TypeVar("T")


class Cell(NamedTuple):
    """What is told, and the field that tells it."""

    field: str
    text: str


class Warns(Protocol):
    """Who reads the row, and keeps its warnings."""

    def warn(self, row: Row, field: str, reason: str, advice: str = "") -> None: ...

    def left_out(self, row: Row, field: str, check: Callable[[], T]) -> T | None: ...
