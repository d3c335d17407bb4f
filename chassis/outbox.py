"""Facts leave a room only by being written in the transaction that made them true (the transactional outbox)."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.bus import Bus
from chassis.direct import UNHURRIED, Statements, fetch
from chassis.events import Event, Record, seal
from chassis.pending import pending_of

BATCH = 500
LARGEST_FACT = 900_000
"""Bytes: a Kafka broker refuses more than one MiB, and a fact that cannot be shipped would stop its whole topic."""


class FactTooLarge(ValueError):
    """The transaction fails here, while it is one's own, and not the relay, which is everybody's."""


_INSERT = """
    INSERT INTO outbox (event_id, topic, key, value)
    SELECT event_id, topic, key, value
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[])
         WITH ORDINALITY AS given (event_id, topic, key, value, nth)
    ORDER BY nth
"""
_UNSENT = "SELECT id, event_id, key, value FROM outbox WHERE topic = $1 ORDER BY id LIMIT $2"
_SENT = f"DELETE FROM outbox WHERE id = ANY($1) AND {UNHURRIED}"  # noqa: S608, our own


def publish(session: AsyncSession, event: Event) -> None:
    """The fact travels if, and only if, this transaction commits. Lock the aggregate's row before.

    Raises FactTooLarge.
    """
    record = seal(event)
    if len(record.value) > LARGEST_FACT:
        raise FactTooLarge(f"{event.type_name()} {event.key} has {len(record.value)} bytes")
    pending_of(session).facts.append((event.topic, record))


async def write_facts(session: AsyncSession, facts: Sequence[tuple[str, Record]]) -> None:
    """All facts of the transaction in one statement, numbered in the order they were published."""
    if facts:
        await fetch(
            session,
            _INSERT,
            [record.id for _, record in facts],
            [topic for topic, _ in facts],
            [record.key for _, record in facts],
            [record.value for _, record in facts],
        )


async def relay(database: Statements, bus: Bus, topic: str) -> int:
    """Ships what is unsent and says how much it was. A crash in the middle ships it again and loses nothing.

    It selects rows that are there, never rows above the last id: rows commit out of the order of their ids.
    """
    rows = await database.fetch(_UNSENT, topic, BATCH)
    if rows:
        await bus.append(topic, [Record(row["event_id"], row["key"], row["value"]) for row in rows])
        await database.fetch(_SENT, [row["id"] for row in rows])
    return len(rows)
