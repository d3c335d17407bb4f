"""The database server of the one box: the one DATABASE_URL names, else PostgreSQL from a wheel in the data folder."""

import asyncio
import os
from pathlib import Path

import asyncpg
from sqlalchemy import URL, make_url

from chassis.migrate import BUS, migrate
from chassis.postgres import EmbeddedPostgres
from onebox.rooms import Room

SETTINGS = {
    "max_connections": "300",
    "shared_buffers": "128MB",
    # One disk flush may carry several commits that come within this many microseconds.
    "commit_delay": "0",
    "wal_compression": "on",
    "jit": "off",
    # The house asks the same few statements all day, each by its keys: to plan one anew costs as much as to run it.
    "plan_cache_mode": "force_generic_plan",
}


def start(folder: Path) -> tuple[URL, EmbeddedPostgres | None]:
    """The server's address, and the embedded server where it is ours to stop."""
    if named := os.environ.get("DATABASE_URL"):
        return make_url(named).set(drivername="postgresql+asyncpg"), None
    embedded = EmbeddedPostgres(folder / "postgres", settings=SETTINGS)
    return embedded.url("postgres"), embedded


def stop_leftover(folder: Path) -> bool:
    """Stops the embedded server that a killed house has left running in the folder, and says whether there was one."""
    data = folder.resolve() / "postgres"
    if not (data / "postmaster.pid").exists():
        return False
    EmbeddedPostgres(data, settings=SETTINGS).stop()
    return True


async def migrate_all(server: URL, rooms: tuple[Room, ...]) -> None:
    """A database for every room and one for the bus, each in its newest shape."""
    packages = {room.name: room.package for room in rooms} | {BUS: BUS}
    for name, package in packages.items():
        await ensure_database(server, name)
        await migrate(server.set(database=name).render_as_string(hide_password=False), package)


async def ensure_database(server: URL, name: str) -> None:
    """Creates the database where it is missing."""
    connection = await asyncpg.connect(server.set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()


def prepare(folder: Path, rooms: tuple[Room, ...]) -> tuple[URL, EmbeddedPostgres | None]:
    """The server, up and migrated."""
    server, embedded = start(folder)
    asyncio.run(migrate_all(server, rooms))
    return server, embedded
