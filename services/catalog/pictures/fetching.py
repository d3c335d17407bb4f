"""Fetches the pictures that files name: politely, after the import, and again where a host was away."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from tempfile import TemporaryFile
from uuid import UUID

import asyncpg

from chassis.clock import Clock
from chassis.database import Database
from chassis.direct import fetch
from chassis.errors import DomainError, Refused
from chassis.safe_client import Fetched, Limits, SafeClient
from chassis.tasks import enqueue
from services.catalog.pictures.darkroom import PictureRefused
from services.catalog.pictures.intake import Intake, Kept
from services.catalog.pictures.renditions import MOST_BYTES
from services.catalog.pictures.sources import CallUpPictures, FetchPictures, ShowPicture
from services.catalog.same_again import NOT_MODIFIED, Validators

LIMITS = Limits(connect=5.0, whole=30.0, body=MOST_BYTES, redirects=3)
LONGEST_TURN = 20.0  # Seconds, after which it is another host's turn.
HOSTS_AT_ONCE = 4
AT_A_LOOK = 8

# A host rests as long as it took to answer, within these seconds: we take half of what it can do, and no more.
SHORTEST_REST, LONGEST_REST = 0.05, 2.0

# Minutes until it is tried again after the first failure, the second, and so on; after the last it has failed.
WAITS = (1, 10, 60, 360, 1440)
# A host that answers so may have the picture later; any other answer is its last word.
NOT_NOW = {408, 425, 429, 500, 502, 503, 504}
ASKS_FOR_A_PAUSE = {429, 503}
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
STILL_SHOWN = " What came from it before is still shown."


@dataclass(frozen=True)
class Came:
    """A picture, perhaps the very one of before."""

    kept: Kept
    validators: Validators


@dataclass(frozen=True)
class Same:
    """It says that it has nothing new."""


@dataclass(frozen=True)
class Failure:
    """Why there is no picture; `later` where trying again may help, `pause` where the host asks to be left alone."""

    reason: str
    later: bool = False
    pause: timedelta | None = None


class PictureFetcher:
    """Fetches from one host at a time what waits there, each co-op that waits for it in its turn."""

    def __init__(self, database: Database, client: SafeClient, intake: Intake, clock: Clock) -> None:
        self._database = database
        self._client = client
        self._intake = intake
        self._clock = clock

    async def fetch(self, task: FetchPictures) -> None:
        """Until nothing is left, the host asks for a pause, or its turn is over; then it queues behind the others."""
        ends = time.monotonic() + LONGEST_TURN
        served: set[UUID] = set()
        while rows := await self._database.fetch(_NEXT, task.host, self._clock(), AT_A_LOOK):
            served.update(row["coop_id"] for row in rows)
            if not await self._goes_on(rows, ends):
                break
        async with self._database.transaction() as session:
            for coop_id in sorted(served):
                enqueue(session, CallUpPictures(coop_id=coop_id), key=str(coop_id))
            if rows:
                enqueue(session, task, key=task.host)

    async def _goes_on(self, rows: Sequence[asyncpg.Record], ends: float) -> bool:
        for row in rows:
            came = await self._look(row)
            await self._settle(row, came)
            if time.monotonic() >= ends or (isinstance(came, Failure) and came.pause is not None):
                return False
        return True

    async def _look(self, row: asyncpg.Record) -> Came | Same | Failure:
        asked = time.monotonic()
        try:
            fetched = await self._client.fetch(row["url"], headers=_validators(row).headers, limits=LIMITS)
        except DomainError as error:
            return _not_taken(error)
        answered = time.monotonic()
        came = await self._came(row, fetched)
        rest = min(max(answered - asked, SHORTEST_REST), LONGEST_REST)
        await asyncio.sleep(answered + rest - time.monotonic())
        return came

    async def _came(self, row: asyncpg.Record, fetched: Fetched) -> Came | Same | Failure:
        """Raises DarkroomBusy, which says nothing of the address: the task comes again."""
        if fetched.status == NOT_MODIFIED and row["digest"] is not None:
            return Same()
        if fetched.status != 200:
            return _no(fetched)
        try:
            with TemporaryFile() as original:
                original.write(fetched.body)
                kept = await self._intake.take(original, turn_of=row["coop_id"])
        except PictureRefused as refused:
            return _not_taken(refused)
        # What another address says of itself, to which this one leads just now, is no word of this one.
        own = fetched.url == row["url"]
        return Came(kept, Validators.of(fetched.headers) if own else Validators())

    async def _settle(self, row: asyncpg.Record, came: Came | Same | Failure) -> None:
        now, url = self._clock(), row["url"]
        async with self._database.transaction() as session:
            match came:
                case Came(kept, validators):
                    await fetch(session, _FETCHED, url, now, kept.digest, validators.etag, validators.last_modified)
                    if kept.digest != row["digest"]:
                        enqueue(session, ShowPicture(url=url))
                case Same():
                    await fetch(session, _SAME, url, now)
                case Failure(later=True) if row["attempts"] < len(WAITS):
                    due = now + timedelta(minutes=WAITS[row["attempts"]])
                    await fetch(session, _LATER, url, due, came.reason)
                case Failure(reason):
                    still = STILL_SHOWN if row["digest"] is not None else ""
                    await fetch(session, _FAILED, url, now, reason + still)
            if isinstance(came, Failure) and came.pause is not None:
                await fetch(session, _PAUSE, row["host"], now + came.pause)


def _validators(row: asyncpg.Record) -> Validators:
    return Validators(row["etag"], row["last_modified"])


def _not_taken(error: DomainError) -> Failure:
    """Whoever refuses us, or is refused, means it; whoever was not reached may be there later."""
    return Failure(f"{error.title}. {error.detail}", later=not isinstance(error, Refused))


def _no(fetched: Fetched) -> Failure:
    reason = f"It answered with status {fetched.status}."
    pause = _pause(fetched.headers) if fetched.status in ASKS_FOR_A_PAUSE else None
    return Failure(reason, later=fetched.status in NOT_NOW, pause=pause)


def _pause(headers: Mapping[str, str]) -> timedelta:
    asked = headers.get("retry-after", "")
    wanted = timedelta(seconds=int(asked)) if asked.isdecimal() and len(asked) < 6 else SHORTEST_PAUSE
    return min(max(wanted, SHORTEST_PAUSE), LONGEST_PAUSE)


# From co-op to co-op by the index, so that however many addresses one has waiting, they cost the others nothing.
_NEXT = """
    WITH RECURSIVE waiting (one) AS (
        (SELECT coop_id FROM picture_sources WHERE host = $1 AND state = 'waiting' ORDER BY coop_id LIMIT 1)
        UNION ALL
        SELECT (SELECT coop_id FROM picture_sources
                WHERE host = $1 AND state = 'waiting' AND coop_id > one ORDER BY coop_id LIMIT 1)
        FROM waiting WHERE one IS NOT NULL)
    SELECT first.*, row_number() OVER (PARTITION BY coop_id ORDER BY due_at, url) AS nth
    FROM waiting CROSS JOIN LATERAL (
        SELECT url, host, coop_id, digest, attempts, due_at, etag, last_modified FROM picture_sources
        WHERE host = $1 AND state = 'waiting' AND coop_id = one AND due_at <= $2
        ORDER BY due_at, url LIMIT $3) AS first
    ORDER BY nth, due_at, url LIMIT $3
"""
_FETCHED = """
    UPDATE picture_sources
    SET state = 'fetched', asked_at = $2, digest = $3, etag = $4, last_modified = $5, attempts = 0, reason = NULL
    WHERE url = $1
"""
_SAME = "UPDATE picture_sources SET state = 'fetched', asked_at = $2, attempts = 0, reason = NULL WHERE url = $1"
_LATER = "UPDATE picture_sources SET attempts = attempts + 1, due_at = $2, reason = $3 WHERE url = $1"
_FAILED = """
    UPDATE picture_sources SET state = 'failed', asked_at = $2, attempts = attempts + 1, reason = $3 WHERE url = $1
"""
_PAUSE = "UPDATE picture_sources SET due_at = greatest(due_at, $2) WHERE state = 'waiting' AND host = $1"
