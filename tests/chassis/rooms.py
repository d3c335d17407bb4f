"""A room for the plumbing's own tests: it counts things, and knows no business."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.events import Event, Inbound
from chassis.settings import Settings
from chassis.tasks import Task
from chassis.testing import public_key_pem


class Counted(Event):
    topic: ClassVar[str] = "counting.counters"
    subject_field: ClassVar[str] = "counter_id"
    counter_id: UUID
    number: int


class CountedReader(Inbound):
    topic: ClassVar[str] = "counting.counters"
    event: ClassVar[str] = "counting.Counted"
    counter_id: UUID
    number: int


class Note(Task):
    kind: ClassVar[str] = "note"
    text: str


def settings(**values: object) -> Settings:
    return Settings(
        database_url="postgresql://unused",
        internal_public_key=public_key_pem(),
        demo=True,
        **values,  # type: ignore[arg-type]
    )


async def prepare(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE seen (counter UUID, number INT)"))


async def record(session: AsyncSession, event: CountedReader) -> None:
    await session.execute(
        text("INSERT INTO seen VALUES (:counter, :number)"), {"counter": event.counter_id, "number": event.number}
    )


async def seen(database: Database) -> list[int]:
    async with database.reading() as session:
        return list((await session.execute(text("SELECT number FROM seen"))).scalars())
