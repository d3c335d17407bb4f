"""The connections to one database: few, kept open, and the one that came back last is lent first."""

import asyncio
from types import TracebackType

import asyncpg
from sqlalchemy import Connection, PoolProxiedConnection
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.errors import Unavailable

PATIENCE = 30.0  # Seconds that one waits for a connection.


class TooBusy(Unavailable, TimeoutError):
    """More wanted something of the database than it could serve in time. Nothing was begun."""

    code, title = "too_busy", "We are very busy right now"

    def __init__(self) -> None:
        super().__init__("Nothing was changed; please try again in a few seconds.", headers={"Retry-After": "5"})


class Connections:
    """Lends up to `size` connections of an engine that keeps none itself.

    SQLAlchemy's own pool asks through a greenlet and takes note of every loan: that costs as much as a statement.
    """

    def __init__(self, engine: AsyncEngine, size: int, *, patience: float = PATIENCE) -> None:
        self._engine = engine
        self._patience = patience
        self._left = asyncio.Semaphore(size)
        self._idle: list[PoolProxiedConnection] = []
        self.lent = 0

    @property
    def idle(self) -> list[asyncpg.Connection]:
        """Those that nobody has at the moment."""
        return [driver(pooled) for pooled in self._idle]

    def loan(self) -> "Loan":
        """To be entered: a connection that works, given back at the end unless it was lost or left in a transaction."""
        return Loan(self)

    async def take(self) -> PoolProxiedConnection:
        """A connection that works, until `give_back`; raises TooBusy where none comes free in time."""
        await self._turn()
        self.lent += 1
        try:
            return self._next() or await self._engine.raw_connection()
        except BaseException:
            self._release()
            raise

    async def _turn(self) -> None:
        if not self._left.locked():
            await self._left.acquire()
            return
        try:
            async with asyncio.timeout(self._patience):
                await self._left.acquire()
        except TimeoutError:
            raise TooBusy from None

    def _next(self) -> PoolProxiedConnection | None:
        while self._idle:
            pooled = self._idle.pop()
            if not is_lost(pooled):
                return pooled
            _discard(pooled)
        return None

    def give_back(self, pooled: PoolProxiedConnection) -> None:
        """One that was lost, or left in the middle of a transaction, is not lent again."""
        if is_lost(pooled) or driver(pooled).is_in_transaction():
            _discard(pooled)
        else:
            self._idle.append(pooled)
        self._release()

    def _release(self) -> None:
        self.lent -= 1
        self._left.release()

    def bound(self, pooled: PoolProxiedConnection) -> Connection:
        """What a session of SQLAlchemy's sends its statements through."""
        return Connection(self._engine.sync_engine, pooled)

    async def close(self) -> None:
        """Closes those that are idle; nobody may come back with one afterwards."""
        while self._idle:
            pooled = self._idle.pop()
            await driver(pooled).close()
            _discard(pooled)


class Loan:
    """One connection, lent for as long as it is entered."""

    __slots__ = ("_connections", "_pooled")

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def __aenter__(self) -> PoolProxiedConnection:
        self._pooled = await self._connections.take()
        return self._pooled

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if isinstance(error, asyncpg.InternalClientError):
            driver(self._pooled).terminate()  # The server's farewell came in the middle of our next word.
        lost = is_lost(self._pooled)
        self._connections.give_back(self._pooled)
        if lost and isinstance(error, asyncpg.InterfaceError | asyncpg.InternalClientError):
            raise ConnectionAbortedError("the connection to the database was lost") from error


def driver(pooled: PoolProxiedConnection) -> asyncpg.Connection:
    """The driver's own connection under SQLAlchemy's."""
    return pooled.driver_connection


def is_lost(pooled: PoolProxiedConnection) -> bool:
    """Whether nothing can be sent over it any more; SQLAlchemy may have taken it apart already."""
    return not pooled.is_valid or driver(pooled).is_closed()


def _discard(pooled: PoolProxiedConnection) -> None:
    if pooled.is_valid:
        pooled.invalidate()
