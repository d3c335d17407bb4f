"""Tells the world what of a product the public may see, and only when that changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.outbox import publish
from services.catalog.events import ProductPublished, ProductWithdrawn, PublishedVariant
from services.catalog.labels.compared import compared
from services.catalog.labels.label import WithdrawalException
from services.catalog.product import Product, Variant
from services.catalog.stock.policy import StockPolicy

# What is worth telling: every other policy sells what is there.
_SOLD_AHEAD: Mapping[str, Literal["back_order", "made_to_order"]] = {
    StockPolicy.BACK_ORDER: "back_order",
    StockPolicy.MADE_TO_ORDER: "made_to_order",
}


@dataclass(frozen=True)
class Seen:
    """The public's view of a product, its version left aside; None while it is not listed."""

    product: ProductPublished | None

    @classmethod
    def of(cls, product: Product) -> "Seen":
        return cls(_published(product) if product.is_listed else None)


def announce(session: AsyncSession, product: Product, *, before: Seen, now: datetime) -> None:
    """Call it with the product's row locked, or new. What the public cannot see is nothing to talk about."""
    product.version += 1
    product.updated_at = now
    seen = Seen.of(product)
    if seen == before:
        return
    if seen.product:
        publish(session, seen.product.model_copy(update={"version": product.version}))
    else:
        variants = [variant.variant_id for variant in product.variants]
        publish(
            session,
            ProductWithdrawn(
                product_id=product.product_id, version=product.version, coop_id=product.coop_id, variant_ids=variants
            ),
        )


def _published(product: Product) -> ProductPublished:
    exception = (product.label or {}).get("withdrawal_exception")
    return ProductPublished(
        product_id=product.product_id,
        version=0,
        coop_id=product.coop_id,
        slug=product.slug,
        title=product.title,
        category=product.category,
        picture=product.picture,
        currency=product.currency,
        withdrawal_exception=WithdrawalException(exception) if exception else None,
        variants=[_published_variant(one, product.currency) for one in product.variants],
    )


def _published_variant(variant: Variant, currency: str) -> PublishedVariant:
    by_measure = compared(variant.price, currency, variant.net_quantity, variant.price_per)
    return PublishedVariant(
        variant_id=variant.variant_id,
        title=variant.title,
        sku=variant.sku,
        price=variant.price,
        tracked=variant.tracked,
        policy=_SOLD_AHEAD.get(variant.policy),
        available_from=variant.available_from,
        lead_days=variant.lead_days,
        unit_price=by_measure.price.amount if by_measure else None,
        unit_price_per=by_measure.per if by_measure else None,
    )
