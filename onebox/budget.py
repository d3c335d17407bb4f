"""The written budget of database connections, checked before anything starts."""

import asyncpg
from sqlalchemy import URL

from chassis.settings import Settings

BUS_CONNECTIONS = 4  # LocalBus' pool of three and the one that listens.
SPARE = 10  # For migrations, a person with psql, and the server's own.


class TooFewConnections(Exception):
    """The database server lets in fewer connections than the house will need."""


def needed(processes: int, rooms: int, settings: Settings) -> int:
    """Each process holds a pool and one listening connection for every room, and its share of the bus."""
    return processes * (rooms * (settings.pool_size + 1) + BUS_CONNECTIONS) + SPARE


async def check(server: URL, wanted: int) -> None:
    """Raises TooFewConnections, with what to do about it."""
    connection = await asyncpg.connect(server.set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        allowed = int(await connection.fetchval("SHOW max_connections"))
    finally:
        await connection.close()
    if allowed < wanted:
        raise TooFewConnections(
            f"the house needs {wanted} database connections and the server allows {allowed}: "
            "raise max_connections, or lower --processes or POOL_SIZE"
        )
