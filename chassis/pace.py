"""Batches grow with the load, and long work gives way: who shares a loop neither hurries it nor holds it."""

import asyncio
import time
from collections.abc import Awaitable, Callable

GLANCE = 0.005  # Seconds; a loop with nothing else to do comes back from so short a pause on time.
LATE = 0.002
CALM = 3  # Glances in a row: between two statements of a request the loop has nothing to do either.


class Pace:
    """Lets a loop go on at once `at_once` times after a calm, and every `seconds` while it is busy."""

    def __init__(self, seconds: float, *, at_once: int) -> None:
        self._seconds = seconds
        self._saved = seconds * at_once
        self._due = 0.0

    async def keep(self) -> None:
        """Returns when it is time for the next round."""
        clock = asyncio.get_running_loop()
        self._due = max(self._due, clock.time() - self._saved) + self._seconds
        if (left := self._due - clock.time()) > 0:
            await asyncio.sleep(left)


async def give_way(
    at_most: float,
    *,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """For long work, after each of its steps: lets others go on, for `at_most` seconds, and less where all is calm.

    With as long as the step took, it leaves them half of the loop however much there is to do.
    """
    until, calm = clock() + at_most, 0
    while calm < CALM and (begun := clock()) < until:
        await pause(GLANCE)
        calm = calm + 1 if clock() - begun < GLANCE + LATE else 0
