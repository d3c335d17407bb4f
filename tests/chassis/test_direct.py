"""SQL made once from SQLAlchemy's tables, sent past it, in the same transaction."""

from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import ARRAY, JSON, BigInteger, ForeignKey, Identity, String, bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.database import Database
from chassis.direct import UNHURRIED, Compiled, Insertion, fetch
from chassis.ids import new_id
from chassis.testing import Databases, counting


class Base(DeclarativeBase):
    type_annotation_map = {dict[str, object]: JSONB}


class Shelf(Base):
    __tablename__ = "shelves"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(8))
    about: Mapped[dict[str, object]]


class Jar(Base):
    __tablename__ = "jars"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shelf_id: Mapped[UUID] = mapped_column(ForeignKey("shelves.id"))
    label: Mapped[str | None]


class Label(Base):
    """Of the kinds of columns that a row may leave to the database."""

    __tablename__ = "labels"

    entry: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    words: Mapped[list[str] | None] = mapped_column(ARRAY(String))
    colour: Mapped[str] = mapped_column(String, server_default=text("'white'"))
    said: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    history: Mapped[list[int]] = mapped_column(JSON, server_default=text("'[]'"))


FILL = Insertion(Shelf, Jar)
LABELLED = Insertion(Label)
KEEP = Insertion(Shelf, or_keep=True)
NAMED = Compiled(select(Jar.label).join(Shelf).where(Shelf.name == bindparam("name")).order_by(Jar.label))


@pytest.fixture
async def database(databases: Databases) -> Database:
    made = await databases("plumbing")
    async with made.engine.connect() as connection:
        await connection.run_sync(Base.metadata.create_all)
    return made


def shelf(name: str = "pantry") -> dict[str, object]:
    return {"id": new_id(), "name": name, "about": {"dry": True}}


async def test_rows_of_two_tables_are_one_statement_and_read_back_by_name(database: Database) -> None:
    pantry, attic = shelf(), shelf("attic")
    jars = [{"id": new_id(), "shelf_id": pantry["id"], "label": label} for label in ("salt", "honey", None)]
    async with counting(database) as seen, database.transaction() as session:
        await FILL.write(session, [pantry, attic], jars)

    assert len(seen.sql) == 1
    async with database.reading() as session:
        assert [row["label"] for row in await NAMED.rows(session, name="pantry")] == ["honey", "salt", None]
        [about] = await fetch(session, "SELECT about FROM shelves WHERE id = $1", attic["id"])
        assert about["about"] == {"dry": True}


async def test_lists_of_any_length_are_kept_and_what_is_not_told_has_its_default(database: Database) -> None:
    odd = ["", 'a "b"', "c\\d", "{e}", "f,g", "NULL", "ü\n"]
    async with database.transaction() as session:
        await LABELLED.write(session, [{"words": odd, "said": ["x"]}, {"words": []}, {"colour": "red"}])

    rows = await database.fetch(
        "SELECT words, colour, said, history, said IS NULL AS silent FROM labels ORDER BY entry"
    )
    assert [tuple(row) for row in rows] == [
        (odd, "white", ["x"], [], False),
        ([], "white", None, [], True),
        (None, "red", None, [], True),
    ]


async def test_what_is_too_long_is_refused_and_not_cut(database: Database) -> None:
    with pytest.raises(asyncpg.StringDataRightTruncationError):
        async with database.transaction() as session:
            await FILL.write(session, [shelf("a name of more than eight letters")], [])


async def test_a_row_that_is_there_stays_only_where_that_was_asked_for(database: Database) -> None:
    first = shelf()
    async with database.transaction() as session:
        await KEEP.write(session, [first])
        await KEEP.write(session, [{**first, "name": "cellar"}])
    with pytest.raises(asyncpg.UniqueViolationError):
        async with database.transaction() as session:
            await FILL.write(session, [first], [])

    async with database.reading() as session:
        assert [row["name"] for row in await fetch(session, "SELECT name FROM shelves")] == ["pantry"]


async def test_a_direct_statement_shares_the_fate_of_its_transaction(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as session:
            await session.execute(text("INSERT INTO shelves VALUES (gen_random_uuid(), 'one', '{}')"))
            await FILL.write(session, [shelf()], [])
            raise ZeroDivisionError

    assert await database.fetch("SELECT 1 FROM shelves") == []


async def test_a_value_that_nobody_asks_for_is_a_mistake(database: Database) -> None:
    async with database.reading() as session:
        with pytest.raises(KeyError, match="colour"):
            await NAMED.rows(session, name="pantry", colour="red")


async def test_a_connection_that_was_lost_is_replaced(database: Database) -> None:
    [mine] = await database.fetch("SELECT pg_backend_pid() AS pid")
    other = await asyncpg.connect(
        database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    )
    await other.execute("SELECT pg_terminate_backend($1)", mine["pid"])
    await other.close()

    pids = set()
    for _ in range(3):
        try:
            pids.add((await database.fetch("SELECT pg_backend_pid() AS pid"))[0]["pid"])
        except (asyncpg.PostgresConnectionError, ConnectionError):
            continue
    assert pids
    assert mine["pid"] not in pids


async def test_what_need_not_be_hurried_waits_for_no_disk_and_the_next_statement_does_again(database: Database) -> None:
    asked = "SELECT current_setting('synchronous_commit') AS waits"
    await database.fetch("SET synchronous_commit = on")

    during = await database.fetch(f"{asked} WHERE {UNHURRIED}")
    after = await database.fetch(asked)

    assert (during[0]["waits"], after[0]["waits"]) == ("off", "on")
