"""Batches grow with the load, and long work gives way: who shares a loop neither hurries it nor holds it."""

import asyncio
import time
from collections.abc import Awaitable, Callable

GLANCE = 0.005  # Seconds.
BUSY = 0.001  # Seconds of a glance that the loop's thread had something to do: then others are at work.
CALM = 3  # Glances in a row: between two statements of a request the loop has nothing to do either.
SLICE = 0.005  # Seconds that a piece of work may keep the loop to itself.
LONGEST = 0.5  # Seconds that a round may have to wait for its turn, however long the one before it took.


class Pace:
    """Lets a loop go on at once `at_once` times after a calm, and every `seconds` while it is busy.

    Rounds that take long and are cheaper together come more seldom: with `leaving`, after so many times as long as the
    last one took.
    """

    def __init__(self, seconds: float, *, at_once: int, leaving: float = 0.0) -> None:
        self._seconds = seconds
        self._saved = seconds * at_once
        self._leaving = leaving
        self._due = 0.0

    async def keep(self, took: float = 0.0) -> None:
        """Returns when it is time for the next round."""
        clock = asyncio.get_running_loop()
        apart = max(self._seconds, min(LONGEST, took * self._leaving))
        self._due = max(self._due, clock.time() - self._saved) + apart
        if (left := self._due - clock.time()) > 0:
            await asyncio.sleep(left)


class Slices:
    """Cuts a long piece of work: whoever waits for the loop has it after SLICE seconds of the work."""

    def __init__(self) -> None:
        self._begun = time.monotonic()

    async def cut(self) -> None:
        """Call it wherever the work may be left for a moment."""
        if time.monotonic() - self._begun > SLICE:
            await asyncio.sleep(0)
            self._begun = time.monotonic()


async def give_way(
    at_most: float,
    *,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
    worked: Callable[[], float] = time.thread_time,
) -> None:
    """For long work, after each of its steps: lets others go on, for `at_most` seconds, and less where all is calm.

    With as long as the step took, it leaves them half of the loop however much there is to do. Calm is where the loop's
    thread `worked` next to nothing: one that wakes late on a busy machine has not been needed by others.
    """
    until, calm = clock() + at_most, 0
    while calm < CALM and clock() < until:
        before = worked()
        await pause(GLANCE)
        calm = calm + 1 if worked() - before < BUSY else 0
