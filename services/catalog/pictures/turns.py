"""A queue in which everybody has a turn: each one's first, then each one's second, however many somebody brings."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID


class Turns:
    """`at_once` places; whoever waits for one holds nothing but its place in the queue."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        # Who waits, in the order of whose turn it is next.
        self._waiting: dict[UUID, deque[asyncio.Future[None]]] = {}

    def waiting(self, who: UUID) -> int:
        return len(self._waiting.get(who, ()))

    @asynccontextmanager
    async def of(self, who: UUID, *, within: float) -> AsyncIterator[None]:
        """Raises TimeoutError where the turn did not come within so many seconds."""
        await self._come(who, within)
        try:
            yield
        finally:
            self._free += 1
            self._next()

    async def _come(self, who: UUID, within: float) -> None:
        called = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(who, deque()).append(called)
        self._next()
        try:
            async with asyncio.timeout(within):
                await called
        except (TimeoutError, asyncio.CancelledError):
            self._leave(who, called)
            raise

    def _next(self) -> None:
        while self._free and self._waiting:
            who = next(iter(self._waiting))
            theirs = self._waiting.pop(who)
            called = theirs.popleft()
            if theirs:
                self._waiting[who] = theirs  # Behind all others.
            if not called.done():
                self._free -= 1
                called.set_result(None)

    def _leave(self, who: UUID, called: "asyncio.Future[None]") -> None:
        if called.done() and not called.cancelled():  # It was called at the very moment at which it left.
            self._free += 1
            self._next()
        elif called in (theirs := self._waiting.get(who, deque())):
            theirs.remove(called)
            if not theirs:
                del self._waiting[who]
