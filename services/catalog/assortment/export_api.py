"""A co-op's whole catalogue as a file in our own format: to keep, to edit in a spreadsheet, to take elsewhere."""

import json
from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from chassis.http import CurrentCaller
from services.catalog.assortment.standing import shelf
from services.catalog.formats.own import COLUMNS, rows_of
from services.catalog.formats.written import MARK, MEDIA, csv_line
from services.catalog.product_api import READ
from services.catalog.shopfront import Shop, Shopfront

router = APIRouter(prefix="/api/v1/exports", tags=["exports"])


@router.get("/catalogue.csv", response_class=Response)
async def table(coop_id: UUID, caller: CurrentCaller, shop: Shop) -> StreamingResponse:
    """A row for each variant; uploaded as it is, it changes nothing."""
    caller.require_acting_for(coop_id, READ)
    return _attached(_table(shop, coop_id), "csv")


@router.get("/catalogue.jsonl", response_class=Response)
async def lines(coop_id: UUID, caller: CurrentCaller, shop: Shop) -> StreamingResponse:
    """The same as JSON Lines."""
    caller.require_acting_for(coop_id, READ)
    return _attached(_lines(shop, coop_id), "jsonl")


async def _table(shop: Shopfront, coop_id: UUID) -> AsyncIterator[str]:
    yield MARK + csv_line(COLUMNS)
    async for product in shelf(shop.database, coop_id):
        yield "".join(csv_line(row.get(name, "") for name in COLUMNS) for row in rows_of(product, shop.currency))


async def _lines(shop: Shopfront, coop_id: UUID) -> AsyncIterator[str]:
    async for product in shelf(shop.database, coop_id):
        yield "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows_of(product, shop.currency))


def _attached(content: AsyncIterator[str], kind: str) -> StreamingResponse:
    headers = {"content-disposition": f'attachment; filename="catalogue.{kind}"', "cache-control": "no-store"}
    return StreamingResponse(content, media_type=MEDIA[kind], headers=headers)
