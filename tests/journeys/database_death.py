"""The database server of a box, killed with SIGKILL together with whatever it had not written down yet."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

import asyncpg
import psutil

from chassis.postgres import EmbeddedPostgres
from onebox.database_server import SETTINGS
from onebox.rooms import ROOMS
from tests.journeys.one_box import OneBox

# Commits that wait for nothing are written down ten seconds later, or with the next one that waits: the longest there
# is. A death then takes with it what was committed since.
LINGERING = {"wal_writer_delay": "10s", "wal_writer_flush_after": "1GB"}

# Every commit is one of those: what was answered a moment ago is gone with the others.
HEEDLESS = {**LINGERING, "synchronous_commit": "off"}

_PARKED = """
    SELECT error FROM parked WHERE error IS NOT NULL
    UNION ALL SELECT kind || ': ' || error FROM tasks WHERE parked_at IS NOT NULL
"""
_PROGRESS = "SELECT grp, topic, partition, position FROM progress"

Progress = Mapping[tuple[str, str, int], int]


class DatabaseServer:
    """The server in a box's folder, which is open already."""

    def __init__(self, box: OneBox) -> None:
        self._folder = box.folder / "postgres"
        self._embedded = EmbeddedPostgres(self._folder, settings=SETTINGS)

    async def set(self, settings: Mapping[str, str]) -> None:
        """From now on, after every start as well."""
        connection = await self._connect("postgres")
        for name, value in settings.items():
            await connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.close()

    async def progress(self) -> Progress:
        """How far each group has read the bus, as it is committed; those commits do not wait for the disk."""
        connection = await self._connect("bus")
        rows = await connection.fetch(_PROGRESS)
        await connection.close()
        return {(row["grp"], row["topic"], row["partition"]): row["position"] for row in rows}

    async def parked(self) -> list[str]:
        """What no room could do: facts and tasks."""
        found = []
        for room in ROOMS:
            connection = await self._connect(room.name)
            found += [f"{room.name}: {row[0]}" for row in await connection.fetch(_PARKED)]
            await connection.close()
        return found

    async def _connect(self, database: str) -> asyncpg.Connection:
        url = self._embedded.url(database).set(drivername="postgresql")
        return await asyncpg.connect(url.render_as_string(hide_password=False))

    async def has_unwritten(self) -> bool:
        """Whether a death now would take something along."""
        connection = await self._connect("postgres")
        unwritten = await connection.fetchval("SELECT pg_current_wal_insert_lsn() > pg_current_wal_flush_lsn()")
        await connection.close()
        return bool(unwritten)

    def family(self) -> list[psutil.Process]:
        """The postmaster, and all its children after it."""
        postmaster = psutil.Process(int((self._folder / "postmaster.pid").read_text().split()[0]))
        return [postmaster, *postmaster.children(recursive=True)]

    def kill(self, family: Sequence[psutil.Process]) -> None:
        """All of them as they stand, and children that came since; memory that they shared is gone with the last."""
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.suspend()  # The postmaster first: it has no more children now, and mourns none.
        everybody = {*family, *self.family()}
        for one in everybody:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(everybody)

    def start_again(self) -> None:
        """Recovers what was written down."""
        self._embedded.ensure_running()


def gone_back(before: Progress, after: Progress) -> bool:
    """Whether something that was committed before is not any more: positions only ever grow."""
    return any(after.get(partition, 0) < position for partition, position in before.items())
