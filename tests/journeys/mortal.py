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

import asyncpg
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
    """Tells of each commit: of transactions, and of single statements that wrote something."""

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        what = f"{self.engine.url.database}: {sql.strip()[:60]!r}"
        if sql.strip().startswith(CLEARS):
            death.committed(f"before {what}")
        rows = await super().fetch(sql, *values)
        if sql.strip().startswith(CLEARS) or (rows and sql.strip().startswith(WRITES)):
            death.committed(what)
        return rows

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        async with super().transaction() as session:
            yield session
        death.committed(f"{self.engine.url.database}: transaction")


if __name__ == "__main__":
    mortal = tuple(replace(room, database=MortalDatabase) for room in ROOMS)
    sys.exit(main(rooms=mortal, launcher="tests.journeys.mortal"))
