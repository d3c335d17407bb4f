"""Batches grow with the load: what comes after a calm goes at once, what comes in a rush goes together."""

import asyncio


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
