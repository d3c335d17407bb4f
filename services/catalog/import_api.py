"""Imports over HTTP: hand in a file, follow it, read what became of every row."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import NotFound
from chassis.http import CurrentCaller, Now, Page, Reading
from chassis.ids import new_id
from chassis.paging import Cursor, Limit, split
from chassis.tasks import enqueue
from chassis.upload import receive_file
from services.catalog.importing import Import, ImportPiece, ImportProblem, ImportState
from services.catalog.problem import Severity
from services.catalog.product_api import READ, WRITE, require_coop
from services.catalog.run_import import RunImport
from services.catalog.sheet import decode
from services.catalog.shopfront import Shop
from services.catalog.shopify_header import recognise

router = APIRouter(prefix="/api/v1/imports", tags=["imports"])

PIECE = 1024 * 1024
TOO_LARGE = "A catalogue file may have up to {megabytes} MB. Please split it."


class ProblemView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    line: int
    column: str
    value: str
    reason: str
    severity: Severity


class ImportSummary(BaseModel):
    """`rows_total` counts the file's records, its header left aside; `rows_done` is progress through them.

    `variants` are those of the rows that were good; `failure` says why nothing at all could be imported.
    """

    id: UUID
    coop_id: UUID
    filename: str
    dialect: str
    state: ImportState
    currency: str
    rows_total: int
    rows_done: int
    products_created: int
    products_updated: int
    products_unchanged: int
    variants: int
    rows_rejected: int
    failure: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class ImportView(ImportSummary):
    """With every problem, in the order of the file's lines."""

    problems: list[ProblemView]


@router.post("", status_code=202)
async def begin(
    request: Request,
    coop_id: UUID,
    caller: CurrentCaller,
    shop: Shop,
    now: Now,
    filename: Annotated[str, Query(max_length=255, pattern=r"^[^\x00-\x1f]*$")] = "",
) -> ImportView:
    """The body is the CSV file itself, or a form with it in the field `file`. What is no such file is told at once."""
    caller.require_acting_for(coop_id, WRITE)
    content, told = await receive_file(request, shop.upload_bytes, refusal=TOO_LARGE)
    layout = recognise(decode(content))
    job = Import(
        import_id=new_id(),
        coop_id=coop_id,
        filename=(filename or told)[:255],
        dialect=layout.dialect,
        state=ImportState.QUEUED,
        currency=shop.currency,
        created_at=now,
    )
    # Begun only now: an upload that takes its time holds no connection.
    async with request.app.state.database.transaction() as session:
        await require_coop(session, coop_id)
        await _keep(session, job, content)
        return _view(job, [])


@router.get("/{import_id}")
async def show(import_id: UUID, session: Reading, caller: CurrentCaller) -> ImportView:
    job = await session.get(Import, import_id)
    if job is None:
        raise NotFound("There is nothing here, or it is not yours")
    caller.require_acting_for(job.coop_id, READ)
    query = select(ImportProblem).where(ImportProblem.import_id == import_id).order_by(ImportProblem.position)
    return _view(job, [ProblemView.model_validate(one) for one in await session.scalars(query)])


@router.get("")
async def page(
    coop_id: UUID, session: Reading, caller: CurrentCaller, before: Cursor, limit: Limit = 20
) -> Page[ImportSummary]:
    """Latest first, without their problems."""
    caller.require_acting_for(coop_id, READ)
    query = select(Import).where(Import.coop_id == coop_id).order_by(Import.import_id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(Import.import_id < before)
    items, cursor = split([_summary(job) for job in await session.scalars(query)], limit)
    return Page(items=items, next_cursor=cursor)


async def _keep(session: AsyncSession, job: Import, content: bytes) -> None:
    session.add(job)
    await session.flush()
    await session.refresh(job)
    for position, start in enumerate(range(0, len(content), PIECE)):
        piece = {"import_id": job.import_id, "position": position, "content": content[start : start + PIECE]}
        await session.execute(insert(ImportPiece).values(piece))
    enqueue(session, RunImport(import_id=job.import_id), key=str(job.import_id))


def _summary(job: Import) -> ImportSummary:
    return ImportSummary.model_validate({"id": job.import_id, **_columns(job)})


def _view(job: Import, problems: list[ProblemView]) -> ImportView:
    return ImportView.model_validate({"id": job.import_id, "problems": problems, **_columns(job)})


def _columns(job: Import) -> dict[str, object]:
    return {name: getattr(job, name) for name in ImportSummary.model_fields if name != "id"}
