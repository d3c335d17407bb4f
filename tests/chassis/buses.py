"""Both buses behind one way of opening them, as the processes of a house would."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import chain
from uuid import uuid4

import pytest

from chassis.bus import Bus, Subscription
from chassis.events import Record
from chassis.ids import new_id
from chassis.kafka_bus import KafkaBus, create_topics
from chassis.local_bus import LocalBus
from chassis.topics import Topic

Connect = Callable[[int, int], Bus]
PATIENCE = 120.0  # Seconds after which a test gives up, however busy the machine.


class Buses:
    """`open()` is one more process's bus; `topic` is new and empty."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._opened: list[Bus] = []
        self.topic = f"test.{uuid4().hex}"

    def open(self, *, process: int = 0, of: int = 1) -> Bus:
        bus = self._connect(process, of)
        self._opened.append(bus)
        return bus

    async def close(self) -> None:
        for bus in self._opened:
            await bus.close()


@pytest.fixture
async def local_buses(database_urls: Callable[[str], Awaitable[str]]) -> AsyncIterator[Buses]:
    url = await database_urls("bus")
    buses = Buses(lambda process, of: LocalBus(url, process_index=process, process_count=of))
    yield buses
    await buses.close()


@pytest.fixture
async def kafka_buses(kafka: str) -> AsyncIterator[Buses]:
    buses = Buses(lambda _process, _of: KafkaBus(kafka))
    await create_topics(kafka, [Topic(name=buses.topic, owner="test", key="id", partitions=4)], replication_factor=1)
    yield buses
    await buses.close()


def numbered(key: str, numbers: range) -> list[Record]:
    """Records of one key whose values are their numbers."""
    return [Record(new_id(), key, str(n).encode()) for n in numbers]


def interleaved(keys: Sequence[str], numbers: range) -> list[Record]:
    """As many records of each key, in turns."""
    return [record for n in numbers for key in keys for record in numbered(key, range(n, n + 1))]


def numbers_of(key: str, records: Sequence[Record]) -> list[int]:
    """The numbers of a key's records, each where it came first."""
    return list(dict.fromkeys(int(record.value) for record in records if record.key == key))


class Reader:
    """Handles what a subscription brings, `pause` seconds each, and remembers it in its own and in a shared log."""

    def __init__(self, *, pause: float = 0.0, log: list[Record] | None = None) -> None:
        self.handled: list[Record] = []
        self._log = [] if log is None else log
        self._pause = pause

    def numbers(self, key: str) -> list[int]:
        """What was handled of a key, in order, repetitions included."""
        return [int(record.value) for record in self.handled if record.key == key]

    async def take(self, subscription: Subscription) -> Mapping[int, Sequence[Record]]:
        """One fetch, handled but not yet committed."""
        fetched = await subscription.fetch()
        for record in chain.from_iterable(fetched.values()):
            self.handled.append(record)
            self._log.append(record)
            await asyncio.sleep(self._pause)
        return fetched

    async def read(self, subscription: Subscription, *, until: int) -> None:
        """Fetches and commits until as many records as wanted were handled."""
        async with asyncio.timeout(PATIENCE):
            while len(self.handled) < until:
                await subscription.commit(await self.take(subscription))

    async def read_on(self, bus: Bus, group: str, topic: str) -> None:
        """Reads until cancelled."""
        async with bus.subscribe(group, topic) as subscription:
            while True:
                await subscription.commit(await self.take(subscription))


async def read_all(bus: Bus, group: str, topic: str, *, until: int) -> Reader:
    """What a group that nobody else reads for gets."""
    reader = Reader()
    async with bus.subscribe(group, topic) as subscription:
        await reader.read(subscription, until=until)
    return reader


async def until(happened: Callable[[], bool]) -> None:
    """Waits for something that other tasks bring about."""
    async with asyncio.timeout(PATIENCE):
        while not happened():
            await asyncio.sleep(0.05)


@asynccontextmanager
async def working(*work: Coroutine[object, object, None]) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Tasks that run until the end of the block; one that dies ends the block with its error."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one) for one in work]
        yield tasks
        for task in tasks:
            task.cancel()


async def first_fetch(subscription: Subscription) -> Mapping[int, Sequence[Record]]:
    """The first fetch that brings anything."""
    async with asyncio.timeout(PATIENCE):
        while not (fetched := await subscription.fetch()):
            pass
    return fetched
