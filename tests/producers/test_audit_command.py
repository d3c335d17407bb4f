"""`toadlane audit verify` says that all is well, or names the first row that was altered, and fails."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import text

from chassis.database import Database
from services.producers import audit
from services.producers.audit import Decision

Urls = Callable[[str], Awaitable[str]]


async def decided(url: str) -> None:
    """Three decisions."""
    database = Database(url, pool_size=1)
    for _ in range(3):
        async with database.transaction() as session:
            audit.record(session, Decision.APPLIED, subject=uuid4(), by=None, at=datetime.now(UTC))
    await database.close()


async def altered(url: str, statement: str) -> None:
    database = Database(url, pool_size=1)
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text(statement))
    await database.close()


async def verify(url: str) -> "subprocess.CompletedProcess[str]":
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "onebox", "audit", "verify", "--data", "/nowhere"],
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


async def test_the_command_names_the_first_altered_row(database_urls: Urls) -> None:
    url = await database_urls("services.producers")
    await decided(url)

    whole = await verify(url)
    assert (whole.returncode, whole.stderr) == (0, "")
    assert "as it was written: 3 entries" in whole.stdout

    await altered(url, "UPDATE audit_entries SET what = 'admitted' WHERE position >= 2")

    found = await verify(url)
    assert found.returncode == 1
    assert "entry 2 was altered: it is not what its digest says; 1 before it are" in found.stderr
