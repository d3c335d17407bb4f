"""Facts coming in are handled once, in order per key, round those that cannot be handled."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.bus import Bus
from chassis.connections import TooBusy
from chassis.consumer import is_transient, retry_parked
from chassis.database import Database
from chassis.events import Record, seal
from chassis.ids import new_id
from chassis.inbox import each
from chassis.local_bus import LocalBus
from chassis.testing import Databases, MemoryBus, deliver, failures
from chassis.worker import Worker
from tests.chassis.rooms import Counted, CountedReader, prepare, record, seen, settings

Handle = Callable[[AsyncSession, CountedReader], Awaitable[None]]


def counted(number: int, counter: UUID | None = None) -> Record:
    return seal(Counted(counter_id=counter or new_id(), version=number, number=number))


def worker(database: Database, handle: Handle = record, bus: Bus | None = None) -> Worker:
    return Worker("tests", settings(), database, bus or MemoryBus(), topics=[], reactions=[each(CountedReader, handle)])


async def test_an_event_delivered_twice_has_one_effect(databases: Databases) -> None:
    database = await databases("plumbing")
    await prepare(database)
    one = counted(1)

    await deliver(worker(database), one, one, topic=Counted.topic)
    await deliver(worker(database), one, topic=Counted.topic)

    assert await seen(database) == [1]


async def test_without_the_inbox_it_would_have_two(databases: Databases) -> None:
    """The control: forgetting what was handled lets the second delivery through."""
    database = await databases("plumbing")
    await prepare(database)
    one = counted(1)

    await deliver(worker(database), one, topic=Counted.topic)
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM inbox"))
    await deliver(worker(database), one, topic=Counted.topic)

    assert await seen(database) == [1, 1]


async def test_later_events_of_a_key_wait_behind_a_poisonous_one_and_other_keys_go_on(databases: Databases) -> None:
    database = await databases("plumbing")
    await prepare(database)
    poisoned, sound = new_id(), new_id()
    mended = False

    async def handle(session: AsyncSession, event: CountedReader) -> None:
        if event.number == 2 and not mended:
            raise LookupError("no such thing as two")
        await record(session, event)

    consumer = worker(database, handle)
    await deliver(
        consumer,
        *(counted(n, poisoned) for n in (1, 2, 3)),
        *(counted(n, sound) for n in (10, 11)),
        topic=Counted.topic,
    )
    await deliver(consumer, counted(4, poisoned), topic=Counted.topic)

    assert await seen(database) == [1, 10, 11]
    assert await failures(database) == ["LookupError: no such thing as two"]

    mended = True
    assert await retry_parked(database) == 1
    await consumer.consumers[Counted.topic].replay()

    assert await seen(database) == [1, 10, 11, 2, 3, 4]
    assert await failures(database) == []


@pytest.mark.parametrize(
    ("error", "left"), [(ConnectionResetError("for now"), [None]), (ValueError("for good"), ["ValueError: for good"])]
)
async def test_a_failure_that_passes_parks_nothing_a_second_time(
    databases: Databases, error: Exception, left: list[str | None]
) -> None:
    database = await databases("plumbing")
    await prepare(database)
    failing: list[Exception] = [ValueError("at first"), error]

    async def handle(session: AsyncSession, event: CountedReader) -> None:
        await record(session, event)
        if failing:
            raise failing[0]

    consumer = worker(database, handle)
    await deliver(consumer, counted(1), topic=Counted.topic)
    assert await retry_parked(database) == 1
    failing.pop(0)
    await consumer.consumers[Counted.topic].replay()
    assert [row["error"] for row in await database.fetch("SELECT error FROM parked")] == left

    failing.clear()
    await consumer.consumers[Counted.topic].replay()
    assert await seen(database) == ([1] if left == [None] else [])


async def test_a_failure_that_passes_is_retried_and_parks_nothing(databases: Databases) -> None:
    database = await databases("plumbing")
    await prepare(database)
    tries = 0

    async def handle(session: AsyncSession, event: CountedReader) -> None:
        nonlocal tries
        tries += 1
        await record(session, event)
        if tries < 3:
            raise ConnectionResetError("for now")

    await deliver(worker(database, handle), counted(1), topic=Counted.topic)

    assert await seen(database) == [1]
    assert await failures(database) == []


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (ConnectionResetError(), True),
        (TooBusy(), True),
        (DBAPIError("INSERT", {}, asyncpg.DeadlockDetectedError("x")), True),
        (DBAPIError("INSERT", {}, asyncpg.DiskFullError("x")), True),
        (DBAPIError("INSERT", {}, asyncpg.QueryCanceledError("x")), True),
        (DBAPIError("INSERT", {}, asyncpg.CheckViolationError("x")), False),
        (DBAPIError("INSERT", {}, asyncpg.ProgramLimitExceededError("x")), False),
        (LookupError("no such thing"), False),
    ],
)
def test_only_what_will_pass_is_waited_for(error: Exception, passes: bool) -> None:
    assert is_transient(error) is passes


async def test_a_record_that_is_no_envelope_is_parked_and_stops_nobody(databases: Databases) -> None:
    database = await databases("plumbing")
    await prepare(database)
    await deliver(worker(database), Record(new_id(), "k", b"\xff{"), counted(1), topic=Counted.topic)

    assert await seen(database) == [1]
    assert await failures(database) == ["Unreadable: its bytes are no envelope of ours"]


async def test_a_worker_reads_the_bus_from_the_beginning_and_goes_on_where_it_stopped(
    databases: Databases, database_urls: object
) -> None:
    database = await databases("plumbing")
    await prepare(database)
    bus = LocalBus(await database_urls("bus"))  # type: ignore[operator]
    counter = new_id()
    await bus.append(Counted.topic, [counted(n, counter) for n in range(5)])
    await _run_until(worker(database, bus=bus), database, 5)
    await bus.append(Counted.topic, [counted(n, counter) for n in range(5, 8)])
    await _run_until(worker(database, bus=bus), database, 8)
    await bus.close()

    assert await seen(database) == list(range(8))


async def _run_until(consumer: Worker, database: Database, number: int) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(consumer.run(stop))
    async with asyncio.timeout(120):
        while len(await seen(database)) < number:
            await asyncio.sleep(0.02)
    stop.set()
    await running


async def test_a_part_that_dies_stops_the_worker_whole(databases: Databases) -> None:
    database = await databases("plumbing")

    class Broken(MemoryBus):
        def subscribe(self, group: str, topic: str) -> NoReturn:
            raise ConnectionError("no broker")

    with pytest.raises(ExceptionGroup):
        async with asyncio.timeout(120):
            await worker(database, bus=Broken()).run(asyncio.Event())
