"""Where other sites fetch what the catalogue tells them; nobody needs to be known to read it."""

import hashlib
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from chassis.http import app_state
from services.catalog.shopfront import Shop
from services.catalog.syndication.merchant_feed import merchant_feed
from services.catalog.syndication.new_goods import new_goods
from services.catalog.syndication.sitemap import Sitemap

router = APIRouter(tags=["syndication"])

XML, RSS = "application/xml", "application/rss+xml"
A_WHILE = {"cache-control": "public, max-age=600"}
# Stock moves without a trace that could be compared: whoever has a feed asks again, and gets what is true by then.
NOW = {"cache-control": "public, max-age=60"}
Slug = Annotated[str | None, Query(max_length=100, pattern=r"^[a-z0-9-]+$")]
Map = Annotated[Sitemap, app_state("sitemap")]


@router.get("/sitemap.xml", response_class=Response)
async def index(sitemap: Map) -> StreamingResponse:
    """The parts of the map of this site."""
    return StreamingResponse(sitemap.index(), media_type=XML, headers=A_WHILE)


@router.get("/sitemaps/pages.xml", response_class=Response)
async def pages(sitemap: Map) -> StreamingResponse:
    """The part with co-ops and shelves."""
    return StreamingResponse(sitemap.pages(), media_type=XML, headers=A_WHILE)


@router.get("/sitemaps/{first}.xml", response_class=Response)
async def goods(first: UUID, sitemap: Map) -> StreamingResponse:
    """A part with goods, from this product on."""
    return StreamingResponse(sitemap.goods(first), media_type=XML, headers=A_WHILE)


@router.get("/feeds/merchant.xml", response_class=Response)
async def merchant(shop: Shop) -> StreamingResponse:
    """Everything for sale, in Google Merchant's words."""
    told = merchant_feed(shop.database, shop.categories, shop.public_url)
    return StreamingResponse(told, media_type=RSS, headers=NOW)


@router.get("/feeds/new.xml", response_class=Response)
async def new(
    shop: Shop,
    coop: Slug = None,
    category: Slug = None,
    if_none_match: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """The newest goods as RSS: of everybody, of one co-op, of one category."""
    content = (await new_goods(shop, coop=coop, category=category)).encode()
    headers = {"etag": f'"{hashlib.sha256(content).hexdigest()[:32]}"', **NOW}
    if if_none_match == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=RSS, headers=headers)
