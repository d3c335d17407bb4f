"""A product as the API shows it, read in one statement, its variants included."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from chassis.money import Money
from services.catalog.categories import Categories
from services.catalog.coop import ADMITTED
from services.catalog.draft import ProductState
from services.catalog.pictures.picture import address

_SHOWN = """
    SELECT p.product_id, p.slug, p.title, p.description_html, p.category, p.tags, p.state, p.version, p.currency,
           p.updated_at, p.coop_id, c.slug AS coop_slug, c.name AS coop_name, c.country, c.state AS coop_state,
           c.paused, c.paused_until,
           (SELECT json_agg(json_build_object(
                'id', v.variant_id, 'options', v.options, 'sku', v.sku, 'gtin', v.gtin,
                'weight_grams', v.weight_grams, 'price', v.price, 'compare_at', v.compare_at,
                'on_hand', v.on_hand, 'reserved', v.reserved) ORDER BY v.position)
            FROM variants v WHERE v.product_id = p.product_id) AS variants,
           p.cover,
           (SELECT json_agg(json_build_object('digest', i.digest, 'width', i.width, 'height', i.height, 'alt', h.alt)
                            ORDER BY h.position)
            FROM product_pictures h JOIN pictures i USING (digest) WHERE h.product_id = p.product_id) AS pictures
    FROM products p JOIN coops c USING (coop_id)
"""
_BY_SLUG = _SHOWN + "WHERE p.slug = $1"
_BY_ID = _SHOWN + "WHERE p.product_id = $1"
_PAGE = (
    _SHOWN
    + """
    WHERE ($1::uuid IS NULL OR p.coop_id = $1) AND ($2 OR (p.state = 'listed' AND c.state = 'admitted'))
      AND ($3::uuid IS NULL OR p.product_id < $3)
    ORDER BY p.product_id DESC LIMIT $4
"""
)


class CategoryView(BaseModel):
    slug: str
    name: str


class CoopView(BaseModel):
    """While it is `paused` nothing of it can be bought; `paused_until` is the day on which its shop opens again."""

    id: UUID
    slug: str
    name: str
    country: str
    paused: bool
    paused_until: date | None


class VariantView(BaseModel):
    """`available` is how many can be had, None where the co-op keeps no count."""

    id: UUID
    title: str
    options: dict[str, str]
    sku: str
    gtin: str
    weight_grams: int | None
    price: Money
    compare_at: Money | None
    tracked: bool
    available: int | None
    in_stock: bool


class PictureView(BaseModel):
    """`url` is the largest, as JPEG, `width` wide; beside it lie `….avif` and `….webp`, and those of 320 and 640."""

    digest: str
    url: str
    width: int
    height: int
    alt: str


class ProductView(BaseModel):
    """`picture` is the address of the first of `pictures`; without any, what the storefront draws one from."""

    id: UUID
    slug: str
    title: str
    description_html: str
    category: CategoryView
    tags: list[str]
    coop: CoopView
    picture: str
    pictures: list[PictureView]
    state: ProductState
    version: int
    variants: list[VariantView]
    updated_at: datetime


async def read_product(session: AsyncSession, key: str) -> asyncpg.Record | None:
    """The row of the product with this id or slug, or None."""
    try:
        rows = await fetch(session, _BY_ID, UUID(key))
    except ValueError:
        rows = await fetch(session, _BY_SLUG, key)
    return rows[0] if rows else None


async def read_page(
    session: AsyncSession, *, coop: UUID | None, everything: bool, before: UUID | None, limit: int
) -> Sequence[asyncpg.Record]:
    """Newest first; drafts and archived ones too where `everything` is asked for."""
    return await fetch(session, _PAGE, coop, everything, before, limit)


def is_public(row: asyncpg.Record) -> bool:
    """Listed, of a co-op that may sell."""
    return is_listed(row) and bool(row["coop_state"] == ADMITTED)


def is_listed(row: asyncpg.Record) -> bool:
    return bool(row["state"] == ProductState.LISTED)


def shown(row: asyncpg.Record, categories: Categories) -> ProductView:
    """Not validated again: it comes from our own tables."""
    return ProductView.model_construct(
        id=row["product_id"],
        slug=row["slug"],
        title=row["title"],
        description_html=row["description_html"],
        category=CategoryView.model_construct(slug=row["category"], name=categories.name(row["category"])),
        tags=row["tags"],
        coop=CoopView.model_construct(
            id=row["coop_id"],
            slug=row["coop_slug"],
            name=row["coop_name"],
            country=row["country"],
            paused=row["paused"],
            paused_until=row["paused_until"],
        ),
        picture=row["cover"] or f"{row['category']}/{row['slug']}",
        pictures=[_picture(one) for one in row["pictures"] or ()],
        state=ProductState(row["state"]),
        version=row["version"],
        variants=[_variant(one, row["currency"]) for one in row["variants"] or ()],
        updated_at=row["updated_at"],
    )


def _picture(raw: dict[str, Any]) -> PictureView:
    return PictureView.model_construct(**raw, url=address(raw["digest"], raw["width"]))


def _variant(raw: dict[str, Any], currency: str) -> VariantView:
    on_hand = raw["on_hand"]
    available = None if on_hand is None else max(0, on_hand - raw["reserved"])
    before = raw["compare_at"]
    return VariantView.model_construct(
        id=UUID(raw["id"]),
        title=" / ".join(raw["options"].values()),
        options=raw["options"],
        sku=raw["sku"],
        gtin=raw["gtin"],
        weight_grams=raw["weight_grams"],
        price=Money.model_construct(amount=raw["price"], currency=currency),
        compare_at=None if before is None else Money.model_construct(amount=before, currency=currency),
        tracked=on_hand is not None,
        available=available,
        in_stock=available is None or available > 0,
    )
