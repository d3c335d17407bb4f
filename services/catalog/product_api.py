"""Products over HTTP: for everybody to read, for a co-op's staff and its own systems to change."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.alone import take_alone
from chassis.auth import Caller
from chassis.errors import Conflict, DomainError, NotFound
from chassis.http import CurrentCaller, Now, Page, Reading, Transaction
from chassis.paging import Cursor, Limit, split
from services.catalog.assortment.archiving import list_again, withdraw
from services.catalog.assortment.assortment import Assortment
from services.catalog.assortment.product_form import ProductForm
from services.catalog.categories import Categories
from services.catalog.coop import Coop
from services.catalog.product import Product
from services.catalog.product_view import ProductView, is_listed, is_public, read_page, read_product, shown
from services.catalog.shopfront import Shop
from services.catalog.stock.journal import Cause, Change

router = APIRouter(prefix="/api/v1/products", tags=["products"])

READ, WRITE = "catalog:read", "catalog:write"


class IfMatchMissing(DomainError):
    status, code, title = 428, "if_match_missing", "Say which version you are changing"


class ChangedMeanwhile(DomainError):
    status, code, title = 412, "changed_meanwhile", "Somebody changed this product meanwhile"


class CoopUnavailable(NotFound):
    code = "coop_unavailable"
    title = "The co-op is not selling at the moment"


class CoopUnknown(Conflict):
    code = "coop_unknown"
    title = "This co-op is not known here yet"


class ExternalIdTaken(Conflict):
    code = "external_id_taken"
    title = "Another product of the co-op has this id"


@router.get("/{key}", responses={200: {"model": ProductView}})
async def show(key: str, session: Reading, caller: CurrentCaller, shop: Shop) -> Response:
    """By id or slug. What is not for sale is there for its co-op's staff alone; that its co-op may not sell is said."""
    row = await read_product(session, key[:255].replace("\0", ""))
    if row is not None and (is_public(row) or caller.may_act_for(row["coop_id"], READ)):
        return answer(shown(row, shop.categories, own=caller.may_act_for(row["coop_id"], READ)))
    if row is not None and is_listed(row):
        # What it is called is not told: the goods may be why their co-op was stopped.
        coop = {"slug": row["coop_slug"], "name": row["coop_name"]}
        raise CoopUnavailable(f"{row['coop_name']} is not selling at the moment, so this cannot be bought.", coop=coop)
    raise NotFound("There is no such product, or it is no longer for sale.")


@router.get("")
async def page(
    session: Reading, caller: CurrentCaller, shop: Shop, before: Cursor, coop_id: UUID | None = None, limit: Limit = 20
) -> Page[ProductView]:
    everything = coop_id is not None and caller.may_act_for(coop_id, READ)
    rows = await read_page(session, coop=coop_id, everything=everything, before=before, limit=limit + 1)
    items, cursor = split([shown(row, shop.categories, own=everything) for row in rows], limit)
    return Page(items=items, next_cursor=cursor)


@router.post("", status_code=201, responses={201: {"model": ProductView}})
async def create(form: ProductForm, session: Transaction, caller: CurrentCaller, shop: Shop, now: Now) -> Response:
    caller.require_acting_for(form.coop_id, WRITE)
    draft = form.draft(shop.currency, shop.categories, external_id=form.external_id)
    await require_coop(session, form.coop_id)
    if draft.external_id is not None:
        await _require_free(session, form.coop_id, draft.external_id)
    assortment = Assortment(form.coop_id, shop.currency, shop.categories, now, edited(caller))
    product = await assortment.add(session, draft)
    return await changed(session, product, shop.categories, status=201)


@router.put("/{product_id}", responses={200: {"model": ProductView}})
async def change(
    product_id: UUID,
    form: ProductForm,
    session: Transaction,
    caller: CurrentCaller,
    shop: Shop,
    now: Now,
    if_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The whole product as it shall be; a variant that is left out is gone."""
    product = await locked(session, product_id, caller)
    require_current(product, if_match)
    draft = form.draft(product.currency, shop.categories, product)
    assortment = Assortment(product.coop_id, product.currency, shop.categories, now, edited(caller))
    await assortment.change(session, draft, product)
    return await changed(session, product, shop.categories)


@router.delete("/{product_id}", status_code=204)
async def archive(
    product_id: UUID,
    session: Transaction,
    caller: CurrentCaller,
    now: Now,
    if_match: Annotated[str | None, Header()] = None,
) -> None:
    """Out of sale, and kept for the orders that have it; archiving it again changes nothing."""
    product = await locked(session, product_id, caller)
    if if_match is not None:
        require_current(product, if_match)
    withdraw(session, product, now)


@router.post("/{product_id}/restore", responses={200: {"model": ProductView}})
async def restore(product_id: UUID, session: Transaction, caller: CurrentCaller, shop: Shop, now: Now) -> Response:
    """Lists an archived product again as it was; doing so again changes nothing."""
    product = await locked(session, product_id, caller)
    list_again(session, product, now)
    return await changed(session, product, shop.categories)


def edited(caller: Caller) -> Cause:
    return Cause(Change.EDITED, caller.id)


async def require_coop(session: AsyncSession, coop_id: UUID) -> None:
    """Staff may come before the news of their co-op does."""
    if await session.get(Coop, coop_id) is None:
        raise CoopUnknown("The catalogue has not heard of this co-op yet. Please try again in a moment.")


async def _require_free(session: AsyncSession, coop_id: UUID, external_id: str) -> None:
    await take_alone(session, [f"{coop_id}/{external_id}"])
    same = select(Product.product_id).where(Product.coop_id == coop_id, Product.external_id == external_id)
    if await session.scalar(same):
        raise ExternalIdTaken(f"“{external_id}” is taken.", field="external_id")


async def locked(session: AsyncSession, product_id: UUID, caller: Caller) -> Product:
    """Locks the product before its variants, those in id order."""
    product = await session.get(Product, product_id, with_for_update=True)
    if product is None:
        raise NotFound("There is nothing here, or it is not yours")
    caller.require_acting_for(product.coop_id, WRITE)
    await Assortment.lock_variants(session, [product])
    return product


def require_current(product: Product, if_match: str | None) -> None:
    if if_match is None:
        raise IfMatchMissing("Send the product's ETag as If-Match, so that nobody's change is lost.")
    if if_match not in {etag(product.version), "*"}:
        raise ChangedMeanwhile("Please look at it again and repeat your change.", version=product.version)


async def changed(session: AsyncSession, product: Product, categories: Categories, status: int = 200) -> Response:
    await session.flush()
    row = await read_product(session, str(product.product_id))
    return answer(shown(row, categories, own=True), status)


def answer(view: ProductView, status: int = 200) -> Response:
    body = view.__pydantic_serializer__.to_json(view)
    return Response(body, status, {"ETag": etag(view.version)}, media_type="application/json")


def etag(version: int) -> str:
    return f'"{version}"'
