"""Statements sent to the driver as they are, for paths where SQLAlchemy's share of one would be most of its cost."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

import asyncpg
import orjson
from sqlalchemy import ARRAY, JSON, Column, Executable, String
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
_DIALECT = dialect()  # type: ignore[no-untyped-call]
_COMPILER = _DIALECT.ddl_compiler(_DIALECT, None)  # type: ignore[arg-type]


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
        compiled = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
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

    The columns are all of a table's but those that it numbers itself; what a row does not name has the column's
    default, else NULL. With `or_keep` a row whose key is there already stays as it is.
    """

    def __init__(self, *models: type[DeclarativeBase], or_keep: bool = False) -> None:
        tables = [model.metadata.tables[model.__tablename__] for model in models]
        self._columns = [[one for one in table.columns if one.identity is None] for table in tables]
        taken = 0
        inserts = []
        for table, columns in zip(tables, self._columns, strict=True):
            arrays = ", ".join(f"${nth}::{type_of(one)}[]" for nth, one in enumerate(columns, start=taken + 1))
            names = ", ".join(f'"{one.name}"' for one in columns)
            values = ", ".join(map(_or_default, columns))
            inserts.append(
                f"INSERT INTO {table} ({names}) SELECT {values} FROM unnest({arrays}) AS given ({names})"  # noqa: S608, our own names
            )
            taken += len(columns)
        if or_keep:
            inserts = [f"{one} ON CONFLICT DO NOTHING" for one in inserts]
        *before, last = inserts
        parts = ", ".join(f"part{nth} AS ({one})" for nth, one in enumerate(before))
        self._sql = f"WITH {parts} {last}" if parts else last

    async def write(self, through: AsyncSession | Statements, *rows: Sequence[Mapping[str, object]]) -> None:
        """One list of rows for each model."""
        tables = zip(self._columns, rows, strict=True)
        await fetch(through, self._sql, *(array_of(column, some) for columns, some in tables for column in columns))


def _or_default(column: Column[Any]) -> str:
    default = _COMPILER.get_column_default_string(column)
    return value_of(column) if default is None else f"coalesce({value_of(column)}, {default})"


def array_of(column: Column[Any], rows: Sequence[Mapping[str, object]]) -> list[object]:
    """The column's values as one array; of lists, which would have to be of one length, as text."""
    values = [row.get(column.key) for row in rows]
    if isinstance(column.type, ARRAY):
        return [None if one is None else _literal(one) for one in values]
    if isinstance(column.type, JSON):
        unsaid = column.type.none_as_null or column.server_default is not None
        return [None if one is None and unsaid else orjson.dumps(one).decode() for one in values]
    return values


def _literal(values: Any) -> str:
    quoted = (str(one).replace("\\", r"\\").replace('"', r"\"") for one in values)
    return "{" + ",".join(f'"{one}"' for one in quoted) + "}"


def type_of(column: Column[Any]) -> str:
    """What such an array's elements are cast to."""
    # A cast to a type with a length would cut what is too long, where the column itself refuses it.
    return "text" if isinstance(column.type, String | ARRAY) else _compiled(column)


def value_of(column: Column[Any]) -> str:
    """An element of such an array, which goes by the name of its column in `given`, as the column takes it."""
    return f'given."{column.name}"::{_compiled(column)}' if isinstance(column.type, ARRAY) else f'given."{column.name}"'


def _compiled(column: Column[Any]) -> str:
    return column.type.compile(dialect=_DIALECT)
