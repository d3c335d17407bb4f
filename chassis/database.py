"""One database of a room: the transaction that commits, the session that only reads, word of what was committed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncpg
import orjson
from sqlalchemy import Connection, PoolProxiedConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from chassis.direct import let_fetch
from chassis.outbox import write_facts
from chassis.pending import close_pending, open_pending
from chassis.signals import Watch
from chassis.tasks import write_tasks

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class ReadSession(AsyncSession):
    """A session that sees what is committed and opens no transaction; nothing can be published through it."""


class SingleStatements(AsyncSession):
    """A session whose every statement is committed by itself."""


S = TypeVar("S", bound=AsyncSession)


def _dumps(value: object) -> str:
    return orjson.dumps(value, default=str).decode()


class Database:
    """Connections to one database. `transaction()` is the only place in the house that commits several statements."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=30,
            # Transactions are begun and ended here, on the driver's connection, and there is nothing to reset.
            isolation_level="AUTOCOMMIT",
            pool_reset_on_return=None,
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
            hide_parameters=True,  # What people typed belongs into rows, not into a log or a parked event's error.
        )
        # Wakes when an event of a topic and key, or a task of a kind, was committed here by whichever process.
        self.signals = Watch(self.engine.url)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[PoolProxiedConnection]:
        """A connection that works, given back unless it was lost or left in the middle of a transaction."""
        pooled = await self.engine.raw_connection()
        while _driver(pooled).is_closed():
            pooled.invalidate()
            pooled = await self.engine.raw_connection()
        try:
            yield pooled
        except (asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            if isinstance(error, asyncpg.InternalClientError):
                _driver(pooled).terminate()  # The server's farewell came in the middle of our next word.
            if not _driver(pooled).is_closed():
                raise
            raise ConnectionAbortedError("the connection to the database was lost") from error
        finally:
            if _driver(pooled).is_closed() or _driver(pooled).is_in_transaction():
                pooled.invalidate()
            pooled.close()

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """The rows of one statement by itself, committed when this returns; its values by number ($1)."""
        async with self._connection() as pooled:
            rows: list[asyncpg.Record] = await _driver(pooled).fetch(sql, *values)
            return rows

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Everything done inside, its facts and tasks included, is committed at the end or not at all."""
        async with self._connection() as pooled, _driver(pooled).transaction():
            connection = AsyncConnection(self.engine, Connection(self.engine.sync_engine, pooled))
            session = AsyncSession(connection, expire_on_commit=False)
            let_fetch(session, _driver(pooled).fetch)
            pending = open_pending(session)
            try:
                yield session
                # Flushed first, so that the rows are locked before their facts are numbered.
                if session.new or session.dirty or session.deleted:
                    await session.flush()
                await write_facts(session, pending.facts)
                await write_tasks(session, pending.tasks)
                for work in pending.last.values():
                    await work(session)
            finally:
                close_pending(session)
                session.sync_session.close()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadSession]:
        """A session for reading, each statement on its own; costs no BEGIN and no COMMIT."""
        async with self._by_statement(ReadSession) as session:
            yield session

    @asynccontextmanager
    async def single_statements(self) -> AsyncIterator[SingleStatements]:
        """A session for changes that are one statement each, committed with it; publishes nothing."""
        async with self._by_statement(SingleStatements) as session:
            yield session

    @asynccontextmanager
    async def _by_statement(self, kind: type[S]) -> AsyncIterator[S]:
        session = kind(self.engine, expire_on_commit=False, autoflush=False)
        let_fetch(session, self.fetch)
        try:
            yield session
        finally:
            session.sync_session.close()

    async def close(self) -> None:
        """Lets go of every connection."""
        await self.signals.close()
        await self.engine.dispose()


def _driver(pooled: PoolProxiedConnection) -> asyncpg.Connection:
    return pooled.driver_connection
