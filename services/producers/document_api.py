"""Papers over HTTP: sent by the applicant, taken away by both sides, shown inside a page to nobody."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from chassis.http import CurrentCaller, Now, Reading, RoomDatabase
from chassis.upload import receive_file
from services.producers import document
from services.producers.api import own
from services.producers.application import locked
from services.producers.document import MOST_BYTES, TOO_LARGE, DocumentKind
from services.producers.schemas import DocumentOut

router = APIRouter(prefix="/api/v1/applications/{application_id}/documents", tags=["producers"])

Filename = Annotated[str, Query(max_length=500)]

# Whatever a paper holds, a browser keeps it as a file and runs nothing of it; the gateway forbids to guess its type.
TAKE_AWAY = {"content-security-policy": "sandbox; default-src 'none'", "cache-control": "private, no-store"}


@router.post("", status_code=201)
async def add(
    application_id: UUID,
    kind: DocumentKind,
    request: Request,
    caller: CurrentCaller,
    database: RoomDatabase,
    now: Now,
    filename: Filename = "",
) -> DocumentOut:
    """A PDF, PNG or JPEG, as the body or as a form's field `file`."""
    async with database.reading() as session:
        await own(session, application_id, caller)
    # Not in a transaction: whoever sends slowly would keep it open.
    file = await receive_file(request, MOST_BYTES, refusal=TOO_LARGE)
    async with database.transaction() as session:
        application = await locked(session, application_id)
        name = file.name or filename
        added = await document.add(session, application, kind=kind, name=name, content=file.content, now=now)
        return DocumentOut.model_validate(added)


@router.get("/{document_id}", response_class=Response)
async def take_away(application_id: UUID, document_id: UUID, caller: CurrentCaller, session: Reading) -> Response:
    """Always as a file to keep."""
    await own(session, application_id, caller, operator_too=True)
    found, content = await document.content_of(session, application_id, document_id)
    headers = {**TAKE_AWAY, "content-disposition": f'attachment; filename="{found.saved_as}"'}
    return Response(content, headers=headers, media_type=found.type)
