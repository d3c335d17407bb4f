"""Effects outside the database are done after the commit, again after a failure, and by nobody twice at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from asyncpg import DeadlockDetectedError
from sqlalchemy import text

from chassis.database import Database
from chassis.direct import fetch
from chassis.tasks import CLAIM, GiveUp, TaskQueue, enqueue, runs, runs_batch
from chassis.testing import Databases, MemoryBus, do_tasks, failures
from chassis.worker import Worker
from tests.chassis.rooms import Note, settings


def worker(database: Database, handler: object) -> Worker:
    return Worker("tests", settings(), database, MemoryBus(), topics=[], tasks=[handler])  # type: ignore[list-item]


async def leave(database: Database, *notes: str, key: str | None = None) -> None:
    async with database.transaction() as session:
        for note in notes:
            enqueue(session, Note(text=note), key=key)


async def left(database: Database) -> int:
    async with database.reading() as session:
        return int((await session.execute(text("SELECT count(*) FROM tasks"))).scalar_one())


async def test_a_task_is_done_once_and_its_row_cleared(databases: Databases) -> None:
    database = await databases("plumbing")
    done: list[str] = []

    async def run(note: Note) -> None:
        done.append(note.text)

    await leave(database, "a", "b")
    assert await do_tasks(worker(database, runs(Note, run))) == 2
    assert sorted(done) == ["a", "b"]
    assert await left(database) == 0


async def test_of_two_tasks_with_one_key_the_later_counts(databases: Databases) -> None:
    database = await databases("plumbing")
    done: list[str] = []

    async def run(note: Note) -> None:
        done.append(note.text)

    await leave(database, "old", key="k")
    await leave(database, "newer", "newest", key="k")
    await do_tasks(worker(database, runs(Note, run)))
    assert done == ["newest"]


async def test_a_task_queued_again_while_it_runs_runs_once_more(databases: Databases) -> None:
    database = await databases("plumbing")
    done: list[str] = []

    async def run(note: Note) -> None:
        done.append(note.text)
        if note.text == "first":
            await leave(database, "second", key="k")

    await leave(database, "first", key="k")
    await do_tasks(worker(database, runs(Note, run)))
    assert done == ["first", "second"]
    assert await left(database) == 0


async def queued_again_while(database: Database, clear: Callable[[], Awaitable[None]]) -> Sequence[object]:
    """Somebody queues `a` and then `b` again, and has only `a` when both are to be cleared; what came of the two."""
    has_a = asyncio.Event()

    async def queue_again() -> None:
        async with database.transaction() as session:
            await fetch(session, _AGAIN, "a")
            has_a.set()
            while not await waits(database):
                await asyncio.sleep(0.01)
            await fetch(session, _AGAIN, "b")

    async def clear_meanwhile() -> None:
        await has_a.wait()
        await clear()

    return await asyncio.gather(queue_again(), clear_meanwhile(), return_exceptions=True)


async def waits(database: Database) -> bool:
    """Whether anybody waits for a row."""
    return bool((await database.fetch(_WAITING))[0]["waiting"])


_AGAIN = "UPDATE tasks SET revision = revision + 1 WHERE key = $1"
_WAITING = """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock') AS waiting
"""


async def test_what_is_cleared_waits_for_nobody_who_waits_for_it(databases: Databases) -> None:
    database = await databases("plumbing")
    for key in ("b", "a"):  # Whoever goes through them as they were queued meets `b` first.
        await leave(database, key, key=key)
    queue = TaskQueue(database, 1)
    claimed = await queue.claim(Note.kind, 2)

    assert await queued_again_while(database, lambda: queue.done(claimed)) == [None, None]
    assert {one.revision for one in await queue.claim(Note.kind, 2)} == {one.revision + 1 for one in claimed}


async def test_cleared_as_it_was_queued_it_would(databases: Databases) -> None:
    """The negative control."""
    database = await databases("plumbing")
    for key in ("b", "a"):
        await leave(database, key, key=key)

    async def clear() -> None:
        async with database.transaction() as session:
            for key in ("b", "a"):
                await fetch(session, "DELETE FROM tasks WHERE key = $1", key)

    came = await queued_again_while(database, clear)
    assert [type(one) for one in came if one] == [DeadlockDetectedError]


async def test_one_bad_task_of_a_batch_does_not_hold_up_the_others(databases: Databases) -> None:
    database = await databases("plumbing")
    done: list[str] = []

    async def run(notes: Sequence[Note]) -> None:
        if any(note.text == "bad" for note in notes):
            raise ValueError("bad")
        done.extend(note.text for note in notes)

    await leave(database, "a", "bad", "b")
    await do_tasks(worker(database, runs_batch(Note, run)))
    assert sorted(done) == ["a", "b"]
    assert await failures(database) == ["ValueError: bad"]


@pytest.mark.parametrize("apart", [True, False])
async def test_of_tasks_kept_apart_a_slow_one_holds_up_nobody_and_else_it_does(
    databases: Databases, apart: bool
) -> None:
    """Without `apart` is the negative control: those begun together are waited for together."""
    database = await databases("plumbing")
    done: list[str] = []
    slow, quick, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def run(note: Note) -> None:
        if note.text == "slow":
            await slow.wait()
        done.append(note.text)
        if len(done) == 5:
            quick.set()

    await leave(database, "slow", "a", "b", "c", "d", "e")
    working = asyncio.create_task(worker(database, runs(Note, run, concurrency=2, apart=apart)).run(stop))
    if apart:
        await asyncio.wait_for(quick.wait(), 30)
    else:
        await asyncio.sleep(0.5)
    assert sorted(done) == (["a", "b", "c", "d", "e"] if apart else ["a"])

    slow.set()
    async with asyncio.timeout(30):
        while await left(database):
            await asyncio.sleep(0.01)
    stop.set()
    await working
    assert sorted(done) == ["a", "b", "c", "d", "e", "slow"]


async def test_a_task_that_gives_up_is_parked_with_its_reason(databases: Databases) -> None:
    database = await databases("plumbing")

    async def run(note: Note) -> None:
        raise GiveUp("the address does not exist")

    await leave(database, "a")
    await do_tasks(worker(database, runs(Note, run)))
    assert await failures(database) == ["GiveUp: the address does not exist"]
    async with database.reading() as session:
        assert (await session.execute(text("SELECT parked_at IS NOT NULL FROM tasks"))).scalar_one()


async def test_what_a_living_worker_claimed_stays_its_own_and_a_dead_ones_is_free_again(databases: Databases) -> None:
    database = await databases("plumbing")
    await leave(database, "a")
    dying = Database(database.engine.url.render_as_string(hide_password=False))
    await dying.signals.try_lock(7461, 41)
    assert len(await TaskQueue(dying, 41).claim("note", 10)) == 1

    other = TaskQueue(database, 42)
    await other.reclaim()
    assert await other.claim("note", 10) == []

    await dying.close()
    async with asyncio.timeout(60):
        while not (claimed := await other.claim("note", 10)):
            await other.reclaim()
    assert len(claimed) == 1


@pytest.mark.parametrize("limit", ["= ANY(ARRAY(", "IN (("], ids=["counted", "expected"])
async def test_a_few_are_claimed_without_reading_all_that_wait(databases: Databases, limit: str) -> None:
    database = await databases("plumbing")
    await leave(database, *(str(number) for number in range(3_000)))
    await database.fetch("ANALYZE tasks")

    claim = CLAIM.replace("= ANY(ARRAY(", limit)
    async with database.transaction() as session:
        await fetch(session, "SET LOCAL plan_cache_mode = force_generic_plan")
        await fetch(session, f"PREPARE claim (bigint, text, bigint) AS {claim}")
        plan = "".join(row[0] for row in await fetch(session, f"EXPLAIN EXECUTE claim (1, '{Note.kind}', 10)"))

    assert ("Seq Scan on tasks" in plan) is (limit != "= ANY(ARRAY("), plan


async def test_a_task_that_nobody_can_read_is_kept_with_its_error_and_stops_nobody(databases: Databases) -> None:
    database = await databases("plumbing")
    done: list[str] = []

    async def run(note: Note) -> None:
        done.append(note.text)

    await leave(database, "from an older house", "sound")
    async with database.transaction() as session:
        await session.execute(text("UPDATE tasks SET payload = '{}' WHERE payload LIKE '%older%'"))
    await do_tasks(worker(database, runs(Note, run)))

    assert done == ["sound"]
    (error,) = await failures(database)
    assert error.startswith("ValidationError")
