"""Statements sent to the driver as they are, for paths where SQLAlchemy's share of one would be most of its cost."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

import asyncpg
import orjson
from sqlalchemy import JSON, Column, Executable, String
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

Fetch = Callable[..., Awaitable[list[asyncpg.Record]]]

UNHURRIED = "(SELECT set_config('synchronous_commit', 'off', true)) = 'off'"
"""A condition that always holds, for a statement by itself that writes: its commit does not wait for the disk.

For what is done again, and does no harm, where a crash of the database server takes its last moment back. Whatever is
committed afterwards and does wait takes it along.
"""
_KEY = "fetch"


class Statements(Protocol):
    """A database that is sent one statement at a time."""

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """The rows of one statement by itself, committed when this returns; its values by number ($1)."""
        ...


def let_fetch(session: AsyncSession, send: Fetch) -> None:
    """Called by `Database` alone: where this session's direct statements go."""
    session.info[_KEY] = send


async def fetch(through: AsyncSession | Statements, sql: str, *values: object) -> list[asyncpg.Record]:
    """The rows of one statement, its values by number ($1), in the session's transaction where it has one.

    What was changed in the session is not flushed before.
    """
    send: Fetch = through.info[_KEY] if isinstance(through, AsyncSession) else through.fetch
    return await send(sql, *values)


class Compiled:
    """A statement of SQLAlchemy's, put into SQL once; its values are given by name."""

    def __init__(self, statement: Executable) -> None:
        compiled = statement.compile(dialect=dialect())  # type: ignore[attr-defined, no-untyped-call]
        self._sql = str(compiled)
        self._names: Sequence[str] = compiled.positiontup or ()
        self._constants: dict[str, Any] = compiled.params

    async def rows(self, through: AsyncSession | Statements, **values: object) -> list[asyncpg.Record]:
        """Raises KeyError for a value that the statement does not ask for."""
        if unknown := values.keys() - set(self._names):
            raise KeyError(*unknown)
        given = {**self._constants, **values}
        return await fetch(through, self._sql, *(given[name] for name in self._names))


class Insertion:
    """Rows of several tables in one statement, parents first.

    The columns are all of a table's; what a row does not name is NULL. With `or_keep` a row whose key is there already
    stays as it is.
    """

    def __init__(self, *models: type[DeclarativeBase], or_keep: bool = False) -> None:
        tables = [model.metadata.tables[model.__tablename__] for model in models]
        self._columns = [list(table.columns) for table in tables]
        taken = 0
        inserts = []
        for table in tables:
            arrays = ", ".join(f"${nth}::{type_of(one)}[]" for nth, one in enumerate(table.columns, start=taken + 1))
            names = ", ".join(f'"{one.name}"' for one in table.columns)
            inserts.append(f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays})")  # noqa: S608, our own names
            taken += len(table.columns)
        if or_keep:
            inserts = [f"{one} ON CONFLICT DO NOTHING" for one in inserts]
        *before, last = inserts
        parts = ", ".join(f"part{nth} AS ({one})" for nth, one in enumerate(before))
        self._sql = f"WITH {parts} {last}" if parts else last

    async def write(self, through: AsyncSession | Statements, *rows: Sequence[Mapping[str, object]]) -> None:
        """One list of rows for each model."""
        tables = zip(self._columns, rows, strict=True)
        await fetch(through, self._sql, *(array_of(column, some) for columns, some in tables for column in columns))


def array_of(column: Column[Any], rows: Sequence[Mapping[str, object]]) -> list[object]:
    values = [row.get(column.key) for row in rows]
    return [orjson.dumps(one).decode() for one in values] if isinstance(column.type, JSON) else values


def type_of(column: Column[Any]) -> str:
    """What such an array's elements are cast to."""
    # A cast to a type with a length would cut what is too long, where the column itself refuses it.
    return "text" if isinstance(column.type, String) else column.type.compile(dialect=dialect())  # type: ignore[no-untyped-call]
