"""Fetches the files at feed addresses as they fall due, and begins an import of what is new."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from chassis.clock import Clock
from chassis.database import Database
from chassis.direct import fetch
from chassis.errors import DomainError, Refused
from chassis.safe_client import Fetched, Limits, SafeClient
from chassis.tasks import Task, enqueue
from services.catalog.imports.begin_import import Asked, Handed, begin_import, hand_in
from services.catalog.imports.feed_address import ON, FeedAddress
from services.catalog.imports.importing import Import, Origin, Policy
from services.catalog.same_again import NOT_MODIFIED

AT_ONCE = 4
MOST_IN_A_ROUND = 100
AGAIN_IN = timedelta(hours=1)  # Where a task is lost for good its address is called up anew.
OK = 200


class FetchFeed(Task):
    kind: ClassVar[str] = "catalog.fetch_feed"

    coop_id: UUID


class NoFile(Refused):
    code = "no_file"
    title = "There is no file at this address"


@dataclass(frozen=True)
class News:
    """What an address answered, without a file where it is the same as before."""

    fetched: Fetched
    digest: bytes
    handed: Handed | None


@dataclass(frozen=True)
class FeedFetcher:
    database: Database
    client: SafeClient
    clock: Clock
    currency: str
    most_bytes: int

    async def call_up(self) -> None:
        """A task for every address that is due, of a co-op that may sell."""
        now = self.clock()
        async with self.database.transaction() as session:
            for row in await fetch(session, _DUE, now, now + AGAIN_IN, MOST_IN_A_ROUND):
                enqueue(session, FetchFeed(coop_id=row["coop_id"]), key=str(row["coop_id"]))

    async def fetch(self, task: FetchFeed) -> None:
        """Safe to call again: the same file is not imported twice."""
        async with self.database.reading() as session:
            feed = await session.get(FeedAddress, task.coop_id)
            last = await session.get(Import, feed.import_id) if feed and feed.import_id else None
        if feed is None or feed.state != ON or (last is not None and not last.is_over):
            return  # One file after the other: the last one may wait for a word from its co-op.
        try:
            await self._settle(feed, await self._ask(feed))
        except DomainError as refused:
            await self._settle(feed, refused)

    async def _ask(self, feed: FeedAddress) -> News:
        """Raises what the safe client raises, NoFile, and Refused where it is no product file."""
        limits = Limits(whole=120.0, body=self.most_bytes, redirects=3)
        fetched = await self.client.fetch(feed.url, headers=feed.validators, limits=limits)
        if fetched.status == NOT_MODIFIED and feed.digest is not None:
            return News(fetched, feed.digest, None)
        if fetched.status != OK:
            raise NoFile(f"It answers with the status {fetched.status} instead of the file.")
        digest = hashlib.sha256(fetched.body).digest()
        handed = None if digest == feed.digest else await asyncio.to_thread(hand_in, fetched.body)
        return News(fetched, digest, handed)

    async def _settle(self, asked: FeedAddress, told: News | DomainError) -> None:
        now = self.clock()
        async with self.database.transaction() as session:
            feed = await session.get(FeedAddress, asked.coop_id, with_for_update=True)
            if feed is None or feed.url != asked.url or feed.state != ON:
                return  # Its co-op has thought otherwise meanwhile.
            if isinstance(told, DomainError):
                feed.failed(told.detail, now)
                return
            if told.handed is not None:
                job = await begin_import(session, told.handed, self._wanted(feed), now)
                feed.import_id = job.import_id
            feed.remember(told.fetched.headers, told.digest)
            feed.fared_well(now)

    def _wanted(self, feed: FeedAddress) -> Asked:
        return Asked(
            coop_id=feed.coop_id,
            filename=feed.filename,
            origin=Origin.FEED,
            currency=self.currency,
            policy=Policy(feed.policy),
            remove_missing=feed.remove_missing,
        )


_DUE = """
    UPDATE feed_addresses SET next_at = $2
    WHERE coop_id IN (
        SELECT coop_id FROM feed_addresses JOIN coops c USING (coop_id)
        WHERE feed_addresses.state = 'on' AND next_at <= $1 AND c.state = 'admitted'
        ORDER BY next_at LIMIT $3 FOR UPDATE OF feed_addresses SKIP LOCKED)
    RETURNING coop_id
"""
