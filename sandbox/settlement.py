"""The moment after a charge at which its balance transaction, and so the processor's fee, becomes known."""

import asyncio
from contextlib import suppress

from sandbox.stripe_api.charges import settle
from sandbox.stripe_api.platform import Platform


class Settlement:
    def __init__(self) -> None:
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def run(self, platform: Platform) -> None:
        while True:
            self._woken.clear()
            settle_due(platform)
            row = platform.store.row("SELECT min(due) FROM settlements")
            pause = max(0.0, row[0] - platform.clock()) if row and row[0] is not None else None
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause)


def settle_due(platform: Platform) -> None:
    """One transaction for each charge, so that a kill in between settles every charge once."""
    for (charge,) in platform.store.rows("SELECT charge FROM settlements WHERE due <= ?", platform.clock()):
        with platform.store.transaction():
            settle(platform, charge)
            platform.store.write("DELETE FROM settlements WHERE charge = ?", charge)
