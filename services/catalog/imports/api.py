"""Imports over HTTP: hand in a file, see what it would change, have it changed, read what became of every row."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Caller
from chassis.errors import NotFound
from chassis.http import CurrentCaller, Now, Page, Reading, Transaction
from chassis.paging import Cursor, Limit, split
from chassis.tasks import enqueue
from chassis.upload import receive_file
from services.catalog.formats.encodings import Encoding, named_encoding
from services.catalog.imports.begin_import import Asked, begin_import, hand_in
from services.catalog.imports.importing import Import, ImportState, NotPossibleNow, Origin, Policy
from services.catalog.imports.rows import forget_file, put_away
from services.catalog.imports.run_import import RunImport, locked
from services.catalog.imports.view import ImportSummary, ImportView, report_of, summary
from services.catalog.product_api import READ, WRITE, require_coop
from services.catalog.shopfront import Shop

router = APIRouter(prefix="/api/v1/imports", tags=["imports"])

TOO_LARGE = "A catalogue file may have up to {megabytes} MB. Please split it."
UNREAD = {ImportState.QUEUED, ImportState.READING, ImportState.CHECKING}


class StillToConfirm(NotPossibleNow):
    code = "import_obstacle"
    title = "The import cannot begin as it stands"


class Decision(BaseModel):
    """How to begin; what is left out stays as it was said with the file."""

    model_config = ConfigDict(extra="forbid")

    policy: Policy | None = None
    remove_missing: bool | None = None
    confirm_removal: bool = False


@router.post("", status_code=202)
async def begin(
    request: Request,
    coop_id: UUID,
    caller: CurrentCaller,
    shop: Shop,
    now: Now,
    filename: Annotated[str, Query(max_length=255, pattern=r"^[^\x00-\x1f]*$")] = "",
    policy: Policy = Policy.SKIP,
    dry_run: bool = False,
    remove_missing: bool = False,
    confirm_removal: bool = False,
    encoding: Encoding | None = None,
) -> ImportView:
    """The body is the file itself, or a form with it in the field `file`. What is no such file is told at once.

    `encoding`, or a form's field of that name, says in which one the file is where it does not tell by itself.
    With `dry_run` nothing is changed until you commit the import; without, it begins by itself.
    """
    caller.require_acting_for(coop_id, WRITE)
    file = await receive_file(request, shop.upload_bytes, refusal=TOO_LARGE)
    said = encoding or named_encoding(file.fields.get("encoding", ""))
    handed = await asyncio.to_thread(hand_in, file.content, said)
    asked = Asked(
        coop_id=coop_id,
        filename=filename or file.name,
        origin=Origin.API if caller.kind == "key" else Origin.UPLOAD,
        currency=shop.currency,
        policy=policy,
        dry_run=dry_run,
        remove_missing=remove_missing,
        removal_confirmed=confirm_removal,
    )
    # Begun only now: an upload that takes its time holds no connection.
    async with request.app.state.database.transaction() as session:
        await require_coop(session, coop_id)
        return await report_of(session, await begin_import(session, handed, asked, now))


@router.get("/{import_id}")
async def show(import_id: UUID, session: Reading, caller: CurrentCaller) -> ImportView:
    return await report_of(session, await readable(session, import_id, caller))


@router.get("")
async def page(
    coop_id: UUID, session: Reading, caller: CurrentCaller, before: Cursor, limit: Limit = 20
) -> Page[ImportSummary]:
    """Latest first, without their problems."""
    caller.require_acting_for(coop_id, READ)
    query = select(Import).where(Import.coop_id == coop_id).order_by(Import.import_id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(Import.import_id < before)
    items, cursor = split([summary(job) for job in await session.scalars(query)], limit)
    return Page(items=items, next_cursor=cursor)


@router.post("/{import_id}/commit")
async def commit(
    import_id: UUID, decision: Decision, session: Transaction, caller: CurrentCaller, now: Now
) -> ImportSummary:
    """Begins one that waits after a dry run, or for a word about what it would take off sale."""
    job = await _own(session, import_id, caller)
    if job.state != ImportState.READY:
        raise NotPossibleNow(f"The import is {job.state}, so there is nothing to begin.", state=job.state)
    job.policy = decision.policy or job.policy
    job.remove_missing = job.remove_missing if decision.remove_missing is None else decision.remove_missing
    job.removal_confirmed = job.removal_confirmed or decision.confirm_removal
    if job.obstacle:
        raise StillToConfirm(job.obstacle, missing=job.missing, rows_rejected=job.rows_rejected)
    job.move(ImportState.RUNNING, now)
    enqueue(session, RunImport(import_id=import_id), key=str(import_id))
    return summary(job)


@router.post("/{import_id}/publish")
async def publish(import_id: UUID, session: Transaction, caller: CurrentCaller, now: Now) -> ImportSummary:
    """Lists what is held back, and changes what is listed already."""
    job = await _own(session, import_id, caller)
    if job.state != ImportState.HELD:
        raise NotPossibleNow(f"The import is {job.state}, so there is nothing held back.", state=job.state)
    job.move(ImportState.RUNNING, now)
    job.published, job.products_done = True, 0
    enqueue(session, RunImport(import_id=import_id), key=str(import_id))
    return summary(job)


@router.post("/{import_id}/cancel")
async def cancel(import_id: UUID, session: Transaction, caller: CurrentCaller, now: Now) -> ImportSummary:
    """Stops it; what it has changed until then stays changed, and is counted. Cancelling it again changes nothing."""
    job = await _own(session, import_id, caller)
    if job.state == ImportState.CANCELLED:
        return summary(job)
    forget = forget_file if job.state in UNREAD else put_away
    job.move(ImportState.CANCELLED, now)
    await forget(session, import_id)
    return summary(job)


async def find(session: AsyncSession, import_id: UUID) -> Import:
    job = await session.get(Import, import_id)
    if job is None:
        raise NotFound("There is nothing here, or it is not yours")
    return job


async def readable(session: AsyncSession, import_id: UUID, caller: Caller) -> Import:
    job = await find(session, import_id)
    caller.require_acting_for(job.coop_id, READ)
    return job


async def _own(session: AsyncSession, import_id: UUID, caller: Caller) -> Import:
    caller.require_acting_for((await find(session, import_id)).coop_id, WRITE)
    return await locked(session, import_id)
