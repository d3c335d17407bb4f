"""A file on its way in: counted while it comes, kept on disk and not in memory, raw or as a form's field."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
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


async def receive_file(request: Request, most: int, *, refusal: str) -> tuple[bytes, str]:
    """The file's bytes and its name, if a form told one; raises as `received` does."""
    async with received(request, most, refusal=refusal) as (file, name):
        file.seek(0)
        return file.read(), name


@asynccontextmanager
async def received(request: Request, most: int, *, refusal: str) -> AsyncIterator[tuple[IO[bytes], str]]:
    """The file as it lies on disk, or in memory where it is small, and its name, if a form told one.

    Raises FileMissing, or TooLarge as soon as that is known. `refusal` is a sentence for people, with `{megabytes}` in
    the place of how much there may be.
    """
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with _of_form(request, most, refusal) as (upload, name):
            yield upload, name
        return
    with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        async for part in _counted(request, most, refusal):
            spool.write(part)
        yield spool, ""


@asynccontextmanager
async def _of_form(request: Request, most: int, refusal: str) -> AsyncIterator[tuple[IO[bytes], str]]:
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
        yield upload.file, upload.filename or ""
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
