"""Reads one topic for one room: in order per key, in runs of one kind, round an event that cannot be handled."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.bus import Subscription
from chassis.database import Database
from chassis.events import Record
from chassis.inbox import UNREADABLE, Reaction, Received, handle_once, handle_parked, park, receive
from chassis.telemetry import log, traced, traced_together

Attempt = Callable[[Awaitable[None]], Awaitable[Exception | None]]

TRIES = 3

_HEADS = "SELECT DISTINCT ON (key) id, key, error FROM parked WHERE topic = $1 ORDER BY key, id"
_NEXT_PARKED = text("""
    SELECT id, event_id, key, value FROM parked WHERE topic = :topic AND key = :key ORDER BY id LIMIT 1 FOR UPDATE
""")
_UNPARK = text("DELETE FROM parked WHERE id = :id")
_PARK_AGAIN = text("UPDATE parked SET error = :error, parked_at = now() WHERE id = :id")
_RETRY = text("""
    UPDATE parked SET error = NULL WHERE id IN (SELECT min(id) FROM parked GROUP BY topic, key) AND error IS NOT NULL
""")


class Unreadable(Exception):
    """A record that no reader can open: whoever wrote it, it was not our outbox."""


class Consumer:
    """`attempt` is the worker's boundary: it hands back the exception that a piece of work ended in."""

    def __init__(self, database: Database, topic: str, reactions: Sequence[Reaction], attempt: Attempt) -> None:
        self._database = database
        self.topic = topic
        self._reactions = {one.reader.event: one for one in reactions}
        self._attempt = attempt

    async def take(self, subscription: Subscription) -> None:
        """Fetches once, handles what came, and moves the group on."""
        fetched = await subscription.fetch()
        if fetched:
            await self.handle([record for records in fetched.values() for record in records])
            await subscription.commit(fetched)

    async def handle(self, records: Sequence[Record]) -> None:
        """Handles records, those of one key in order; returns when each is handled or parked."""
        known = [one for one in map(receive, records) if one.type in self._reactions or one.type == UNREADABLE]
        for run in in_runs(known):
            if run[0].type == UNREADABLE:
                for one in run:
                    await self._park(one, Unreadable("its bytes are no envelope of ours"))
            else:
                await self._handle_run(self._reactions[run[0].type], run)

    async def _handle_run(self, reaction: Reaction, run: list[Received]) -> None:
        with traced(run[0].traceparent), traced_together({one.key: one.traceparent for one in run}):
            error = await self._attempt(handle_once(self._database, reaction, run))
        if error is None:
            return
        if len(run) > 1:
            # Together they failed: by themselves all but the culprit get through.
            for one in run:
                await self._handle_run(reaction, [one])
        else:
            await self._handle_or_park(reaction, run[0], error)

    async def _handle_or_park(self, reaction: Reaction, one: Received, error: Exception | None) -> None:
        with traced(one.traceparent):
            for pause in _pauses():
                if error is None:
                    return
                if pause is None and not is_transient(error):
                    break
                log.warning("event.retrying", event_id=str(one.id), type=one.type, error=str(error))
                await asyncio.sleep(5.0 if pause is None else pause)
                error = await self._attempt(handle_once(self._database, reaction, [one]))
            await self._park(one, error)

    async def _park(self, one: Received, error: Exception | None) -> None:
        told = f"{type(error).__name__}: {error}"[:2000]
        log.error("event.parked", event_id=str(one.id), type=one.type, error=told, exc_info=error)
        async with self._database.transaction() as session:
            await park(session, self.topic, [one], error=told)

    async def replay(self) -> None:
        """Handles parked events that wait for nobody any more, in order, each key up to its next failure."""
        for head in await self._database.fetch(_HEADS, self.topic):
            if head["error"] is None:
                while await self._replay_next(head["key"]):
                    pass

    async def _replay_next(self, key: str) -> bool:
        heads = await self._database.fetch(_HEADS, self.topic)
        waiting = next((row for row in heads if row["key"] == key and row["error"] is None), None)
        if waiting is None:
            return False
        error = await self._attempt(self._take_out(key))
        # What will pass needs nobody's word again: it is tried at the next look.
        if error is not None and not is_transient(error):
            async with self._database.transaction() as session:
                told = f"{type(error).__name__}: {error}"[:2000]
                await session.execute(_PARK_AGAIN, {"id": waiting["id"], "error": told})
        return error is None

    async def _take_out(self, key: str) -> None:
        async with self._database.transaction() as session:
            row = (await session.execute(_NEXT_PARKED, {"topic": self.topic, "key": key})).one()
            one = receive(Record(row.event_id, row.key, row.value))
            with traced(one.traceparent):
                await handle_parked(session, self._reactions[one.type], one)
            await session.execute(_UNPARK, {"id": row.id})


def in_runs(events: Sequence[Received]) -> Iterator[list[Received]]:
    """The events in runs of one type, as long as they can be while those of one key keep their order."""
    left = list(events)
    while left:
        run: list[Received] = []
        later: list[Received] = []
        held_up: set[str] = set()
        for one in left:
            if one.type == left[0].type and one.key not in held_up:
                run.append(one)
            else:
                later.append(one)
                held_up.add(one.key)
        yield run
        left = later


async def retry_parked(database: Database) -> int:
    """An operator's word that the cause is mended: every key is tried again from its first parked event."""
    async with database.transaction() as session:
        result = await session.execute(_RETRY)
        return int(result.rowcount)  # type: ignore[attr-defined]


def _pauses() -> Iterator[float | None]:
    """A few short pauses, then None for ever: from there on only a failure that will pass is worth waiting for."""
    for nth in range(TRIES):
        yield 0.1 * 4**nth
    while True:
        yield None


def is_transient(error: Exception) -> bool:
    """Whether the same work may succeed later by itself: a lost connection, a deadlock, a full pool or disk."""
    cause = getattr(error, "orig", error)
    cause = getattr(cause, "__cause__", None) or cause
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(
        cause,
        OSError
        | TimeoutError
        | asyncpg.PostgresConnectionError
        | asyncpg.TransactionRollbackError
        | asyncpg.InsufficientResourcesError
        | asyncpg.OperatorInterventionError,
    )
