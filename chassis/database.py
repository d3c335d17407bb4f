"""One database of a room: the transaction that commits, the session that only reads, word of what was committed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

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


def _dumps(value: object) -> str:
    return orjson.dumps(value, default=str).decode()


class Database:
    """Connections to one database. `transaction()` is the only place in the house that commits."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=30,
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
            hide_parameters=True,  # What people typed belongs into rows, not into a log or a parked event's error.
        )
        self.autocommit: AsyncEngine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        # Wakes when an event of a topic and key, or a task of a kind, was committed here by whichever process.
        self.signals = Watch(self.engine.url)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Everything done inside, its facts and tasks included, is committed at the end or not at all."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            pending = open_pending(session)
            yield session
            # Flushed first, so that the rows are locked before their facts are numbered.
            await session.flush()
            if pending.facts:
                await write_facts(session, pending.facts)
            if pending.tasks:
                await write_tasks(session, pending.tasks)
            close_pending(session)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadSession]:
        """A session for reading, each statement on its own; costs no BEGIN and no COMMIT."""
        async with ReadSession(self.autocommit, expire_on_commit=False, autoflush=False) as session:
            yield session

    async def close(self) -> None:
        """Lets go of every connection."""
        await self.signals.close()
        await self.engine.dispose()
