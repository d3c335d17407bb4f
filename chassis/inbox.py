"""Facts coming in: each is handled once, in the transaction of its effect, whatever the bus delivers again."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.direct import fetch
from chassis.events import Inbound, Record, unseal

R = TypeVar("R", bound=Inbound)
Handle = Callable[[AsyncSession, Sequence[Any]], Awaitable[None]]


@dataclass(frozen=True)
class Reaction:
    """One row of a room's table of reactions: an incoming event and what it sets off.

    A new `reading`, the same for all events of a topic, reads that from its beginning once more: what a projection
    did not keep before is in the facts still.
    """

    reader: type[Inbound]
    handle: Handle
    reading: str = ""

    @property
    def handler(self) -> str:
        """By what the inbox knows that an event was handled."""
        return f"{self.reader.event} {self.reading}".rstrip()


def each(reader: type[R], handle: Callable[[AsyncSession, R], Awaitable[None]], *, reading: str = "") -> Reaction:
    """The use case takes one event; several may still share its transaction."""

    async def handle_each(session: AsyncSession, events: Sequence[R]) -> None:
        for event in events:
            await handle(session, event)

    return Reaction(reader, handle_each, reading)


def batch(reader: type[R], handle: Callable[[AsyncSession, Sequence[R]], Awaitable[None]]) -> Reaction:
    """The use case takes a run of events at once; it locks rows in a fixed order whatever the order of the events."""
    return Reaction(reader, handle)


@dataclass(frozen=True, slots=True)
class Received:
    """One delivery, opened as far as needed to route it."""

    record: Record
    type: str
    traceparent: str | None
    data: dict[str, object]

    @property
    def id(self) -> UUID:
        return self.record.id

    @property
    def key(self) -> str:
        return self.record.key


UNREADABLE = "unreadable"


def receive(record: Record) -> Received:
    """The record with its envelope opened; one whose bytes are no envelope of ours is UNREADABLE."""
    try:
        envelope = unseal(record.value)
    except (ValueError, KeyError, TypeError):
        return Received(record, UNREADABLE, None, {})
    return Received(record, envelope.type, envelope.traceparent, envelope.data)


# Says of each event whether it is new here, or has to wait behind an earlier one of its key that is parked.
_CLAIM = """
    WITH given AS (
        SELECT id, key FROM unnest($1::uuid[], $2::text[]) AS g (id, key)),
    behind AS (
        SELECT id FROM given
        WHERE EXISTS (SELECT 1 FROM parked WHERE parked.topic = $3 AND parked.key = given.key)),
    fresh AS (
        INSERT INTO inbox (handler, event_id)
        SELECT $4, id FROM given WHERE id NOT IN (SELECT id FROM behind)
        ON CONFLICT DO NOTHING RETURNING event_id)
    SELECT event_id AS id, false AS behind FROM fresh UNION ALL SELECT id, true FROM behind
"""

_CLAIM_PARKED = "INSERT INTO inbox (handler, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1"

_PARK = """
    INSERT INTO parked (topic, key, event_id, type, value, error)
    SELECT $1, key, event_id, type, value, $2
    FROM unnest($3::text[], $4::uuid[], $5::text[], $6::bytea[])
         WITH ORDINALITY AS given (key, event_id, type, value, nth)
    ORDER BY nth ON CONFLICT (topic, event_id) DO NOTHING
"""


async def handle_once(database: Database, reaction: Reaction, run: Sequence[Received]) -> None:
    """Handles those of the run not handled before, all in one transaction with the effect, or none of them."""
    run = list({one.id: one for one in run}.values())  # A bus may deliver one twice in a single batch.
    async with database.transaction() as session:
        ids, keys = [one.id for one in run], [one.key for one in run]
        rows = await fetch(session, _CLAIM, ids, keys, reaction.reader.topic, reaction.handler)
        behind = {row["id"]: row["behind"] for row in rows}
        await park(session, reaction.reader.topic, [one for one in run if behind.get(one.id) is True], error=None)
        fresh = [reaction.reader.model_validate(one.data) for one in run if behind.get(one.id) is False]
        if fresh:
            await reaction.handle(session, fresh)


async def handle_parked(session: AsyncSession, reaction: Reaction, one: Received) -> None:
    """Handles an event that had been parked, in the transaction that takes it out of the parking."""
    if await fetch(session, _CLAIM_PARKED, reaction.handler, one.id):
        await reaction.handle(session, [reaction.reader.model_validate(one.data)])


async def park(session: AsyncSession, topic: str, events: Sequence[Received], *, error: str | None) -> None:
    """Puts events aside; with an error they wait for a person, without one for those parked before them."""
    if events:
        await fetch(
            session,
            _PARK,
            topic,
            error,
            [one.key for one in events],
            [one.id for one in events],
            [one.type for one in events],
            [one.record.value for one in events],
        )
