"""A house that kills itself with SIGKILL right after the commit it is told to, for the test that enumerates them.

Run as `python -m tests.journeys.mortal …`. The order is a file beside the data folder: the number of commits left to
live. Every commit is written to another file, so that a test can count them.
"""

import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from onebox.cli import main
from onebox.rooms import ROOMS

ORDERS = "TOADLANE_TEST_DEATH"
WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")
# What these clear was carried out elsewhere a moment before: on the bus, at the payment provider, by mail.
CLEARS = ("DELETE FROM outbox", "WITH done AS")


class Death:
    """Counts this process's commits from the moment the order is given, and carries it out."""

    def __init__(self, folder: Path) -> None:
        self._order, self._commits = folder / "order", folder / "commits"
        self._given = ""
        self._count = 0

    def committed(self, what: str) -> None:
        try:
            given = self._order.read_text()
        except FileNotFoundError:
            return
        if given != self._given:
            self._given, self._count = given, 0
        self._count += 1
        with self._commits.open("a") as file:
            file.write(what + "\n")
        if self._count == int(given.split()[0]):
            self._order.unlink()
            os.kill(os.getpid(), signal.SIGKILL)


death = Death(Path(os.environ.get(ORDERS, "/nonexistent")))


class MortalDatabase(Database):
    """Tells of each commit: of transactions, and of single statements that write."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        super().__init__(url, pool_size=pool_size)
        self._name = self.engine.url.database
        event.listen(self.autocommit.sync_engine, "before_cursor_execute", self._before)
        event.listen(self.autocommit.sync_engine, "after_cursor_execute", self._after)

    def _before(self, connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        if _writes_alone(connection, sql) and sql.strip().startswith(CLEARS):
            death.committed(f"{self._name}: before {sql.strip()[:60]!r}")

    def _after(self, connection: object, cursor: object, sql: str, *_rest: object) -> None:
        if _writes_alone(connection, sql) and cursor.rowcount > 0:  # type: ignore[attr-defined]
            death.committed(f"{self._name}: {sql.strip()[:60]!r}")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        async with super().transaction() as session:
            yield session
        death.committed(f"{self._name}: transaction")


def _writes_alone(connection: object, sql: str) -> bool:
    options = connection.get_execution_options()  # type: ignore[attr-defined]
    return options.get("isolation_level") == "AUTOCOMMIT" and sql.strip().startswith(WRITES)


if __name__ == "__main__":
    mortal = tuple(replace(room, database=MortalDatabase) for room in ROOMS)
    sys.exit(main(rooms=mortal, launcher="tests.journeys.mortal"))
