"""A queue in which everybody has a turn: each one's first, then each one's second, however many somebody brings."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID


class Turns:
    """A few places, of which nobody has two at once: who takes long holds up its own, and leaves a place to others."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._inside: set[UUID] = set()
        # Who waits, in the order of whose turn it is next.
        self._waiting: dict[UUID, deque[asyncio.Future[None]]] = {}

    def waiting(self, who: UUID) -> int:
        """How many of theirs; whoever has gone away waits no more."""
        return sum(not called.done() for called in self._waiting.get(who, ()))

    @asynccontextmanager
    async def of(self, who: UUID, *, within: float) -> AsyncIterator[None]:
        """Raises TimeoutError where the turn did not come within so many seconds."""
        called = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(who, deque()).append(called)
        self._call()
        try:
            async with asyncio.timeout(within):
                await called
            yield
        finally:
            if called.done() and not called.cancelled():  # Perhaps at the very moment at which it went away.
                self._free += 1
                self._inside.remove(who)
            self._call()

    def _call(self) -> None:
        for who in list(self._waiting):
            if self._free and who not in self._inside:
                self._call_first(who)

    def _call_first(self, who: UUID) -> None:
        theirs = self._waiting.pop(who)
        while theirs:
            called = theirs.popleft()
            if not called.done():  # Who has gone away meanwhile is passed over.
                self._free -= 1
                self._inside.add(who)
                called.set_result(None)
                break
        if theirs:
            self._waiting[who] = theirs  # Behind all others.
