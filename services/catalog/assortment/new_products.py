"""New products: how they begin, and how many of them are written by one statement."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import Insertion
from chassis.ids import new_id
from chassis.rows import Blank, hold_new
from services.catalog.assortment.draft import ProductDraft
from services.catalog.product import Product, Variant
from services.catalog.stock.journal import StockEntry
from services.catalog.stock.policy import StockPolicy

_PRODUCT = Blank(Product, slug="", version=0)
_VARIANT = Blank(Variant, reserved=0, stock_version=0, policy=StockPolicy.DENY, net_quantity="", price_per="")
_WRITE = Insertion(Product, Variant, StockEntry)


def new_product(draft: ProductDraft, coop_id: UUID, currency: str, now: datetime) -> Product:
    """Nameless still, and without variants."""
    return _PRODUCT.filled(
        product_id=new_id(),
        coop_id=coop_id,
        external_id=draft.external_id,
        title=draft.title,
        currency=currency,
        state=draft.state,
        created_at=now,
        updated_at=now,
        variants=[],
    )


def new_variant(product: Product) -> Variant:
    """What it is and costs is still to be told."""
    return _VARIANT.filled(variant_id=new_id(), product_id=product.product_id, earlier_prices=[])


async def write_new(session: AsyncSession, products: Sequence[Product], entries: Sequence[StockEntry]) -> None:
    """With their variants, and what the stock journal says of these; from here on the products are held."""
    if not products and not entries:
        return
    variants = [variant for product in products for variant in product.variants]
    await _WRITE.write(session, *([vars(one) for one in rows] for rows in (products, variants, entries)))
    hold_new(session, products)
