"""When an address is fetched from, and whose turn it is: no co-op fills the queue, however many hosts it names."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from chassis.database import Database
from chassis.direct import fetch
from chassis.tasks import enqueue
from services.catalog.pictures.sources import CallUpPictures, FetchPictures

ROUND = timedelta(seconds=30)
# Hosts of one co-op that are asked or wait to be: whoever has more of them waits for its own.
HOSTS_EACH = 4
# Nobody has named it again, but what lies there may be another picture by now.
LOOK_AGAIN_AFTER = timedelta(days=7)
LOOK_AGAIN_ROUND = timedelta(minutes=10)
MOST_IN_A_ROUND = 1_000  # A million addresses in a week.


class CallingUp:
    """Each host has one task at a time, and is asked one thing after the other."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def all(self) -> None:
        """A task for the first hosts of every co-op from which something has fallen due."""
        async with self._database.transaction() as session:
            await self._call_up(session, None)

    async def of_coop(self, task: CallUpPictures) -> None:
        async with self._database.transaction() as session:
            await self._call_up(session, task.coop_id)

    async def look_again(self) -> None:
        """What goods on sale show falls due where it was last asked for long ago; those asked longest ago first."""
        now = self._clock()
        await self._database.fetch(_LOOK_AGAIN, now, now - LOOK_AGAIN_AFTER, MOST_IN_A_ROUND)

    async def _call_up(self, session: AsyncSession, coop_id: UUID | None) -> None:
        for row in await fetch(session, _HOSTS, self._clock(), coop_id, HOSTS_EACH, FetchPictures.kind):
            enqueue(session, FetchPictures(host=row["host"]), key=row["host"])


# Those that have a task already take their part of the co-op's few, and keep their place in the queue.
_HOSTS = """
    SELECT DISTINCT host FROM (
        SELECT host, key, row_number() OVER (PARTITION BY coop_id ORDER BY key IS NULL, min(due_at), host) AS nth
        FROM picture_sources LEFT JOIN tasks ON kind = $4 AND key = host
        WHERE picture_sources.state = 'waiting' AND due_at <= $1 AND ($2::uuid IS NULL OR coop_id = $2)
        GROUP BY coop_id, host, key) AS due
    WHERE nth <= $3 AND key IS NULL
"""
_LOOK_AGAIN = """
    UPDATE picture_sources SET state = 'waiting', attempts = 0, due_at = $1
    WHERE url IN (
        SELECT url FROM picture_sources s
        WHERE state <> 'waiting' AND asked_at < $2 AND EXISTS (
            SELECT FROM product_pictures JOIN products p USING (product_id) JOIN coops c ON c.coop_id = p.coop_id
            WHERE url = s.url AND p.state = 'listed' AND c.state = 'admitted')
        ORDER BY asked_at LIMIT $3 FOR UPDATE OF s SKIP LOCKED)
"""
