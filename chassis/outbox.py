"""Facts leave a room only by being written in the transaction that made them true (the transactional outbox)."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from chassis.bus import Bus
from chassis.events import Event, Record, seal
from chassis.pending import pending_of

BATCH = 500
LARGEST_FACT = 900_000
"""Bytes: a Kafka broker refuses more than one MiB, and a fact that cannot be shipped would stop its whole topic."""


class FactTooLarge(ValueError):
    """The transaction fails here, while it is one's own, and not the relay, which is everybody's."""


_INSERT = text("""
    INSERT INTO outbox (event_id, topic, key, value)
    SELECT event_id, topic, key, value
    FROM unnest(CAST(:ids AS uuid[]), CAST(:topics AS text[]), CAST(:keys AS text[]), CAST(:values AS bytea[]))
         WITH ORDINALITY AS given (event_id, topic, key, value, nth)
    ORDER BY nth
""")
_UNSENT = text("SELECT id, event_id, key, value FROM outbox WHERE topic = :topic ORDER BY id LIMIT :batch")
_SENT = text("DELETE FROM outbox WHERE id = ANY(:ids)")


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
    await session.execute(
        _INSERT,
        {
            "ids": [record.id for _, record in facts],
            "topics": [topic for topic, _ in facts],
            "keys": [record.key for _, record in facts],
            "values": [record.value for _, record in facts],
        },
    )


async def relay(autocommit: AsyncEngine, bus: Bus, topic: str) -> int:
    """Ships what is unsent and says how much it was. A crash in the middle ships it again and loses nothing.

    It selects rows that are there, never rows above the last id: rows commit out of the order of their ids.
    """
    async with autocommit.connect() as connection:
        rows = (await connection.execute(_UNSENT, {"topic": topic, "batch": BATCH})).all()
    if rows:
        await bus.append(topic, [Record(row.event_id, row.key, row.value) for row in rows])
        async with autocommit.connect() as connection:
            await connection.execute(_SENT, {"ids": [row.id for row in rows]})
    return len(rows)
