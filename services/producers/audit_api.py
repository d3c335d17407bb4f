"""The audit log over HTTP, for operators: to read, to take away as JSON Lines, to erase what is personal in it."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import orjson
from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from chassis.database import Database
from chassis.errors import NotFound
from chassis.http import CurrentCaller, Now, Page, Reading, RoomDatabase, Transaction
from services.producers import audit, erasing
from services.producers.audit import Entry

router = APIRouter(prefix="/api/v1/audit", tags=["producers"])

BATCH = 1000

Position = Annotated[int, Query(ge=1)]
Limit = Annotated[int, Query(ge=1, le=200)]


class AuditEntry(BaseModel):
    """`said` is what is personal about it, and None once that was erased or where nothing was said."""

    position: int
    at: datetime
    what: str
    subject: UUID
    by: UUID | None
    why: str | None
    evidence: str | None
    said: str | None
    digest: str

    @classmethod
    def of(cls, entry: Entry, said: str | None) -> Self:
        return cls(
            position=entry.position,
            at=entry.at,
            what=entry.what,
            subject=entry.subject,
            by=entry.by,
            why=entry.why,
            evidence=None if entry.evidence is None else entry.evidence.hex(),
            said=said,
            digest=entry.digest.hex(),
        )


@router.get("/entries")
async def list_entries(
    caller: CurrentCaller,
    session: Reading,
    subject: UUID | None = None,
    cursor: Position | None = None,
    limit: Limit = 50,
) -> Page[AuditEntry]:
    """Newest first; of one application or co-op, or of all."""
    caller.require_operator()
    found = await audit.newest(session, subject=subject, before=cursor, limit=limit)
    next_cursor = str(found[-1][0].position) if len(found) == limit else None
    return Page(items=[AuditEntry.of(entry, said) for entry, said in found], next_cursor=next_cursor)


@router.get("/export", response_class=StreamingResponse)
async def export(caller: CurrentCaller, database: RoomDatabase) -> StreamingResponse:
    """Every entry, one a line, oldest first: ids, codes and digests, nothing personal.

    `digest` is the SHA-256 of the JSON array of the other members, in their order and without spaces.
    """
    caller.require_operator()
    headers = {"content-disposition": 'attachment; filename="audit-log.jsonl"'}
    return StreamingResponse(_lines(database), media_type="application/jsonl", headers=headers)


async def _lines(database: Database) -> AsyncIterator[bytes]:
    """Holds no connection while a slow reader takes its time."""
    position = 0
    while True:
        async with database.reading() as session:
            batch = await audit.entries_after(session, position, BATCH)
        if not batch:
            return
        yield b"".join(orjson.dumps({**one.told(), "digest": one.digest.hex()}) + b"\n" for one in batch)
        position = batch[-1].position


@router.delete("/entries/{position}/words", status_code=204)
async def erase_words(position: int, caller: CurrentCaller, session: Transaction, now: Now) -> None:
    """The words go wherever they are shown, the entry and its chain stay; that they were erased is recorded."""
    caller.require_operator()
    if not await erasing.erase_words(session, position, by=caller.require_account(), at=now):
        raise NotFound("There is no such entry, or nothing personal is left of it.")
