"""Statements sent to the driver as they are, for paths where SQLAlchemy's share of one would be most of its cost."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.ext.asyncio import AsyncSession

Fetch = Callable[..., Awaitable[list[asyncpg.Record]]]
_KEY = "fetch"


def let_fetch(session: AsyncSession, send: Fetch) -> None:
    """Called by `Database` alone: where this session's direct statements go."""
    session.info[_KEY] = send


async def fetch(session: AsyncSession, sql: str, *values: object) -> list[asyncpg.Record]:
    """The rows of one statement, its values by number ($1), in the session's transaction where it has one.

    What was changed in the session is not flushed before.
    """
    send: Fetch = session.info[_KEY]
    return await send(sql, *values)


class Compiled:
    """A statement of SQLAlchemy's, put into SQL once; its values are given by name."""

    def __init__(self, statement: Executable) -> None:
        compiled = statement.compile(dialect=dialect())  # type: ignore[attr-defined, no-untyped-call]
        self._sql = str(compiled)
        self._names: Sequence[str] = compiled.positiontup or ()
        self._constants: dict[str, Any] = compiled.params

    async def rows(self, session: AsyncSession, **values: object) -> list[asyncpg.Record]:
        """Raises KeyError for a value that the statement does not ask for."""
        if unknown := values.keys() - set(self._names):
            raise KeyError(*unknown)
        given = {**self._constants, **values}
        return await fetch(session, self._sql, *(given[name] for name in self._names))
