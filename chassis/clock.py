"""Time is handed in, so that a test can move it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present, aware and in UTC."""
    return datetime.now(UTC)
