"""What tests of any room need: a real database each, callers, a bus in memory, and work done on the spot.

Load it with `pytest_plugins = ["chassis.testing"]`.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sqlalchemy import URL, event, make_url, text
from starlette.types import ASGIApp

from chassis.auth import ISSUER, Caller
from chassis.database import Database
from chassis.events import Envelope, Event, Record, seal, unseal
from chassis.migrate import migrate
from chassis.outbox import relay
from chassis.postgres import EmbeddedPostgres
from chassis.worker import Worker

Databases = Callable[[str], Awaitable[Database]]

# Nothing in a test's database outlives the test, so it may trade durability for speed.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """A real PostgreSQL: the one TEST_DATABASE_URL names, else an embedded one for this run."""
    if named := os.environ.get("TEST_DATABASE_URL"):
        yield make_url(named).set(drivername="postgresql+asyncpg")
        return
    with tempfile.TemporaryDirectory(prefix="toadlane-test-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", settings=FAST)
        yield server.url("postgres")
        server.stop()


async def _admin(server: URL, statement: str) -> None:
    connection = await asyncpg.connect(server.set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def _templates() -> dict[str, str]:
    return {}


async def _template(server: URL, package: str, templates: dict[str, str]) -> str:
    if package not in templates:
        name = f"template_{uuid4().hex}"
        await _admin(server, f'CREATE DATABASE "{name}"')
        url = server.set(database=name).render_as_string(hide_password=False)
        await migrate(url, package)
        templates[package] = name
    return templates[package]


@pytest.fixture
async def database_urls(postgres: URL, _templates: dict[str, str]) -> AsyncIterator[Callable[[str], Awaitable[str]]]:
    """`await database_urls("gateway")` is the address of a new, migrated database; "bus" is the LocalBus'."""
    made: list[str] = []

    async def make(package: str) -> str:
        name = f"test_{uuid4().hex}"
        await _admin(postgres, f'CREATE DATABASE "{name}" TEMPLATE "{await _template(postgres, package, _templates)}"')
        made.append(name)
        return postgres.set(database=name).render_as_string(hide_password=False)

    yield make
    for name in made:
        await _admin(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def databases(database_urls: Callable[[str], Awaitable[str]]) -> AsyncIterator[Databases]:
    """`await databases("gateway")` is a new, migrated database of that room, empty and for this test alone."""
    made: list[Database] = []

    async def make(package: str) -> Database:
        database = Database(await database_urls(package), pool_size=10)
        await database.signals.start()
        made.append(database)
        return database

    yield make
    for database in made:
        await database.close()


@cache
def _signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def private_key_pem() -> str:
    """The key that the tests' tokens are signed with."""
    return _signing_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_key_pem() -> str:
    """What rooms under test verify tokens with."""
    public = _signing_key().public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def token_for(room: str, caller: Caller) -> str:
    """A token as the gateway would make it."""
    claims = {"iss": ISSUER, "aud": room, "exp": int(time.time()) + 600, "caller": caller.model_dump(mode="json")}
    return jwt.encode(claims, _signing_key(), algorithm="EdDSA")


def client_for(app: ASGIApp, room: str, caller: Caller | None = None) -> httpx.AsyncClient:
    """Calls a room's app as somebody: by default as nobody in particular."""
    token = token_for(room, caller or Caller())
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://toadlane.test",
        headers={"Authorization": f"Bearer {token}"},
    )


class MemoryBus:
    """Keeps what was appended, for a test to look at; nobody reads from it."""

    def __init__(self) -> None:
        self.topics: dict[str, list[Record]] = {}

    async def append(self, topic: str, records: Sequence[Record]) -> None:
        self.topics.setdefault(topic, []).extend(records)

    def facts(self, topic: str) -> list[Envelope]:
        """The topic's facts, in order."""
        return [unseal(record.value) for record in self.topics.get(topic, [])]

    @asynccontextmanager
    async def subscribe(self, group: str, topic: str) -> AsyncIterator["SilentSubscription"]:
        yield SilentSubscription()

    async def lag(self, group: str, topic: str) -> int:
        return 0

    async def close(self) -> None:
        """Nothing to let go of."""


class SilentSubscription:
    """Never has anything."""

    async def fetch(self) -> Mapping[int, Sequence[Record]]:
        await asyncio.sleep(1.0)
        return {}

    async def commit(self, done: Mapping[int, Sequence[Record]]) -> None:
        """Nothing was fetched."""


def _on_topic(one: Event | Record, topic: str | None) -> tuple[str, Record]:
    if isinstance(one, Record):
        return topic or "", one
    return topic or one.topic, seal(one)


async def deliver(worker: Worker, *events: Event | Record, topic: str | None = None) -> None:
    """Hands events to the worker's reactions as the bus would: in order, batches of one topic together."""
    pending = [_on_topic(one, topic) for one in events]
    while pending:
        current = pending[0][0]
        run = [record for name, record in pending if name == current]
        await worker.consumers[current].handle(run)
        pending = [one for one in pending if one[0] != current]


async def ship(worker: Worker) -> None:
    """Relays what is unsent of the worker's own topics."""
    for topic in worker.topics:
        while await relay(worker.database, worker.bus, topic):
            pass


async def do_tasks(worker: Worker) -> int:
    """Does every task that is due now, as the worker would; says how many there were."""
    done = 0
    for handler in worker.tasks:
        while claimed := await worker.queue.claim(handler.task.kind, handler.size):
            await worker.queue.done(await worker._do(handler, claimed))
            done += len(claimed)
    return done


async def failures(database: Database) -> list[str]:
    """What went wrong in a room: errors of parked events, and of tasks that are retried or parked."""
    async with database.reading() as session:
        rows = await session.execute(
            text(
                "SELECT error FROM parked WHERE error IS NOT NULL UNION ALL "
                "SELECT error FROM tasks WHERE error IS NOT NULL"
            )
        )
        return list(rows.scalars())


# Ends of transactions, and what the driver asks once for each connection, to know the types it sends.
_NOT_OURS = ("COMMIT", "ROLLBACK", "typeinfo_tree", "set_config('jit'")


class Statements:
    """The SQL a database was sent while it was counted; `transactions` are those that began with BEGIN."""

    def __init__(self) -> None:
        self.sql: list[str] = []
        self.transactions = 0
        self._composed: set[str] = set()

    def composed(self, _conn: object, _cursor: object, sql: str, *_rest: object) -> None:
        """What SQLAlchemy tells of each statement of its own."""
        self.sql.append(sql)
        self._composed.add(sql)

    def sent(self, query: Any) -> None:
        """What the driver tells: of direct statements, of transactions, and of some of SQLAlchemy's a second time."""
        if query.query.startswith("BEGIN"):
            self.transactions += 1
        elif query.query not in self._composed and not any(words in query.query for words in _NOT_OURS):
            self.sql.append(query.query)


@asynccontextmanager
async def counting(database: Database) -> AsyncIterator[Statements]:
    """Counts statements and transactions, so that a test can pin them."""
    seen = Statements()
    listened: set[asyncpg.Connection] = set()

    def listen(driver: asyncpg.Connection) -> None:
        driver.add_query_logger(seen.sent)
        listened.add(driver)

    def made(connection: Any, _record: object) -> None:
        listen(connection.driver_connection)

    engine = database.engine.sync_engine
    for idle in database.connections.idle:
        listen(idle)
    event.listen(engine, "connect", made)
    event.listen(engine, "before_cursor_execute", seen.composed)
    try:
        yield seen
        await asyncio.sleep(0)  # The driver tells of a query a moment later.
    finally:
        event.remove(engine, "connect", made)
        event.remove(engine, "before_cursor_execute", seen.composed)
        for driver in listened:
            driver.remove_query_logger(seen.sent)
