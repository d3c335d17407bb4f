"""The price book: what every variant costs and whether it is for sale, kept up from what catalog says."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.direct import array_of, fetch, type_of
from services.orders.base import Base
from services.orders.inbound import ProductPublished, ProductWithdrawn

LISTED = "listed"
DEAREST = 99_999_999  # minor units; no card pays more, and no sum of a basket can outgrow what JSON counts exactly


class PricedVariant(Base):
    """Never deleted: a basket must be able to say what it was that is no longer for sale."""

    __tablename__ = "price_book"

    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(index=True)
    coop_id: Mapped[UUID]
    version: Mapped[int]  # the product's
    listed: Mapped[bool]
    slug: Mapped[str]
    title: Mapped[str]
    variant_title: Mapped[str]
    picture: Mapped[str | None]
    currency: Mapped[str] = mapped_column(String(3))
    price: Mapped[int]
    # Set where it is sold though none is left: then a day from which on it is sent, or days until it is made.
    policy: Mapped[str | None] = mapped_column(String(20))
    available_from: Mapped[date | None]
    lead_days: Mapped[int | None]
    # What so much of it costs, where its price alone does not say so; and why it cannot be sent back, if so.
    unit_price: Mapped[int | None]
    unit_price_per: Mapped[str | None] = mapped_column(String(40))
    withdrawal_exception: Mapped[str | None] = mapped_column(String(20))


_COLUMNS = list(PricedVariant.metadata.tables[PricedVariant.__tablename__].columns)
_NAMES = ", ".join(one.name for one in _COLUMNS)
# An older version never overwrites a newer one, nor brings back a variant that the newer one no longer had.
_WRITE = f"""
    INSERT INTO price_book ({_NAMES})
    SELECT {_NAMES}
    FROM unnest({", ".join(f"${nth}::{type_of(one)}[]" for nth, one in enumerate(_COLUMNS, 1))}) AS given ({_NAMES})
    WHERE NOT EXISTS (
        SELECT FROM price_book newer WHERE newer.product_id = given.product_id AND newer.version > given.version)
    ON CONFLICT (variant_id) DO UPDATE
    SET {", ".join(f"{one.name} = excluded.{one.name}" for one in _COLUMNS if not one.primary_key)}
    WHERE price_book.version < excluded.version
"""  # noqa: S608, our own names

# What a newer version of its product no longer mentions is gone.
_DROP = """
    UPDATE price_book SET listed = false, version = told.version
    FROM (SELECT product_id, max(version) AS version
          FROM unnest($1::uuid[], $2::int[]) AS given (product_id, version) GROUP BY product_id) AS told
    WHERE price_book.product_id = told.product_id AND price_book.version < told.version
"""


async def record_published(session: AsyncSession, facts: Sequence[ProductPublished]) -> None:
    """A whole run of products in two statements."""
    products = _newest(facts)
    rows = [row for product in products for row in _rows(product)]
    await fetch(session, _WRITE, *(array_of(one, rows) for one in _COLUMNS))
    await _drop(session, products)


async def record_withdrawn(session: AsyncSession, facts: Sequence[ProductWithdrawn]) -> None:
    await _drop(session, facts)


async def _drop(session: AsyncSession, facts: Sequence[ProductPublished | ProductWithdrawn]) -> None:
    await fetch(session, _DROP, [fact.product_id for fact in facts], [fact.version for fact in facts])


def _newest(facts: Sequence[ProductPublished]) -> list[ProductPublished]:
    newest: dict[UUID, ProductPublished] = {}
    for fact in facts:
        if fact.product_id not in newest or fact.version > newest[fact.product_id].version:
            newest[fact.product_id] = fact
    return [newest[product_id] for product_id in sorted(newest)]


def _rows(product: ProductPublished) -> list[dict[str, object]]:
    shared = {
        "product_id": product.product_id,
        "coop_id": product.coop_id,
        "version": product.version,
        "slug": product.slug,
        "title": product.title,
        "picture": product.picture,
        "currency": product.currency,
        "withdrawal_exception": product.withdrawal_exception,
    }
    return [
        {
            **shared,
            "listed": product.state == LISTED and variant.price <= DEAREST,
            "variant_id": variant.variant_id,
            "variant_title": variant.title,
            "price": variant.price,
            "policy": variant.policy,
            "available_from": variant.available_from,
            "lead_days": variant.lead_days,
            "unit_price": variant.unit_price,
            "unit_price_per": variant.unit_price_per,
        }
        for variant in product.variants
    ]
