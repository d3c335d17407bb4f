"""Taking a product off sale for as long as its co-op likes, and listing it again."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import Conflict
from services.catalog.announcing import Seen, announce
from services.catalog.assortment.draft import ProductState
from services.catalog.product import Product
from services.catalog.search.indexing import index


class NotArchived(Conflict):
    code = "not_archived"
    title = "This product is not archived"


def withdraw(session: AsyncSession, product: Product, now: datetime) -> None:
    """With the product locked. It is kept for the orders that have it; archiving it again changes nothing."""
    _move(session, product, ProductState.ARCHIVED, now)


def list_again(session: AsyncSession, product: Product, now: datetime) -> None:
    """With the product locked. Listing again what is listed changes nothing; raises NotArchived for a draft."""
    if product.state == ProductState.DRAFT:
        raise NotArchived("It is a draft. List it by sending the product with the state “listed”.", field="state")
    _move(session, product, ProductState.LISTED, now)


def _move(session: AsyncSession, product: Product, state: ProductState, now: datetime) -> None:
    if product.state == state:
        return
    before = Seen.of(product)
    product.state = state
    announce(session, product, before=before, now=now)
    index(session, [product.product_id])
