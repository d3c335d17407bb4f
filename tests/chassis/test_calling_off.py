"""Whoever is called off stops, although what is tidied up on the way out fails over a lost connection."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from chassis.connections import driver
from chassis.database import Database
from chassis.direct import fetch
from chassis.testing import Databases
from chassis.worker import attempt


class Trouble(Exception):
    """What went wrong in the transaction."""


@pytest.fixture
async def database(databases: Databases) -> Database:
    return await databases("plumbing")


async def lost_on_the_way_out() -> None:
    try:
        await asyncio.Event().wait()
    finally:
        raise ConnectionAbortedError


async def careless(work: Awaitable[None]) -> Exception | None:
    """The worker's boundary without a look at whether it was called off."""
    try:
        await work
    except OSError as error:
        return error
    return None


Boundary = Callable[[Awaitable[None]], Awaitable[Exception | None]]


@pytest.mark.parametrize(("boundary", "stops"), [(attempt, True), (careless, False)])
async def test_a_part_of_a_worker_that_is_called_off_stops_whatever_its_work_ends_in(
    boundary: Boundary, stops: bool
) -> None:
    """The second one goes on as if nothing had been said, and its worker waits for it for ever."""
    part = asyncio.ensure_future(boundary(lost_on_the_way_out()))
    await asyncio.sleep(0)

    part.cancel()
    await asyncio.wait([part])

    assert part.cancelled() is stops


async def test_what_fails_while_nobody_called_it_off_is_handed_back() -> None:
    async def fails() -> None:
        raise Trouble

    assert isinstance(await attempt(fails()), Trouble)


async def test_a_time_limit_within_the_work_calls_nobody_off() -> None:
    async def takes_long() -> None:
        async with asyncio.timeout(0):
            await lost_on_the_way_out()

    assert isinstance(await attempt(takes_long()), ConnectionAbortedError)


async def test_a_transaction_ends_in_what_ended_it_although_nobody_hears_its_rollback(database: Database) -> None:
    with pytest.raises(Trouble):
        async with database.transaction() as session:
            await lose_connection(database, await fetch(session, "SELECT pg_backend_pid() AS pid"))
            raise Trouble

    assert (await database.fetch("SELECT 1 AS one"))[0]["one"] == 1


async def test_without_a_guard_the_drivers_own_transaction_ends_in_the_lost_connection(database: Database) -> None:
    """The negative control."""
    async with database.connections.loan() as pooled:
        connection = driver(pooled)
        with pytest.raises((asyncpg.InterfaceError, asyncpg.PostgresConnectionError)):
            async with connection.transaction():
                await lose_connection(database, await connection.fetch("SELECT pg_backend_pid() AS pid"))
                raise Trouble


async def test_a_commit_that_nobody_hears_is_no_success(database: Database) -> None:
    with pytest.raises((OSError, asyncpg.PostgresError)):
        async with database.transaction() as session:
            await lose_connection(database, await fetch(session, "SELECT pg_backend_pid() AS pid"))


async def lose_connection(database: Database, told: list[asyncpg.Record]) -> None:
    """Returns when the server has ended that connection."""
    await database.fetch("SELECT pg_terminate_backend($1, 10000)", told[0]["pid"])
