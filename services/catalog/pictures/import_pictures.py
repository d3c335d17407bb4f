"""What an import says of the pictures that its file names: how many came, are to come, or failed, and why."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from services.catalog.assortment.draft import ProductDraft

FAILED_SHOWN = 100


class FailedPicture(BaseModel):
    line: int
    url: str
    reason: str


class ImportedPictures(BaseModel):
    """Each address counts once. What is `waiting` is fetched after the import, and tried again if need be.

    What has a picture from before is `fetched` while it is asked whether there is another, and `failed` if it says no.
    """

    named: int
    fetched: int
    waiting: int
    failed: int
    failures: list[FailedPicture]


async def note(session: AsyncSession, import_id: UUID, drafts: Sequence[ProductDraft]) -> None:
    """Which lines name which addresses; these are known as sources by now."""
    named = [(one.line, one.url) for draft in drafts for one in draft.pictures if one.url]
    if named:
        await fetch(session, _NOTE, import_id, [line for line, _ in named], [url for _, url in named])


async def told_of(session: AsyncSession, import_id: UUID) -> ImportedPictures:
    [counted] = await fetch(session, _COUNT, import_id)
    failed = await fetch(session, FAILED, import_id, 0, FAILED_SHOWN) if counted["failed"] else []
    return ImportedPictures(**counted, failures=[FailedPicture(**dict(row)) for row in failed])


_NOTE = """
    INSERT INTO import_pictures (import_id, line, url)
    SELECT DISTINCT $1::uuid, line, url FROM unnest($2::int[], $3::text[]) AS named (line, url) ON CONFLICT DO NOTHING
"""
_COUNT = """
    SELECT count(*) AS named, count(*) FILTER (WHERE state <> 'failed' AND digest IS NOT NULL) AS fetched,
           count(*) FILTER (WHERE state = 'waiting' AND digest IS NULL) AS waiting,
           count(*) FILTER (WHERE state = 'failed') AS failed
    FROM picture_sources WHERE url IN (SELECT url FROM import_pictures WHERE import_id = $1)
"""
# In the order of the file's lines, those after the place `$2`.
FAILED = """
    SELECT * FROM (
        SELECT row_number() OVER (ORDER BY line, url) AS at, line, url, reason
        FROM import_pictures JOIN picture_sources USING (url) WHERE import_id = $1 AND state = 'failed') AS failed
    WHERE at > $2 ORDER BY at LIMIT $3
"""
