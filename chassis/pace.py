"""Batches grow with the load: the first of a calm time goes at once, what follows on its heels goes together."""

import asyncio


class Pace:
    """Lets a loop go on at once after a calm, and every `seconds` while it is busy."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = 0.0

    async def keep(self) -> None:
        """Returns no sooner than `seconds` after it returned last."""
        clock = asyncio.get_running_loop()
        if (left := self._next - clock.time()) > 0:
            await asyncio.sleep(left)
        self._next = clock.time() + self._seconds
