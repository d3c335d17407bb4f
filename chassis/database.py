"""One database of a room: the transaction that commits, the session that only reads, word of what was committed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

import asyncpg
import orjson
from sqlalchemy import Connection, NullPool, PoolProxiedConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.util import await_only

from chassis.connections import Connections, driver
from chassis.direct import let_fetch
from chassis.outbox import write_facts
from chassis.pending import close_pending, open_pending
from chassis.rows import write_held
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


class _Borrower(Session):
    """Borrows a connection when its first statement is to be sent, and keeps it until it is closed."""

    def __init__(self, *, connections: Connections, **options: Any) -> None:
        super().__init__(**options)
        self._connections = connections
        self._lent: PoolProxiedConnection | None = None

    def get_bind(self, *_: object, **__: object) -> Connection:
        if self._lent is None:
            self._lent = await_only(self._connections.take())
            self._bound = self._connections.bound(self._lent)
        return self._bound

    def close(self) -> None:
        super().close()
        if self._lent is not None:
            self._connections.give_back(self._lent)
            self._lent = None


class _Holder(Session):
    """Speaks through a connection that is held already, which SQLAlchemy is told of when something goes through it."""

    def __init__(self, *, connections: Connections, held: PoolProxiedConnection, **options: Any) -> None:
        super().__init__(**options)
        self._connections, self._held = connections, held
        self._bound: Connection | None = None

    def get_bind(self, *_: object, **__: object) -> Connection:
        if self._bound is None:
            self._bound = self._connections.bound(self._held)
        return self._bound


_GONE = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


class _Begun:
    """The driver's own transaction, but for a BEGIN that is broken off and a ROLLBACK that nobody hears.

    The first may have begun all the same, and the driver takes what comes next for a part of it, whose commit is none.
    The second would hide what ended the transaction: a cancellation would be taken for a lost connection, and lost.
    """

    __slots__ = ("_connection", "_transaction")

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._transaction = connection.transaction()

    async def __aenter__(self) -> None:
        try:
            await self._transaction.__aenter__()
        except BaseException:
            self._connection.terminate()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._transaction.__aexit__(kind, error, trace)
        except _GONE:
            if error is None:
                raise
            self._connection.terminate()


def _dumps(value: object) -> str:
    return orjson.dumps(value, default=str).decode()


class Database:
    """Connections to one database. `transaction()` is the only place in the house that commits several statements."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url,
            poolclass=NullPool,  # Kept and lent by `connections`.
            # Transactions are begun and ended here, on the driver's connection, and there is nothing to reset.
            isolation_level="AUTOCOMMIT",
            pool_reset_on_return=None,
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
            hide_parameters=True,  # What people typed belongs into rows, not into a log or a parked event's error.
        )
        self.connections = Connections(self.engine, pool_size)
        # Wakes when an event of a topic and key, or a task of a kind, was committed here by whichever process.
        self.signals = Watch(self.engine.url)

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """The rows of one statement by itself, committed when this returns; its values by number ($1)."""
        async with self.connections.loan() as pooled:
            rows: list[asyncpg.Record] = await driver(pooled).fetch(sql, *values)
            return rows

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Everything done inside, its facts and tasks included, is committed at the end or not at all."""
        async with self.connections.loan() as pooled, _Begun(driver(pooled)):
            session = AsyncSession(
                sync_session_class=_Holder, connections=self.connections, held=pooled, expire_on_commit=False
            )
            let_fetch(session, driver(pooled).fetch)
            pending = open_pending(session)
            try:
                yield session
                # Flushed first, so that the rows are locked before their facts are numbered.
                if session.in_transaction() and (session.new or session.dirty or session.deleted):
                    await session.flush()
                await write_held(session, pending.held)
                await write_facts(session, pending.facts)
                await write_tasks(session, pending.tasks)
                for work in pending.last.values():
                    await work(session)
            finally:
                close_pending(session)
                _close(session)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadSession]:
        """A session for reading, each statement on its own; costs no BEGIN and no COMMIT."""
        session = ReadSession(
            sync_session_class=_Borrower, connections=self.connections, expire_on_commit=False, autoflush=False
        )
        let_fetch(session, self.fetch)
        try:
            yield session
        finally:
            _close(session)

    async def close(self) -> None:
        """Lets go of every connection."""
        await self.signals.close()
        await self.connections.close()
        await self.engine.dispose()


def _close(session: AsyncSession) -> None:
    """One that was only handed direct statements has nothing to let go of, and finding that out is not for free."""
    if session.in_transaction():
        session.sync_session.close()
