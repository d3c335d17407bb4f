"""A co-op's assortment for its own systems: products by the ids that those know them by."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Path, Response
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import NotFound
from chassis.http import CurrentCaller, Now, Page, Reading, Transaction
from chassis.paging import Cursor, Limit, split
from services.catalog.assortment.archiving import list_again, withdraw
from services.catalog.assortment.assortment import Assortment
from services.catalog.assortment.draft import ProductState
from services.catalog.assortment.outcome import Outcome
from services.catalog.assortment.product_form import Label
from services.catalog.assortment.upsert import PutProduct
from services.catalog.assortment.view import OwnProduct, own, read_assortment, read_own
from services.catalog.product import Product
from services.catalog.product_api import READ, WRITE, ChangedMeanwhile, answer, edited, require_coop, require_current
from services.catalog.shopfront import Shop, Shopfront
from services.catalog.stock.bundling import NotAPart

router = APIRouter(prefix="/api/v1/assortments/{coop_id}", tags=["assortments"])

ExternalId = Annotated[Label, Path(description="The co-op's own id of the product, percent-encoded; slashes may stand")]
IfMatch = Annotated[str | None, Header(description="The ETag of what you have seen, to change nothing newer")]
ONE = "/products/{external_id:path}"


@router.get("/products")
async def page(
    coop_id: UUID,
    session: Reading,
    caller: CurrentCaller,
    shop: Shop,
    before: Cursor,
    state: ProductState | None = None,
    limit: Limit = 20,
) -> Page[OwnProduct]:
    """Newest first, drafts and archived ones included."""
    caller.require_acting_for(coop_id, READ)
    rows = await read_assortment(session, coop_id, state=state, before=before, limit=limit + 1)
    items, cursor = split([own(row, shop.categories) for row in rows], limit)
    return Page(items=items, next_cursor=cursor)


@router.get(ONE, responses={200: {"model": OwnProduct}})
async def show(coop_id: UUID, external_id: ExternalId, session: Reading, caller: CurrentCaller, shop: Shop) -> Response:
    caller.require_acting_for(coop_id, READ)
    return await _shown(session, shop, coop_id, external_id)


@router.put(ONE, responses={200: {"model": OwnProduct}, 201: {"model": OwnProduct}})
async def put(
    coop_id: UUID,
    external_id: ExternalId,
    body: PutProduct,
    session: Transaction,
    caller: CurrentCaller,
    shop: Shop,
    now: Now,
    if_match: IfMatch = None,
) -> Response:
    """Makes the product, or makes the one there is like this: whole, so that a variant left out is gone.

    Answers 201 or 200. Sent again it changes nothing, and its version stays.
    """
    caller.require_acting_for(coop_id, WRITE)
    await require_coop(session, coop_id)
    assortment = Assortment(coop_id, shop.currency, shop.categories, now, edited(caller))
    product = (await assortment.known(session, [external_id])).get(external_id)
    _require_seen(product, if_match)
    meant = body.meaning(product)
    draft = meant.draft(shop.currency, shop.categories, product, external_id=external_id)
    [done] = await assortment.put(session, [(draft, product)])
    if isinstance(done, NotAPart):
        raise done
    _, outcome = done
    await session.flush()
    return await _shown(session, shop, coop_id, external_id, status=201 if outcome is Outcome.NEW else 200)


@router.delete(ONE, status_code=204)
async def archive(
    coop_id: UUID,
    external_id: ExternalId,
    session: Transaction,
    caller: CurrentCaller,
    shop: Shop,
    now: Now,
    if_match: IfMatch = None,
) -> None:
    """Out of sale, and kept for the orders that have it; archiving it again changes nothing."""
    caller.require_acting_for(coop_id, WRITE)
    product = await _locked(
        session, Assortment(coop_id, shop.currency, shop.categories, now, edited(caller)), external_id
    )
    _require_seen(product, if_match)
    withdraw(session, product, now)


@router.post(f"{ONE}/restore", responses={200: {"model": OwnProduct}})
async def restore(
    coop_id: UUID, external_id: ExternalId, session: Transaction, caller: CurrentCaller, shop: Shop, now: Now
) -> Response:
    """Lists an archived product again as it was; doing so again changes nothing."""
    caller.require_acting_for(coop_id, WRITE)
    product = await _locked(
        session, Assortment(coop_id, shop.currency, shop.categories, now, edited(caller)), external_id
    )
    list_again(session, product, now)
    await session.flush()
    return await _shown(session, shop, coop_id, external_id)


async def _locked(session: AsyncSession, assortment: Assortment, external_id: str) -> Product:
    known = await assortment.known(session, [external_id])
    if external_id not in known:
        raise NotFound(f"The co-op has no product “{external_id}”.")
    return known[external_id]


def _require_seen(product: Product | None, if_match: str | None) -> None:
    if if_match is not None and product is None:
        raise ChangedMeanwhile("There is no such product. Leave If-Match out to make it.")
    if if_match is not None and product is not None:
        require_current(product, if_match)


async def _shown(
    session: AsyncSession, shop: Shopfront, coop_id: UUID, external_id: str, *, status: int = 200
) -> Response:
    row = await read_own(session, coop_id, external_id)
    if row is None:
        raise NotFound(f"The co-op has no product “{external_id}”.")
    return answer(own(row, shop.categories), status)
