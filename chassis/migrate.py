"""Brings a database to its newest shape: first the plumbing's tables, then the room's own.

`python -m chassis.migrate revision services.<room> "what changes"` writes the next migration from the room's models.
"""

import asyncio
import importlib
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from chassis.postgres import EmbeddedPostgres

HERE = Path(__file__).parent / "migrations"
BUS, PLUMBING = "bus", "plumbing"
_LOCK = 7_460_001


def _config(connection: Connection, versions: Path, table: str, metadata: MetaData | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(connection=connection, metadata=metadata, version_table=table)
    return config


def _upgrade(connection: Connection, package: str) -> None:
    # Several processes may start at once; the others wait and then find nothing left to do.
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
    if package == BUS:
        command.upgrade(_config(connection, HERE / "bus", "alembic_version", None), "head")
    else:
        command.upgrade(_config(connection, HERE / "plumbing", "plumbing_version", None), "head")
    if package not in (BUS, PLUMBING):
        command.upgrade(_config(connection, _versions(package), "alembic_version", _metadata(package)), "head")
    connection.commit()
    connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})


def _versions(package: str) -> Path:
    module = importlib.import_module(f"{package}.migrations")
    return Path(module.__path__[0]) / "versions"


def _metadata(package: str) -> MetaData:
    metadata: MetaData = importlib.import_module(f"{package}.migrations").metadata
    return metadata


async def migrate(url: str, package: str) -> None:
    """Upgrades the database at `url` for the room in `package`, for the LocalBus (BUS) or the PLUMBING alone."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_upgrade, package)
        await connection.commit()
    await engine.dispose()


async def revise(package: str, message: str) -> None:
    """Writes the next migration of a room by comparing its models with a scratch database."""
    _versions(package).mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="toadlane-revision-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", settings={"fsync": "off"})
        try:
            url = server.url("postgres")
            await migrate(url.render_as_string(hide_password=False), package)
            engine = create_async_engine(url, poolclass=NullPool)
            async with engine.connect() as connection:
                await connection.run_sync(_revise, package, message)
            await engine.dispose()
        finally:
            server.stop()


def _revise(connection: Connection, package: str, message: str) -> None:
    config = _config(connection, _versions(package), "alembic_version", _metadata(package))
    command.revision(config, message, autogenerate=True, version_path=str(_versions(package)))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["revision", package_name, what]:
            asyncio.run(revise(package_name, what))
        case _:
            sys.exit(__doc__)
