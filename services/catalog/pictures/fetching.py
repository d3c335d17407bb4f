"""Fetches the pictures that files name: politely, after the import, and again where a host was away."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from chassis.clock import Clock
from chassis.database import Database
from chassis.direct import fetch
from chassis.errors import DomainError, Refused
from chassis.safe_client import Fetched, Limits, SafeClient
from chassis.tasks import enqueue
from services.catalog.assortment.assortment import Assortment
from services.catalog.pictures.hanging import covers, show_cover
from services.catalog.pictures.intake import Intake, Kept
from services.catalog.pictures.renditions import MOST_BYTES
from services.catalog.pictures.sources import FetchPictures, ShowPicture
from services.catalog.product import Product

LIMITS = Limits(connect=5.0, whole=30.0, body=MOST_BYTES, redirects=3)
LONGEST_TURN = 30.0  # Seconds, after which it is another host's turn.
HOSTS_AT_ONCE = 4
ROUND = timedelta(seconds=30)
PRODUCTS_AT_ONCE = 50

# Minutes until it is tried again after the first failure, the second, and so on; after the last it has failed.
WAITS = (1, 10, 60, 360)
# A host that answers so may have the picture later; any other answer is its last word.
NOT_NOW = {408, 425, 429, 500, 502, 503, 504}
ASKS_FOR_A_PAUSE = {429, 503}
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Failure:
    """Why there is no picture; `later` where trying again may help, `pause` where the host asks to be left alone."""

    reason: str
    later: bool = False
    pause: timedelta | None = None


class PictureFetcher:
    """Each host has one task at a time, and is asked one thing after the other."""

    def __init__(self, database: Database, client: SafeClient, intake: Intake, clock: Clock) -> None:
        self._database = database
        self._client = client
        self._intake = intake
        self._clock = clock

    async def call_up(self) -> None:
        """A task for every host from which something has fallen due."""
        async with self._database.transaction() as session:
            for row in await fetch(session, _HOSTS, self._clock()):
                enqueue(session, FetchPictures(host=row["host"]), key=row["host"])

    async def fetch(self, task: FetchPictures) -> None:
        """What is left after its turn is called up with the next round."""
        begun = time.monotonic()
        while time.monotonic() - begun < LONGEST_TURN:
            rows = await self._database.fetch(_NEXT, task.host, self._clock())
            if not rows:
                return
            came = await self._picture(rows[0]["url"])
            await self._settle(rows[0]["url"], rows[0]["attempts"] + 1, came)

    async def show(self, task: ShowPicture) -> None:
        """The products that wait for this picture show it, a few in one transaction."""
        while rows := await self._database.fetch(_WAITING, task.url, PRODUCTS_AT_ONCE):
            ids = [row["product_id"] for row in rows]
            async with self._database.transaction() as session:
                query = select(Product).where(Product.product_id.in_(ids)).order_by(Product.product_id)
                products = (await session.scalars(query.with_for_update())).all()
                await Assortment.lock_variants(session, products)
                await fetch(session, _SHOW, task.url, ids)
                found = await covers(session, ids)
                for product in products:
                    show_cover(session, product, found[product.product_id], self._clock())

    async def _picture(self, url: str) -> Kept | Failure:
        try:
            fetched = await self._client.fetch(url, limits=LIMITS)
            if fetched.status != 200:
                return _no(fetched)
            return await self._intake.take(fetched.body)
        except DomainError as error:
            # Whoever refuses us, or is refused, means it; whoever was not reached may be there later.
            return Failure(f"{error.title}. {error.detail}", later=not isinstance(error, Refused))

    async def _settle(self, url: str, attempts: int, came: Kept | Failure) -> None:
        now = self._clock()
        async with self._database.transaction() as session:
            if isinstance(came, Kept):
                await fetch(session, _FETCHED, url, came.digest)
                enqueue(session, ShowPicture(url=url))
            elif came.later and attempts <= len(WAITS):
                due = now + timedelta(minutes=WAITS[attempts - 1])
                await fetch(session, _LATER, url, attempts, due, came.reason)
            else:
                await fetch(session, _FAILED, url, attempts, came.reason)
            if isinstance(came, Failure) and came.pause is not None:
                await fetch(session, _PAUSE, url, now + came.pause)


def _no(fetched: Fetched) -> Failure:
    reason = f"It answered with status {fetched.status}."
    pause = _pause(fetched.headers) if fetched.status in ASKS_FOR_A_PAUSE else None
    return Failure(reason, later=fetched.status in NOT_NOW, pause=pause)


def _pause(headers: Mapping[str, str]) -> timedelta:
    asked = headers.get("retry-after", "")
    wanted = timedelta(seconds=int(asked)) if asked.isdecimal() and len(asked) < 6 else SHORTEST_PAUSE
    return min(max(wanted, SHORTEST_PAUSE), LONGEST_PAUSE)


_HOSTS = "SELECT DISTINCT host FROM picture_sources WHERE state = 'waiting' AND due_at <= $1"
_NEXT = """
    SELECT url, attempts FROM picture_sources
    WHERE host = $1 AND state = 'waiting' AND due_at <= $2 ORDER BY due_at, url LIMIT 1
"""
_FETCHED = "UPDATE picture_sources SET state = 'fetched', digest = $2, reason = NULL WHERE url = $1"
_LATER = "UPDATE picture_sources SET attempts = $2, due_at = $3, reason = $4 WHERE url = $1"
_FAILED = "UPDATE picture_sources SET state = 'failed', attempts = $2, reason = $3 WHERE url = $1"
_PAUSE = """
    UPDATE picture_sources SET due_at = greatest(due_at, $2)
    WHERE state = 'waiting' AND host = (SELECT host FROM picture_sources WHERE url = $1)
"""
_WAITING = """
    SELECT DISTINCT product_id FROM product_pictures WHERE url = $1 AND digest IS NULL ORDER BY product_id LIMIT $2
"""
_SHOW = """
    UPDATE product_pictures h SET digest = s.digest FROM picture_sources s
    WHERE s.url = $1 AND h.url = s.url AND h.product_id = ANY($2) AND h.digest IS NULL
"""
