"""The sandbox's memory: one SQLite file that is whole again after a kill -9."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Clock = Callable[[], float]
"""Seconds since 1970; handed in, so that a test can move it."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, parent TEXT, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS objects_kind ON objects (kind, seq);
CREATE INDEX IF NOT EXISTS objects_parent ON objects (parent, kind) WHERE parent IS NOT NULL;
CREATE TABLE IF NOT EXISTS answers (
    scope TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL,
    request TEXT NOT NULL, created REAL NOT NULL, PRIMARY KEY (scope, key)
);
CREATE INDEX IF NOT EXISTS answers_created ON answers (created);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, attempt INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due);
CREATE TABLE IF NOT EXISTS settlements (charge TEXT PRIMARY KEY, due REAL NOT NULL);
CREATE TABLE IF NOT EXISTS faults (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS records (
    name TEXT NOT NULL, position INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name, position)
);
CREATE TABLE IF NOT EXISTS files (domain TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS authenticators (account TEXT PRIMARY KEY, secret TEXT NOT NULL, given INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS registrations (name TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS mails (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, received REAL NOT NULL, sender TEXT NOT NULL,
    subject TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS mail_recipients (
    address TEXT NOT NULL, mail INTEGER NOT NULL, PRIMARY KEY (address, mail)
) WITHOUT ROWID;
"""


class Store:
    """Used from one thread, never across an await: each transaction is therefore alone, without any lock of ours."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        # NORMAL survives the death of this process; only a power cut may cost the last moments, and this is a stand-in.
        self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside stands or falls together."""
        with self._span("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"):
            yield

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written inside is undone by an error, what the transaction wrote before is kept."""
        with self._span("SAVEPOINT call", "RELEASE call", "ROLLBACK TO call; RELEASE call"):
            yield

    @contextmanager
    def _span(self, begin: str, end: str, undo: str) -> Iterator[None]:
        self._connection.execute(begin)
        try:
            yield
        except BaseException:
            for statement in undo.split("; "):
                self._connection.execute(statement)
            raise
        self._connection.execute(end)

    def write(self, sql: str, *values: object) -> int:
        """Run one statement and answer the rowid it made, if any."""
        return self._connection.execute(sql, values).lastrowid or 0

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        found: tuple[Any, ...] | None = self._connection.execute(sql, values).fetchone()
        return found

    def write_all(self, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
        self._connection.executemany(sql, rows)

    def close(self) -> None:
        self._connection.close()
