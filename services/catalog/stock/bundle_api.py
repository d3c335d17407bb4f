"""What a variant is made of, over HTTP: set by itself, without the rest of its product."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from chassis.errors import NotFound
from chassis.http import CurrentCaller, Now, Transaction
from services.catalog.assortment.assortment import Assortment
from services.catalog.assortment.product_form import PartForm
from services.catalog.product import Variant
from services.catalog.product_api import changed, edited, locked, require_current
from services.catalog.product_view import ProductView
from services.catalog.shopfront import Shop
from services.catalog.stock.policy import MOST_PARTS, StockPolicy

router = APIRouter(prefix="/api/v1/stock", tags=["stock"])


class Parts(BaseModel):
    model_config = ConfigDict(extra="forbid")

    parts: Annotated[list[PartForm], Field(max_length=MOST_PARTS)]


@router.put("/{variant_id}/parts", responses={200: {"model": ProductView}})
async def put_parts(
    variant_id: UUID,
    told: Parts,
    session: Transaction,
    caller: CurrentCaller,
    shop: Shop,
    now: Now,
    if_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Makes a bundle of the variant, which then keeps no stock of its own; without parts it is something by itself.

    `If-Match` is the ETag of its product, which is answered.
    """
    product_id = await session.scalar(select(Variant.product_id).where(Variant.variant_id == variant_id))
    if product_id is None:
        raise NotFound("There is nothing here, or it is not yours")
    product = await locked(session, product_id, caller)
    require_current(product, if_match)
    nth = next((nth for nth, one in enumerate(product.variants) if one.variant_id == variant_id), None)
    if nth is None:
        raise NotFound("It was taken away this moment.")
    if told.parts or product.variants[nth].policy == StockPolicy.BUNDLE:
        assortment = Assortment(product.coop_id, product.currency, shop.categories, now, edited(caller))
        await assortment.bundle(session, product, nth, [part.draft() for part in told.parts])
    return await changed(session, product, shop.categories)
