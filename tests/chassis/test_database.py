"""What a failing statement tells, and what it keeps to itself."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.testing import Databases

FAILS = text("SELECT CAST(:email AS text), CAST(:number AS int) / 0")
TYPED = {"email": "ada@example.org", "number": 1}


async def test_what_people_typed_stays_out_of_the_words_of_a_failure(databases: Databases) -> None:
    database = await databases("plumbing")

    async with database.reading() as session:
        with pytest.raises(DBAPIError) as failure:
            await session.execute(FAILS, TYPED)

    assert "division by zero" in str(failure.value)
    assert "ada@example.org" not in str(failure.value)


async def test_without_that_guard_it_would_be_told(databases: Databases) -> None:
    database = await databases("plumbing")
    unguarded = create_async_engine(database.engine.url)

    async with unguarded.connect() as connection:
        with pytest.raises(DBAPIError) as failure:
            await connection.execute(FAILS, TYPED)
    await unguarded.dispose()

    assert "ada@example.org" in str(failure.value)
