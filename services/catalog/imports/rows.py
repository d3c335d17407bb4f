"""Reads an import's file part by part into rows; how far it got is committed with each part."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.direct import fetch
from chassis.errors import Refused
from services.catalog.formats.recognise import reading
from services.catalog.formats.record import LONGEST_RECORD, Record
from services.catalog.formats.text import PIECE, NotText
from services.catalog.formats.values import BadValue
from services.catalog.imports.importing import Import
from services.catalog.imports.problem import Problem, rejection

PIECES_AT_ONCE = 2  # One may begin in the middle of the first, and a record may be as long as one.
MOST_ROWS = 200_000


class TooManyRows(Refused):
    code = "too_many_rows"
    title = "The file has too many rows"


class NoRows(Refused):
    code = "no_rows"
    title = "There are no products in the file"


@dataclass(slots=True)
class Part:
    """What was read at once: rows to keep, and where the next part begins."""

    position: int
    line: int
    lines: list[int] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    reasons: list[str | None] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


async def next_part(database: Database, job: Import) -> Part:
    """The next megabytes of the file, in a thread; raises Refused where the file breaks."""
    first, skip = divmod(job.position, PIECE)
    rows = await database.fetch(_PIECES, job.import_id, first, PIECES_AT_ONCE)
    content = b"".join(row["content"] for row in rows)[skip:]
    return await asyncio.to_thread(read_part, job, content)


def read_part(job: Import, content: bytes) -> Part:
    """The whole records of the file's next bytes; raises Refused where it breaks, or goes on and on."""
    layout = job.read_layout
    last = job.position + len(content) >= job.size
    cut = layout.container.cut(content, line=job.line, last=last)
    if not cut.consumed and not last:
        megabytes = LONGEST_RECORD // 1_000_000
        raise NotText(f"What begins in line {job.line} goes on for more than {megabytes} MB: that is no product.")
    if job.rows_total + len(cut.records) > MOST_ROWS:
        raise TooManyRows(f"A file may have up to {MOST_ROWS:,} rows. Please split it. Nothing was imported.")
    part = Part(job.position + cut.consumed, job.line + cut.lines)
    known = reading(layout)
    for nth, record in enumerate(cut.records, start=job.rows_total):
        row = known.row(nth, record)
        problem = None
        try:
            key: str | None = known.dialect.key(row)
        except BadValue as bad:
            key, problem = None, rejection(row.line, known.column(bad.field), bad.value, bad.reason, bad.advice)
            if row.fault:
                problem = rejection(row.line, "", row.fault.value, row.fault.reason)
        _add(part, record, key, problem)
    return part


def _add(part: Part, record: Record, key: str | None, problem: Problem | None) -> None:
    part.lines.append(record.line)
    part.keys.append(key)
    part.cells.append(orjson.dumps(record.cells).decode())
    part.reasons.append(problem.reason if problem else None)
    part.problems += [problem] if problem else []


async def keep_part(session: AsyncSession, job: Import, part: Part) -> bool:
    """With the job locked. True after the last part: then it knows its products, in the file's order."""
    await fetch(session, _KEEP, job.import_id, job.rows_total, part.lines, part.keys, part.cells, part.reasons)
    await keep_problems(session, job, part.problems)
    job.position, job.line = part.position, part.line
    job.rows_total += len(part.lines)
    rejected = sum(key is None for key in part.keys)
    job.rows_rejected += rejected
    job.rows_done += rejected
    if job.position < job.size:
        return False
    if not job.rows_total:
        raise NoRows("The file has a header and no rows." if job.layout["header"] else "The file holds no products.")
    await fetch(session, _GROUP, job.import_id)
    await fetch(session, _FORGET_PIECES, job.import_id)
    return True


async def keep_problems(session: AsyncSession, job: Import, problems: Sequence[Problem]) -> None:
    """After those there are."""
    if not problems:
        return
    columns = [[getattr(one, name) for one in problems] for name in _PROBLEM]
    await fetch(session, _KEEP_PROBLEMS, job.import_id, job.problems_total, *columns)
    job.problems_total += len(problems)


async def reject_rows(session: AsyncSession, import_id: UUID, key: str, reason: str) -> int:
    """Those of a product that had been good until now; how many there were."""
    return len(await fetch(session, _REJECT, import_id, key, reason))


async def forget_rows(session: AsyncSession, import_id: UUID, keys: Sequence[str]) -> None:
    """Of products that are as good as taken."""
    await fetch(session, _FORGET_GOOD, import_id, keys)


async def forget_file(session: AsyncSession, import_id: UUID) -> None:
    """All that was read of it; what was said about it stays."""
    for sql in (_FORGET_PIECES, _FORGET_ROWS, _FORGET_PRODUCTS):
        await fetch(session, sql, import_id)


async def put_away(session: AsyncSession, import_id: UUID) -> None:
    """What is no longer needed once it is over; the report stays, and the rows to mend."""
    for sql in (_FORGET_PIECES, _FORGET_DRAFTS):
        await fetch(session, sql, import_id)


_PROBLEM = ("line", "column", "value", "reason", "advice", "severity")
_PIECES = "SELECT content FROM import_pieces WHERE import_id = $1 AND position >= $2 ORDER BY position LIMIT $3"
_KEEP = """
    INSERT INTO import_rows (import_id, nth, line, key, cells, reason)
    SELECT $1, $2 + ordinality - 1, line, key, cells::json, reason
    FROM unnest($3::int[], $4::text[], $5::text[], $6::text[]) WITH ORDINALITY AS told (line, key, cells, reason)
"""
_KEEP_PROBLEMS = """
    INSERT INTO import_problems (import_id, position, line, column_name, value, reason, advice, severity)
    SELECT $1, $2 + ordinality - 1, line, name, value, reason, advice, severity
    FROM unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
         WITH ORDINALITY AS told (line, name, value, reason, advice, severity)
"""
_GROUP = """
    INSERT INTO import_products (import_id, position, key, line, rows)
    SELECT $1, row_number() OVER (ORDER BY min(nth)), key, min(line), count(*)
    FROM import_rows WHERE import_id = $1 AND key IS NOT NULL GROUP BY key
"""
_REJECT = "UPDATE import_rows SET reason = $3 WHERE import_id = $1 AND key = $2 AND reason IS NULL RETURNING nth"
_FORGET_GOOD = "DELETE FROM import_rows WHERE import_id = $1 AND key = ANY($2)"
_FORGET_PIECES = "DELETE FROM import_pieces WHERE import_id = $1"
_FORGET_ROWS = "DELETE FROM import_rows WHERE import_id = $1"
_FORGET_DRAFTS = "UPDATE import_products SET draft = NULL WHERE import_id = $1 AND draft IS NOT NULL"
_FORGET_PRODUCTS = "DELETE FROM import_products WHERE import_id = $1"
