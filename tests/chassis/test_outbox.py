"""Facts and tasks leave with the transaction that made them true, or not at all."""

import pytest
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.ids import new_id
from chassis.outbox import LARGEST_FACT, FactTooLarge, publish, relay
from chassis.pending import NoTransaction, before_commit
from chassis.tasks import enqueue
from chassis.testing import Databases, MemoryBus
from tests.chassis.rooms import Counted, Note


class Novel(Counted):
    text: str


async def test_a_fact_is_shipped_after_its_transaction_committed(databases: Databases) -> None:
    database, bus = await databases("plumbing"), MemoryBus()
    async with database.transaction() as session:
        publish(session, Counted(counter_id=new_id(), version=1, number=7))

    assert await relay(database, bus, Counted.topic) == 1
    assert [fact.data["number"] for fact in bus.facts(Counted.topic)] == [7]
    assert await relay(database, bus, Counted.topic) == 0


async def test_a_fact_of_a_transaction_that_failed_never_happened(databases: Databases) -> None:
    database, bus = await databases("plumbing"), MemoryBus()
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as session:
            publish(session, Counted(counter_id=new_id(), version=1, number=7))
            _ = 1 // 0

    assert await relay(database, bus, Counted.topic) == 0


async def test_a_fact_too_large_for_a_broker_fails_its_own_transaction(databases: Databases) -> None:
    database, bus = await databases("plumbing"), MemoryBus()
    with pytest.raises(FactTooLarge):
        async with database.transaction() as session:
            publish(session, Counted(counter_id=new_id(), version=1, number=7))
            publish(session, Novel(counter_id=new_id(), version=1, number=7, text="x" * LARGEST_FACT))

    assert await relay(database, bus, Counted.topic) == 0


async def test_publishing_outside_a_transaction_raises(databases: Databases) -> None:
    database = await databases("plumbing")
    async with database.reading() as session:
        await session.execute(text("SELECT 1"))
        with pytest.raises(NoTransaction):
            publish(session, Counted(counter_id=new_id(), version=1, number=7))
        with pytest.raises(NoTransaction):
            enqueue(session, Note(text="lost"))


async def test_publishing_after_the_transaction_raises(databases: Databases) -> None:
    database = await databases("plumbing")
    async with database.transaction() as session:
        pass
    with pytest.raises(NoTransaction):
        publish(session, Counted(counter_id=new_id(), version=1, number=7))


async def test_a_relay_that_crashed_after_shipping_ships_again(databases: Databases) -> None:
    """Nothing is lost; the inbox of whoever reads it drops the second one."""
    database = await databases("plumbing")

    class Crashing(MemoryBus):
        async def append(self, topic: str, records: object) -> None:
            await super().append(topic, records)  # type: ignore[arg-type]
            raise ConnectionError("gone after the append")

    bus = Crashing()
    async with database.transaction() as session:
        publish(session, Counted(counter_id=new_id(), version=1, number=7))
    with pytest.raises(ConnectionError):
        await relay(database, bus, Counted.topic)

    healthy = MemoryBus()
    assert await relay(database, healthy, Counted.topic) == 1
    assert healthy.topics == bus.topics


async def test_a_row_that_commits_late_with_a_low_id_is_shipped_all_the_same(databases: Databases) -> None:
    """The control: a relay that remembered the highest id it shipped would have passed it over."""
    database, bus = await databases("plumbing"), MemoryBus()
    async with database.transaction() as slow:
        await slow.execute(_row(b"slow"), {"id": new_id()})
        async with database.transaction() as fast:
            await fast.execute(_row(b"fast"), {"id": new_id()})
        await relay(database, bus, "t")
    await relay(database, bus, "t")

    assert [record.value for record in bus.topics["t"]] == [b"fast", b"slow"]


def _row(value: bytes) -> TextClause:
    return text(f"INSERT INTO outbox (event_id, topic, key, value) VALUES (:id, 't', 'k', '{value.decode()}')")


async def test_what_has_to_be_last_is_done_once_after_facts_and_tasks_are_written(databases: Databases) -> None:
    database = await databases("plumbing")
    seen: list[int] = []

    async def look(session: AsyncSession) -> None:
        seen.append(await session.scalar(text("SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM tasks)")))

    async with database.transaction() as session:
        before_commit(session, "look", look)
        before_commit(session, "look", look)
        publish(session, Counted(counter_id=new_id(), version=1, number=7))
        enqueue(session, Note(text="remember"))

    assert seen == [2]
