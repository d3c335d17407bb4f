"""One connection outside the pool: it hears what was committed, and holds the leases of this process."""

import asyncio
import zlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import asyncpg
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from chassis.telemetry import log

CHANNEL = "signals"


_WAKE = "SELECT pg_notify($1, $2 || ' ' || key) FROM unnest($3::text[]) AS given (key)"


async def wake(session: AsyncSession, topic: str, keys: Sequence[str]) -> None:
    """Whoever expects one of these is woken once this transaction is committed; facts and tasks do so by themselves."""
    await fetch(session, _WAKE, CHANNEL, topic, keys)


class LeaseLost(Exception):
    """The connection that held this process's leases is gone: somebody else may hold them by now."""


class Signal:
    """Set when something of the awaited kind was committed; waiting clears it."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        self._event.set()

    def clear(self) -> None:
        """From here on only what is committed later wakes."""
        self._event.clear()

    async def wait(self, timeout: float) -> bool:
        """True when woken, False after `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True


class Watch:
    """LISTEN and advisory locks over one connection to one database, made when first needed."""

    def __init__(self, url: URL, *, channel: str = CHANNEL) -> None:
        self._dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._channel = channel
        self._signals: dict[tuple[str, str | None], set[Signal]] = defaultdict(set)
        self._connection: asyncpg.Connection | None = None
        self._lock = asyncio.Lock()
        self._listening: asyncio.Task[None] | None = None
        self.lost = asyncio.Event()
        self._closing = False
        self._holds_leases = False

    @contextmanager
    def expecting(self, topic: str, key: str | None = None) -> Iterator[Signal]:
        """A signal for the topic, or for one key of it; enter before you read, so that nothing slips between."""
        signal = Signal()
        self._signals[(topic, key)].add(signal)
        try:
            yield signal
        finally:
            self._forget((topic, key), signal)

    def _forget(self, wanted: tuple[str, str | None], signal: Signal) -> None:
        self._signals[wanted].discard(signal)
        if not self._signals[wanted]:
            del self._signals[wanted]

    async def start(self) -> None:
        """Begins to listen; without it a signal only ever times out."""
        async with self._lock:
            if self._listening is None:
                await self._connect()
                self._listening = asyncio.create_task(self._keep_listening(), name=f"watch {self._channel}")

    async def _connect(self) -> None:
        self.lost.clear()
        self._connection = await asyncpg.connect(self._dsn)
        self._connection.add_termination_listener(lambda _: self.lost.set())
        await self._connection.add_listener(self._channel, self._heard)

    def _heard(self, _: object, __: int, ___: str, payload: object) -> None:
        topic, _sep, key = str(payload).partition(" ")
        for signal in (*self._signals.get((topic, None), ()), *self._signals.get((topic, key), ())):
            signal.set()

    async def _keep_listening(self) -> None:
        while True:
            await self.lost.wait()
            if self._closing or self._holds_leases:
                return  # Whoever holds leases must stop, not carry on without them.
            await self._reconnect()

    async def _reconnect(self) -> None:
        try:
            await self._connect()
        except (OSError, asyncpg.PostgresError) as error:
            log.warning("watch.reconnecting", error=str(error))
            self.lost.set()
            await asyncio.sleep(1)
            return
        for signals in self._signals.values():
            for signal in signals:
                signal.set()

    async def try_lease(self, name: str, *, space: int = 1) -> bool:
        """Takes the lease if nobody has it; it is held until released or until this process is gone."""
        return await self.try_lock(space, zlib.crc32(name.encode()) - 2**31)

    async def try_lock(self, space: int, number: int) -> bool:
        """The advisory lock (space, number), both 32 bit and signed."""
        await self.start()
        async with self._lock:
            if self._connection is None or self.lost.is_set():
                raise LeaseLost("the connection that holds the leases is gone")
            self._holds_leases = True
            return bool(await self._connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", space, number))

    async def release(self, name: str, *, space: int = 1) -> None:
        """Gives the lease back."""
        async with self._lock:
            if self._connection is not None and not self.lost.is_set():
                number = zlib.crc32(name.encode()) - 2**31
                await self._connection.execute("SELECT pg_advisory_unlock($1, $2)", space, number)

    @asynccontextmanager
    async def lease(self, name: str, *, standby: float = 1.0) -> AsyncIterator[None]:
        """Waits until this process alone holds the lease, asking again every `standby` seconds."""
        while not await self.try_lease(name):
            await asyncio.sleep(standby)
        try:
            yield
        finally:
            await self.release(name)

    async def close(self) -> None:
        """Stops listening and gives up every lease."""
        self._closing = True
        if self._listening is not None:
            self._listening.cancel()
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close()
