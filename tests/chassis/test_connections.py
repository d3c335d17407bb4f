"""The connections to a database: lent, given back, and thrown away when they are no good."""

import asyncio
from collections.abc import Coroutine

import asyncpg
import pytest
from sqlalchemy import text

from chassis.connections import Connections, TooBusy, driver
from chassis.consumer import is_transient
from chassis.database import Database
from chassis.errors import problem_of
from chassis.testing import Databases


@pytest.fixture
async def database(databases: Databases) -> Database:
    return await databases("plumbing")


async def backend(database: Database) -> int:
    return int((await database.fetch("SELECT pg_backend_pid() AS pid"))[0]["pid"])


async def test_the_one_that_came_back_last_is_lent_first(database: Database) -> None:
    pids = {await backend(database) for _ in range(5)}

    assert len(pids) == 1
    assert database.connections.lent == 0


async def test_who_finds_none_left_waits_for_one(databases: Databases) -> None:
    database = await databases("plumbing")
    held = [await database.connections.take() for _ in range(10)]

    waiting = asyncio.create_task(backend(database))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    database.connections.give_back(held.pop())

    assert await waiting
    for one in held:
        database.connections.give_back(one)


async def test_who_waited_too_long_is_told_to_come_again_and_a_worker_does(database: Database) -> None:
    connections = Connections(database.engine, 1, patience=0.01)
    held = await connections.take()

    with pytest.raises(TooBusy) as told:
        await connections.take()

    answer = problem_of(told.value)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert is_transient(told.value)
    connections.give_back(held)
    connections.give_back(await connections.take())
    await connections.close()


async def test_one_left_in_the_middle_of_a_transaction_is_not_lent_again(database: Database) -> None:
    async with database.connections.loan() as pooled:
        left = driver(pooled).get_server_pid()
        await driver(pooled).execute("BEGIN")

    assert database.connections.idle == []
    assert await backend(database) != left


async def test_one_that_was_lost_under_a_session_is_replaced(database: Database) -> None:
    with pytest.raises(Exception, match=r"connection|terminat"):
        async with database.reading() as session:
            pid = await session.scalar(text("SELECT pg_backend_pid()"))
            await database.fetch("SELECT pg_terminate_backend($1)", pid)
            await asyncio.sleep(0.05)
            await session.scalar(text("SELECT 1"))

    assert database.connections.lent == 0
    assert await backend(database) != pid


async def test_a_session_borrows_only_while_it_has_something_to_send(database: Database) -> None:
    async with database.reading() as session:
        assert database.connections.lent == 0
        await session.execute(text("SELECT 1"))
        assert database.connections.lent == 1
    assert database.connections.lent == 0


async def test_a_lost_connection_is_told_as_one(database: Database) -> None:
    with pytest.raises((ConnectionError, asyncpg.PostgresConnectionError)):
        async with database.connections.loan() as pooled:
            driver(pooled).terminate()
            await driver(pooled).fetch("SELECT 1")

    assert await backend(database)


async def test_what_is_committed_after_a_begin_that_was_broken_off_is_there(database: Database) -> None:
    await database.fetch("CREATE TABLE notes (number integer)")

    for number in range(8):
        await _break_off(_nothing(database), after=number % 4 + 1)
        async with database.transaction() as session:
            await session.execute(text("INSERT INTO notes VALUES (:number)"), {"number": number})

    [kept] = await database.fetch("SELECT count(*) AS notes FROM notes")
    assert kept["notes"] == 8


async def _nothing(database: Database) -> None:
    async with database.transaction():
        pass


async def _break_off(work: Coroutine[None, None, None], *, after: int) -> None:
    """So many steps of the loop after it was begun."""
    running = asyncio.create_task(work)
    for _ in range(after):
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
