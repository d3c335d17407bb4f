"""Rows held for a change: locked, changed as objects, written with the commit."""

import asyncio
from enum import StrEnum
from uuid import UUID

import pytest
from sqlalchemy import ARRAY, Enum, Uuid, any_, bindparam
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.database import Database
from chassis.ids import new_id
from chassis.pending import NoTransaction
from chassis.rows import Holding
from chassis.testing import Databases, counting


class Light(StrEnum):
    RED = "red"
    GREEN = "green"


class Base(DeclarativeBase):
    pass


class Lamp(Base):
    __tablename__ = "lamps"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    light: Mapped[Light] = mapped_column(
        Enum(Light, native_enum=False, length=10, values_callable=lambda known: [one.value for one in known])
    )
    turns: Mapped[int]
    note: Mapped[str | None]


LAMPS = Holding(Lamp, Lamp.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
FIRST, SECOND, THIRD = (new_id() for _ in range(3))
ALL = [FIRST, SECOND, THIRD]


@pytest.fixture
async def database(databases: Databases) -> Database:
    made = await databases("plumbing")
    async with made.engine.connect() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await made.fetch("INSERT INTO lamps SELECT unnest($1::uuid[]), 'red', 0, NULL", ALL)
    return made


async def seen(database: Database) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await database.fetch("SELECT light, turns, note FROM lamps ORDER BY id")]


async def test_what_changed_in_many_is_written_by_one_statement(database: Database) -> None:
    async with counting(database) as statements, database.transaction() as session:
        for lamp in await LAMPS.hold(session, ids=ALL):
            if lamp.id != THIRD:
                assert lamp.light is Light.RED
                lamp.light, lamp.turns = Light.GREEN, lamp.turns + 1
            if lamp.id == SECOND:
                lamp.note = "it flickers"

    assert len(statements.sql) == 2, "one to lock and read, one to write"
    assert await seen(database) == [("green", 1, None), ("green", 1, "it flickers"), ("red", 0, None)]


async def test_where_nothing_changed_nothing_is_written(database: Database) -> None:
    async with counting(database) as statements, database.transaction() as session:
        for lamp in await LAMPS.hold(session, ids=ALL):
            lamp.light = Light.RED

    assert len(statements.sql) == 1


async def test_what_fails_leaves_all_as_it_was(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as session:
            for lamp in await LAMPS.hold(session, ids=ALL):
                lamp.turns = 7
            raise ZeroDivisionError

    assert {turns for _, turns, _ in await seen(database)} == {0}


async def test_two_that_count_at_once_lose_nothing(database: Database) -> None:
    async def turn(ids: list[UUID]) -> None:
        async with database.transaction() as session:
            for lamp in await LAMPS.hold(session, ids=ids):
                await asyncio.sleep(0.001)
                lamp.turns += 1

    await asyncio.gather(*(turn(ALL if nth % 2 else ALL[::-1]) for nth in range(8)))

    assert {turns for _, turns, _ in await seen(database)} == {8}


async def test_nothing_is_held_outside_a_transaction(database: Database) -> None:
    async with database.reading() as session:
        with pytest.raises(NoTransaction):
            await LAMPS.hold(session, ids=ALL)
