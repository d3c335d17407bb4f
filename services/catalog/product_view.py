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
from chassis.paging import AFTER_ALL
from services.catalog.assortment.draft import ProductState, told_apart_by
from services.catalog.categories import Categories
from services.catalog.coop import ADMITTED
from services.catalog.labels.certifications import load_standards
from services.catalog.labels.compared import UnitPriceView, compared
from services.catalog.labels.label import LabelView, label_view
from services.catalog.labels.missing import Missing, missing
from services.catalog.labels.prior_price import prior_price
from services.catalog.pictures.picture import address
from services.catalog.stock.bundle import AVAILABLE, PARTS
from services.catalog.stock.policy import Availability, StockPolicy, at_least_none, availability

SHOWN = f"""
    SELECT p.product_id, p.slug, p.title, p.description_html, p.category, p.tags, p.label, p.certifications,
           p.state, p.version, p.currency, p.updated_at, p.coop_id, c.slug AS coop_slug, c.name AS coop_name,
           c.country, c.state AS coop_state,
           c.paused, c.paused_until, p.external_id,
           (SELECT json_agg(json_build_object(
                'id', v.variant_id, 'options', v.options, 'sku', v.sku, 'gtin', v.gtin,
                'weight_grams', v.weight_grams, 'net_quantity', v.net_quantity, 'price_per', v.price_per,
                'price', v.price, 'compare_at', v.compare_at, 'earlier_prices', v.earlier_prices,
                'tracked', v.on_hand IS NOT NULL, 'available', {AVAILABLE},
                'policy', v.policy, 'lead_days', v.lead_days,
                'available_from', CASE WHEN v.available_from > current_date THEN v.available_from END,
                'parts', CASE WHEN v.policy = 'bundle' THEN {PARTS} END) ORDER BY v.position)
            FROM variants v WHERE v.product_id = p.product_id) AS variants,
           p.cover,
           (SELECT json_agg(json_build_object('digest', i.digest, 'width', i.width, 'height', i.height, 'alt', h.alt,
                                               'variants', h.variants)
                            ORDER BY h.position)
            FROM product_pictures h JOIN pictures i USING (digest) WHERE h.product_id = p.product_id) AS pictures
    FROM products p JOIN coops c USING (coop_id)
"""  # noqa: S608, our own
_BY_SLUG = SHOWN + "WHERE p.slug = $1"
_BY_ID = SHOWN + "WHERE p.product_id = $1"
_BY_IDS = SHOWN + "WHERE p.product_id = ANY($1) AND p.state = 'listed' AND c.state = 'admitted'"
_PAGE = (
    SHOWN
    + """
    WHERE ($1::uuid IS NULL OR p.coop_id = $1) AND ($2 OR (p.state = 'listed' AND c.state = 'admitted'))
      AND p.product_id < $3
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


class PartView(BaseModel):
    """So many of a variant, by the name of its product and its own; what is gone has no name left.

    `slug` is its product's, where that is for sale by itself.
    """

    variant_id: UUID
    quantity: int
    title: str | None
    slug: str | None


class VariantView(BaseModel):
    """`available` is how many can be had at once, None where no count is kept. What is on back order is sent from
    `available_from` on, where that is known; what is made to order, within so many days.

    `prior_price` is the lowest of the thirty days before, where there is a `compare_at` and anything was asked before.
    """

    id: UUID
    title: str
    options: dict[str, str]
    sku: str
    gtin: str
    weight_grams: int | None
    net_quantity: str
    price_per: str
    price: Money
    unit_price: UnitPriceView | None
    compare_at: Money | None
    prior_price: Money | None
    tracked: bool
    available: int | None
    in_stock: bool
    availability: Availability
    policy: StockPolicy
    available_from: date | None
    lead_days: int | None
    parts: list[PartView]


class CertificationView(BaseModel):
    """What the co-op claims, `by` whom it is certified, and the number it gives, called `number_is`."""

    code: str
    name: str
    by: str
    number: str
    number_is: str


class PictureView(BaseModel):
    """`url` is the largest, as JPEG, `width` wide; beside it lie `….avif` and `….webp`, and those of 320 and 640.

    `variants` are those that it is a picture of; of none it shows the product as such.
    """

    digest: str
    url: str
    width: int
    height: int
    alt: str
    variants: list[UUID]


class ProductView(BaseModel):
    """`picture` is the address of the first of `pictures`; without any, what the storefront draws one from.

    `missing` is what the law wants said and nobody has said, told to the co-op's own people alone.
    """

    id: UUID
    slug: str
    title: str
    description_html: str
    category: CategoryView
    tags: list[str]
    coop: CoopView
    picture: str
    certifications: list[CertificationView]
    label: LabelView | None
    missing: list[Missing]
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


async def read_products(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[asyncpg.Record]:
    """Those of them that are public, in any order."""
    return await fetch(session, _BY_IDS, ids)


async def read_page(
    session: AsyncSession, *, coop: UUID | None, everything: bool, before: UUID | None, limit: int
) -> Sequence[asyncpg.Record]:
    """Newest first; drafts and archived ones too where `everything` is asked for."""
    return await fetch(session, _PAGE, coop, everything, before or AFTER_ALL, limit)


def is_public(row: asyncpg.Record) -> bool:
    """Listed, of a co-op that may sell."""
    return is_listed(row) and bool(row["coop_state"] == ADMITTED)


def is_listed(row: asyncpg.Record) -> bool:
    return bool(row["state"] == ProductState.LISTED)


def shown(row: asyncpg.Record, categories: Categories, *, own: bool = False) -> ProductView:
    """Not validated again: it comes from our own tables. `own` is for the people of its co-op."""
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
        pictures=_pictures(row["pictures"] or (), row["variants"] or ()),
        certifications=[_certification(one) for one in row["certifications"] or ()],
        label=label_view(row["label"]),
        missing=missing(row, categories) if own else [],
        state=ProductState(row["state"]),
        version=row["version"],
        variants=[_variant(one, row["currency"]) for one in row["variants"] or ()],
        updated_at=row["updated_at"],
    )


def _certification(raw: dict[str, str]) -> CertificationView:
    standards = load_standards()
    known = standards.rows.get(raw["code"])
    return CertificationView.model_construct(
        code=raw["code"],
        name=standards.name(raw["code"]),
        by=known.by if known else "",
        number=raw["number"],
        number_is=known.number if known else "",
    )


def _pictures(pictures: Sequence[dict[str, Any]], variants: Sequence[dict[str, Any]]) -> list[PictureView]:
    """A variant that is gone is no longer shown by anything."""
    ids = {told_apart_by(one["options"]): UUID(one["id"]) for one in variants}
    return [
        PictureView.model_construct(
            **one | {"variants": [ids[name] for name in one["variants"] if name in ids]},
            url=address(one["digest"], one["width"]),
        )
        for one in pictures
    ]


def _variant(raw: dict[str, Any], currency: str) -> VariantView:
    available = at_least_none(raw["available"])
    before = raw["compare_at"]
    prior = None if before is None else prior_price(raw["earlier_prices"])
    return VariantView.model_construct(
        id=UUID(raw["id"]),
        title=" / ".join(raw["options"].values()),
        options=raw["options"],
        sku=raw["sku"],
        gtin=raw["gtin"],
        weight_grams=raw["weight_grams"],
        net_quantity=raw["net_quantity"],
        price_per=raw["price_per"],
        price=Money.model_construct(amount=raw["price"], currency=currency),
        unit_price=compared(raw["price"], currency, raw["net_quantity"], raw["price_per"]),
        compare_at=None if before is None else Money.model_construct(amount=before, currency=currency),
        prior_price=None if prior is None else Money.model_construct(amount=prior, currency=currency),
        tracked=raw["tracked"],
        available=available,
        in_stock=available is None or available > 0,
        availability=availability(raw["policy"], available),
        policy=StockPolicy(raw["policy"]),
        available_from=None if raw["available_from"] is None else date.fromisoformat(raw["available_from"]),
        lead_days=raw["lead_days"],
        parts=[PartView.model_validate(part) for part in raw["parts"] or ()],
    )
