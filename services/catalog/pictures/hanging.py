"""Which pictures a product shows, and which of them first."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from chassis.tasks import enqueue
from services.catalog.announcing import Seen, announce
from services.catalog.assortment.draft import PictureDraft
from services.catalog.pictures.picture import address
from services.catalog.pictures.sources import CallUpPictures
from services.catalog.product import Product
from services.catalog.search.indexing import index

NEWS_AFTER = timedelta(hours=20)  # So that what is named every day is asked for every day.


async def want(session: AsyncSession, coop_id: UUID, urls: Sequence[str], now: datetime) -> None:
    """Each is fetched soon; one that was, or had failed, is asked anew, though what was fetched once a day at most."""
    if not urls:
        return
    hosts = [urlsplit(url).hostname or "" for url in urls]
    if await fetch(session, _WANT, urls, hosts, coop_id, now, now - NEWS_AFTER):
        enqueue(session, CallUpPictures(coop_id=coop_id), key=str(coop_id))


async def hang(
    session: AsyncSession, coop_id: UUID, shown: Mapping[UUID, Sequence[PictureDraft]], now: datetime
) -> dict[UUID, str | None]:
    """These products of one co-op, their rows locked, show these pictures from now on.

    Answers the address of each one's first. What is still to be fetched takes its place when it is there.
    """
    await session.flush()
    urls = sorted({one.url for pictures in shown.values() for one in pictures if one.url})
    await want(session, coop_id, urls, now)
    fetched = {row["url"]: row["digest"] for row in await fetch(session, _FETCHED, urls)}
    before = await fetch(session, _TAKE_DOWN, list(shown))
    said = {(row["product_id"], row[by]): row["variants"] for row in before for by in ("digest", "url") if row[by]}
    rows = [
        (
            product_id,
            position,
            one.digest or fetched.get(one.url or ""),
            one.url,
            one.alt,
            _variants(one, product_id, said),
        )
        for product_id, pictures in shown.items()
        for position, one in enumerate(pictures)
    ]
    await fetch(session, _HANG, *([row[at] for row in rows] for at in range(6)))
    return await covers(session, list(shown))


def _variants(one: PictureDraft, product_id: UUID, said: Mapping[tuple[UUID, str], Sequence[str]]) -> str:
    """As JSON, which is an array by itself among arrays of columns."""
    kept = said.get((product_id, one.digest or one.url or ""), ())
    return orjson.dumps(list(kept if one.variants is None else one.variants)).decode()


async def covers(session: AsyncSession, products: Sequence[UUID]) -> dict[UUID, str | None]:
    """The address of the first picture of each that is there."""
    found = {row["product_id"]: row for row in await fetch(session, _COVERS, products)}
    return {one: address(found[one]["digest"], found[one]["width"]) if one in found else None for one in products}


def show_cover(session: AsyncSession, product: Product, cover: str | None, now: datetime) -> None:
    """With its row and its variants locked: the world hears of it, if it sees another picture now."""
    if product.cover == cover:
        return
    before = Seen.of(product)
    product.cover = cover
    announce(session, product, before=before, now=now)
    index(session, [product.product_id])


_WANT = """
    INSERT INTO picture_sources AS known (url, host, coop_id, due_at)
    SELECT DISTINCT url, host, $3::uuid, $4::timestamptz
    FROM unnest($1::text[], $2::text[]) AS named (url, host) ORDER BY url
    ON CONFLICT (url) DO UPDATE SET state = 'waiting', attempts = 0, due_at = $4, reason = NULL, coop_id = $3
    WHERE known.state = 'failed' OR known.state = 'fetched' AND known.asked_at < $5
    RETURNING url
"""
# Shared with whoever else names it; whoever has just fetched it waits until it is known who shows it.
_FETCHED = "SELECT url, digest FROM picture_sources WHERE url = ANY($1) ORDER BY url FOR SHARE"
_TAKE_DOWN = "DELETE FROM product_pictures WHERE product_id = ANY($1) RETURNING product_id, digest, url, variants"
_HANG = """
    INSERT INTO product_pictures (product_id, position, digest, url, alt, variants)
    SELECT product_id, position, digest, url, alt, ARRAY(SELECT json_array_elements_text(variants::json))
    FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[])
         AS given (product_id, position, digest, url, alt, variants)
"""
_COVERS = """
    SELECT DISTINCT ON (product_id) product_id, digest, width
    FROM product_pictures JOIN pictures USING (digest) WHERE product_id = ANY($1) ORDER BY product_id, position
"""
