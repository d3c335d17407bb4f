"""Many products of a co-op's own system in one request."""

import hashlib
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse

from chassis.http import CurrentCaller, Now, RoomDatabase
from chassis.upload import receive_file
from services.catalog.assortment.bulk import Bulk, BulkAnswer, BulkKey, read_lines
from services.catalog.product_api import WRITE, edited, require_coop
from services.catalog.shopfront import Shop

router = APIRouter(prefix="/api/v1/assortments/{coop_id}", tags=["assortments"])

MOST_BYTES = 10_000_000
NDJSON = "application/x-ndjson"
TOO_LARGE = "One request may have up to {megabytes} MB. Send the rest in further ones, or all as an import."
LINES = "JSON Lines: each a product as it is put alone, with its `external_id` and, if you like, the `version` you saw."
TAKES = {"required": True, "content": {NDJSON: {"schema": {"type": "string", "description": LINES}}}}
Key = Annotated[str | None, Header(max_length=180, description="Yours; with it the request is carried out once")]


class JsonLines(StreamingResponse):
    media_type = NDJSON


@router.post(
    "/products/bulk",
    response_class=JsonLines,
    responses={200: {"model": BulkAnswer}},
    openapi_extra={"requestBody": TAKES},
)
async def bulk(
    coop_id: UUID,
    request: Request,
    caller: CurrentCaller,
    database: RoomDatabase,
    shop: Shop,
    now: Now,
    idempotency_key: Key = None,
) -> JsonLines:
    """Puts up to 1,000 products, a JSON line each; answers a line for each, in their order, as they are taken.

    Every few lines are committed together. Where the answer ends early, send the same again, with the same key.
    """
    caller.require_acting_for(coop_id, WRITE)
    async with database.reading() as session:
        await require_coop(session, coop_id)
    file = await receive_file(request, MOST_BYTES, refusal=TOO_LARGE)
    once = BulkKey(str(caller.id), idempotency_key, _fingerprint(coop_id, file.content)) if idempotency_key else None
    answers = Bulk(database, shop, coop_id, now, edited(caller)).take(read_lines(file.content), once)
    # What is refused as a whole is refused by the first few lines, before an answer has begun.
    return JsonLines(_after(await anext(answers), answers))


async def _after(first: bytes, others: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for one in others:
        yield one


def _fingerprint(coop_id: UUID, content: bytes) -> bytes:
    return hashlib.sha256(f"bulk of {coop_id}\n".encode() + content).digest()
