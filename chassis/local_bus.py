"""The bus of the one box: a log in a PostgreSQL database of its own, read by partition as Kafka's is."""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy import make_url

from chassis.bus import PARTITIONS
from chassis.direct import UNHURRIED
from chassis.events import Record
from chassis.signals import Signal, Watch

FETCH = 100
LOOK_AGAIN = 5.0  # Seconds after which a log is read although nobody told of an append: a lost word costs no more.
GRACE = 3.0  # Seconds a partition meant for another process is left to it before this one takes it over.

# The head's row is locked by the update: appends to one topic come one after the other, so positions are in order.
_APPEND = """
    WITH head AS (
        INSERT INTO heads (topic, position) VALUES ($1, $6)
        ON CONFLICT (topic) DO UPDATE SET position = heads.position + $6 RETURNING position),
    written AS (
        INSERT INTO log (topic, partition, position, event_id, key, value)
        SELECT $1, partition, head.position - $6 + nth, event_id, key, value
        FROM head, unnest($2::uuid[], $3::text[], $4::int[], $5::bytea[])
             WITH ORDINALITY AS given (event_id, key, partition, value, nth)
        ON CONFLICT (topic, event_id) DO NOTHING)
    SELECT pg_notify('log', $1)
"""

_FETCH = """
    SELECT entry.partition, entry.position, entry.event_id, entry.key, entry.value
    FROM unnest($3::int[]) AS mine (partition)
    LEFT JOIN progress ON progress.grp = $1 AND progress.topic = $2 AND progress.partition = mine.partition
    CROSS JOIN LATERAL (
        SELECT * FROM log
        WHERE topic = $2 AND partition = mine.partition AND position > coalesce(progress.position, 0)
        ORDER BY position LIMIT $4) AS entry
    ORDER BY entry.position
"""

_COMMIT = f"""
    INSERT INTO progress (grp, topic, partition, position)
    SELECT $1, $2, partition, position FROM unnest($3::int[], $4::bigint[]) AS done (partition, position)
    WHERE {UNHURRIED}
    ON CONFLICT (grp, topic, partition) DO UPDATE SET position = excluded.position
"""  # noqa: S608, our own

_LAG = """
    SELECT count(*) FROM log
    LEFT JOIN progress ON progress.grp = $1 AND progress.topic = log.topic AND progress.partition = log.partition
    WHERE log.topic = $2 AND log.position > coalesce(progress.position, 0)
"""


def partition_of(key: str) -> int:
    """Where a key's records go; the same on every machine and for ever."""
    return zlib.crc32(key.encode()) % PARTITIONS


async def _left_as_it_is(_: asyncpg.Connection) -> None:
    """A connection comes back to the pool as it left it: we set nothing on one, so there is nothing to reset."""


class LocalBus:
    """Appends through a small pool; holds a partition by an advisory lock for as long as the process lives."""

    def __init__(self, url: str, *, process_index: int = 0, process_count: int = 1, pool_size: int = 3) -> None:
        self._url = make_url(url).set(drivername="postgresql")
        self._pool_size = pool_size
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()
        self.watch = Watch(self._url, channel="log")
        self._mine = [n for n in range(PARTITIONS) if n % process_count == process_index]

    async def pool(self) -> asyncpg.Pool:
        """The pool, opened when first needed."""
        async with self._opening:
            if self._pool is None:
                dsn = self._url.render_as_string(hide_password=False)
                self._pool = await asyncpg.create_pool(dsn, min_size=1, max_size=self._pool_size, reset=_left_as_it_is)
            return self._pool

    async def append(self, topic: str, records: Sequence[Record]) -> None:
        if not records:
            return
        keys = [record.key for record in records]
        await (await self.pool()).execute(
            _APPEND,
            topic,
            [record.id for record in records],
            keys,
            [partition_of(key) for key in keys],
            [record.value for record in records],
            len(records),
        )

    @asynccontextmanager
    async def subscribe(self, group: str, topic: str) -> AsyncIterator["LocalSubscription"]:
        with self.watch.expecting(topic) as signal:
            subscription = LocalSubscription(self, group, topic, self._mine, signal)
            try:
                yield subscription
            finally:
                await subscription.close()

    async def lag(self, group: str, topic: str) -> int:
        return int(await (await self.pool()).fetchval(_LAG, group, topic))

    async def close(self) -> None:
        await self.watch.close()
        if self._pool is not None:
            await self._pool.close()


class LocalSubscription:
    """Reads the partitions whose lease this process got: its own share at once, a dead neighbour's a little later."""

    def __init__(self, bus: LocalBus, group: str, topic: str, mine: Sequence[int], signal: Signal) -> None:
        self._bus, self._group, self._topic, self._preferred, self._signal = bus, group, topic, mine, signal
        self._held: list[int] = []
        self._positions: dict[object, int] = {}
        self._started = time.monotonic()
        self._next_try = 0.0
        self._read_to_end = self._at_end = False
        self._next_look = 0.0

    async def fetch(self) -> Mapping[int, Sequence[Record]]:
        await self._keep_partitions()
        # Once the end was read and committed, only an append can bring more, and that is heard of.
        if self._at_end and not await self._signal.wait(1.0) and time.monotonic() < self._next_look:
            return {}
        self._signal.clear()
        self._next_look = time.monotonic() + LOOK_AGAIN
        found = await self._read()
        self._read_to_end = all(len(records) < FETCH for records in found.values())
        self._at_end = not found  # What was found comes again unless it is committed.
        return found

    async def _keep_partitions(self) -> None:
        if self._bus.watch.lost.is_set():
            await self._bus.watch.try_lease("")  # Raises LeaseLost: another process may read these partitions by now.
        await self._take_partitions()

    async def _take_partitions(self) -> None:
        now = time.monotonic()
        if len(self._held) == PARTITIONS or now < self._next_try:
            return
        self._next_try = now + 1.0
        wanted = range(PARTITIONS) if now - self._started > GRACE else self._preferred
        for partition in wanted:
            if partition not in self._held and await self._bus.watch.try_lease(self._lease(partition)):
                self._held.append(partition)
                self._at_end = False

    def _lease(self, partition: int) -> str:
        return f"{self._group}/{self._topic}/{partition}"

    async def _read(self) -> dict[int, list[Record]]:
        found: dict[int, list[Record]] = {}
        pool = await self._bus.pool()
        for row in await pool.fetch(_FETCH, self._group, self._topic, self._held, FETCH):
            record = Record(row["event_id"], row["key"], row["value"])
            found.setdefault(row["partition"], []).append(record)
            self._positions[record.id] = row["position"]
        return found

    async def commit(self, done: Mapping[int, Sequence[Record]]) -> None:
        last = {partition: self._positions[records[-1].id] for partition, records in done.items() if records}
        whole = sum(map(len, done.values())) == len(self._positions)
        self._positions.clear()
        await (await self._bus.pool()).execute(_COMMIT, self._group, self._topic, list(last), list(last.values()))
        self._at_end = whole and self._read_to_end

    async def close(self) -> None:
        """Gives the partitions back, so that another process may read them at once."""
        for partition in self._held:
            await self._bus.watch.release(self._lease(partition))
