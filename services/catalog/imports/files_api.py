"""What goes out of an import as it is: its progress, its rows to mend, its report, and templates to begin with."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from chassis.database import Database
from chassis.http import CurrentCaller, Page, Reading, RoomDatabase
from services.catalog.formats.written import MEDIA
from services.catalog.imports import report
from services.catalog.imports.api import find, readable
from services.catalog.imports.importing import FINISHED, WAITING, Import
from services.catalog.imports.view import PlannedProduct, planned, summary

router = APIRouter(prefix="/api/v1/imports", tags=["imports"])

LOOK = 0.5  # Seconds between two looks at how far it got.
LOOKS = 1_200  # Then the browser asks anew.
AT_REST = FINISHED | WAITING


@router.get("/template.csv")
async def template_csv() -> Response:
    """Our own format, with examples to write over."""
    return _file(report.template_csv(), "csv", "toad-lane-template.csv")


@router.get("/template.jsonl")
async def template_jsonl() -> Response:
    return _file(report.template_jsonl(), "jsonl", "toad-lane-template.jsonl")


@router.get("/{import_id}/events")
async def events(import_id: UUID, session: Reading, database: RoomDatabase, caller: CurrentCaller) -> StreamingResponse:
    """Server-sent events, each the import's summary, as often as it changes; ends when there is nothing to wait for."""
    await readable(session, import_id, caller)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(_watch(database, import_id), media_type="text/event-stream", headers=headers)


@router.get("/{import_id}/products")
async def products(
    import_id: UUID,
    session: Reading,
    caller: CurrentCaller,
    outcome: str | None = None,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> Page[PlannedProduct]:
    """What the file would make of each product, in its order; `after` is the last position of the page before."""
    await readable(session, import_id, caller)
    rows = await planned(session, import_id, outcome, after=after, limit=limit + 1)
    more = str(rows[limit - 1].position) if len(rows) > limit else None
    return Page(items=rows[:limit], next_cursor=more)


@router.get("/{import_id}/products.csv")
async def products_csv(
    import_id: UUID, session: Reading, database: RoomDatabase, caller: CurrentCaller
) -> StreamingResponse:
    job = await readable(session, import_id, caller)
    return _stream(report.plan(database, job), "csv", f"products-of-{_stem(job)}.csv")


@router.get("/{import_id}/problems.csv")
async def problems_csv(
    import_id: UUID, session: Reading, database: RoomDatabase, caller: CurrentCaller
) -> StreamingResponse:
    job = await readable(session, import_id, caller)
    return _stream(report.problems(database, job), "csv", f"problems-of-{_stem(job)}.csv")


@router.get("/{import_id}/rejected")
async def rejected(
    import_id: UUID, session: Reading, database: RoomDatabase, caller: CurrentCaller
) -> StreamingResponse:
    """Rows that were not taken, in the file's own format with a reason beside each, to mend and upload again."""
    job = await readable(session, import_id, caller)
    kind = job.read_layout.container.kind
    return _stream(report.rejected_rows(database, job), kind, f"mend-{_stem(job)}.{kind}")


async def _watch(database: Database, import_id: UUID) -> AsyncIterator[str]:
    """Holds neither session nor connection between two looks."""
    told = ""
    for _ in range(LOOKS):
        async with database.reading() as session:
            job = await find(session, import_id)
        now = summary(job).model_dump_json()
        if now != told:
            yield f"data: {now}\n\n"
            told = now
        if job.state in AT_REST:
            return
        await asyncio.sleep(LOOK)


def _stem(job: Import) -> str:
    """Of the file's name what every header and every disk takes."""
    stem = job.filename.rpartition(".")[0] or job.filename
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in stem)[:60] or "catalogue"


def _file(content: str, kind: str, name: str) -> Response:
    return Response(content, media_type=MEDIA[kind], headers=_attached(name))


def _stream(content: AsyncIterator[str], kind: str, name: str) -> StreamingResponse:
    return StreamingResponse(content, media_type=MEDIA[kind], headers=_attached(name))


def _attached(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}
