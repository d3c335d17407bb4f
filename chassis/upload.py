"""A file on its way in: counted while it comes, kept on disk and not in memory, raw or as a form's field."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from chassis.errors import Refused, TooLarge

IN_MEMORY = 1024 * 1024
FIELD = "file"
# What a form may add around its file.
FORM_OVERHEAD = 16 * 1024


class FileMissing(Refused):
    code = "file_missing"
    title = "There is no file in the request"


@dataclass(frozen=True)
class Incoming:
    """A file as it lies on disk, or in memory where it is small; with its name and what else a form told."""

    file: IO[bytes]
    name: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReceivedFile:
    content: bytes
    name: str
    fields: Mapping[str, str]


async def receive_file(request: Request, most: int, *, refusal: str) -> ReceivedFile:
    """All of it; raises as `received` does."""
    async with received(request, most, refusal=refusal) as incoming:
        incoming.file.seek(0)
        return ReceivedFile(incoming.file.read(), incoming.name, incoming.fields)


@asynccontextmanager
async def received(request: Request, most: int, *, refusal: str) -> AsyncIterator[Incoming]:
    """The file while it is there.

    Raises FileMissing, or TooLarge as soon as that is known. `refusal` is a sentence for people, with `{megabytes}` in
    the place of how much there may be.
    """
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with _of_form(request, most, refusal) as incoming:
            yield incoming
        return
    with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        async for part in _counted(request, most, refusal):
            spool.write(part)
        yield Incoming(spool)


@asynccontextmanager
async def _of_form(request: Request, most: int, refusal: str) -> AsyncIterator[Incoming]:
    parser = MultiPartParser(
        request.headers, _counted(request, most + FORM_OVERHEAD, refusal), max_files=1, max_fields=20
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise FileMissing(f"The form could not be read: {error.message}") from error
    try:
        upload = form.get(FIELD)
        if not isinstance(upload, UploadFile):
            raise FileMissing(f"The form has no file in its field “{FIELD}”.", field=FIELD)
        if (upload.size or 0) > most:
            raise _too_large(most, refusal)
        told = {name: value for name, value in form.items() if isinstance(value, str)}
        yield Incoming(upload.file, upload.filename or "", told)
    finally:
        await form.close()


async def _counted(request: Request, most: int, refusal: str) -> AsyncGenerator[bytes, None]:
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > most:
        raise _too_large(most, refusal)
    received = 0
    async for part in request.stream():
        received += len(part)
        if received > most:
            raise _too_large(most, refusal)
        yield part


def _too_large(most: int, refusal: str) -> TooLarge:
    return TooLarge(refusal.format(megabytes=f"{most / 1_000_000:.0f}"), limit=most)
