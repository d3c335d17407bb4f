"""The price book: what every variant costs and whether it is for sale, kept up from what catalog says."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import String, bindparam, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

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


_TABLE = PricedVariant.metadata.tables[PricedVariant.__tablename__]
_COLUMNS = [column.name for column in _TABLE.columns]
_newer = _TABLE.alias("newer")
# An older version never overwrites a newer one, nor brings back a variant that the newer one no longer had.
_entries = insert(_TABLE).from_select(
    _COLUMNS,
    select(*(bindparam(column.name, type_=column.type) for column in _TABLE.columns)).where(
        ~exists().where(_newer.c.product_id == bindparam("product_id"), _newer.c.version > bindparam("version"))
    ),
)
_WRITE = _entries.on_conflict_do_update(
    index_elements=["variant_id"],
    set_={name: _entries.excluded[name] for name in _COLUMNS if name != "variant_id"},
    where=_TABLE.c.version < _entries.excluded.version,
)

# What a newer version of its product no longer mentions is gone.
_DROP = (
    update(_TABLE)
    .where(_TABLE.c.product_id == bindparam("gone_from"), _TABLE.c.version < bindparam("as_of"))
    .values(listed=False, version=bindparam("as_of"))
)


async def record_published(session: AsyncSession, facts: Sequence[ProductPublished]) -> None:
    """A whole run of products in two statements."""
    products = _newest(facts)
    rows = [row for product in products for row in _rows(product)]
    connection = await session.connection()
    if rows:
        await connection.execute(_WRITE, rows)
    await connection.execute(_DROP, [{"gone_from": fact.product_id, "as_of": fact.version} for fact in products])


async def record_withdrawn(session: AsyncSession, facts: Sequence[ProductWithdrawn]) -> None:
    connection = await session.connection()
    gone = [{"gone_from": fact.product_id, "as_of": fact.version} for fact in facts]
    await connection.execute(_DROP, gone)


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
