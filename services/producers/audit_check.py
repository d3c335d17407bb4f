"""Checks the audit log from its first entry to its head, and names the first that is not as it was written."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from services.producers.audit import BEGINNING, Entry, Head, Words, entries_after

BATCH = 1000


@dataclass(frozen=True)
class Verdict:
    """`wrong` says what is wrong with the first entry that is not as it was written, None where all are."""

    entries: int
    head: bytes
    wrong: str | None = None


async def check(database: Database) -> Verdict:
    """Reads the whole log. Keep the head it finds elsewhere: nobody can then replace the log as a whole unnoticed."""
    position, previous = 0, BEGINNING
    async with database.reading() as session:
        head = (await session.scalars(select(Head))).one()
        while batch := await entries_after(session, position, BATCH):
            words = await _words_beside(session, batch[0].position, batch[-1].position)
            for entry in batch:
                if wrong := _wrong(entry, position + 1, previous, words.get(entry.position)):
                    return Verdict(position, previous, wrong)
                position, previous = entry.position, entry.digest
                if (position, previous) == (head.position, head.digest):
                    # What was appended since the head was read is none of this check's business.
                    return Verdict(position, previous)
    if (position, previous) != (head.position, head.digest):
        return Verdict(position, previous, _lost(position, head))
    return Verdict(position, previous)


def _wrong(entry: Entry, expected: int, previous: bytes, words: Words | None) -> str | None:
    if entry.position != expected:
        return f"entry {expected} is missing: entry {entry.position} comes in its place"
    if entry.computed() != entry.digest:
        return f"entry {expected} was altered: it is not what its digest says"
    if entry.previous != previous:
        return f"entry {expected} was altered: it does not follow the entry before it"
    if words is not None and words.computed() != entry.words:
        return f"the words beside entry {expected} were altered"
    return None


def _lost(position: int, head: Head) -> str:
    if position < head.position:
        return f"entry {position + 1} is missing: the log was {head.position} entries long"
    return f"entry {head.position} was altered: it is not what the head of the log says"


async def _words_beside(session: AsyncSession, first: int, last: int) -> dict[int, Words]:
    found = select(Words).where(Words.position.between(first, last)).execution_options(populate_existing=True)
    return {words.position: words for words in await session.scalars(found)}
