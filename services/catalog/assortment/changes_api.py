"""What changed since a cursor: of all that is for sale, and of a co-op's own assortment."""

import base64
import binascii
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from chassis.http import CurrentCaller, Reading
from chassis.paging import BadCursor
from services.catalog.assortment.changes import changes_since
from services.catalog.assortment.view import OwnProduct, own
from services.catalog.product_api import READ
from services.catalog.product_view import SHOWN, ProductView, is_public, shown
from services.catalog.shopfront import Shop

router = APIRouter(prefix="/api/v1", tags=["changes"])

_OCTETS = 8
_THESE = SHOWN + "WHERE p.product_id = ANY($1)"
Kind = Literal["listed", "withdrawn"]


class Change(BaseModel):
    """A product as it is now, or, `withdrawn`, that it is not for sale any more, whatever of it was known."""

    id: UUID
    change: Kind
    product: ProductView | None


class OwnChange(BaseModel):
    """The co-op's product as it is now, in whatever state; `withdrawn` is what shoppers cannot see."""

    id: UUID
    change: Kind
    product: OwnProduct


class Changes(BaseModel):
    """`next_cursor` is there on every page, the last one too: ask again with it. `more` says not to wait with that."""

    items: list[Change]
    next_cursor: str
    more: bool


class OwnChanges(BaseModel):
    """As `Changes`, of one co-op."""

    items: list[OwnChange]
    next_cursor: str
    more: bool


async def _position(cursor: Annotated[str | None, Query(max_length=50)] = None) -> int:
    if cursor is None:
        return 0
    try:
        told = base64.urlsafe_b64decode(cursor)
    except (binascii.Error, ValueError):
        told = b""
    position = int.from_bytes(told, signed=True)
    if len(told) != _OCTETS or position < 0:
        raise BadCursor("Take the next_cursor of the page before, or leave it out to begin anew.", field="cursor")
    return position


Since = Annotated[int, Depends(_position)]
Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("/changes")
async def changes(session: Reading, shop: Shop, since: Since, limit: Limit = 100) -> Changes:
    """Every product that changed since the cursor, once, as it is now; without a cursor, all there are.

    Told are products, prices, whether something is in stock, and whether a co-op may sell; no counts of stock: a sale
    that leaves some over is no change.
    """
    found, rows = await _read(session, since, None, limit)
    items = [
        Change.model_construct(id=row["product_id"], change=_kind(row), product=_public(row, shop)) for row in rows
    ]
    return Changes(items=items, next_cursor=_cursor(found, since, limit), more=len(found) > limit)


@router.get("/assortments/{coop_id}/changes")
async def own_changes(
    coop_id: UUID, session: Reading, caller: CurrentCaller, shop: Shop, since: Since, limit: Limit = 100
) -> OwnChanges:
    """As the changes of everything, for one co-op's own systems: drafts and archived products are told too."""
    caller.require_acting_for(coop_id, READ)
    found, rows = await _read(session, since, coop_id, limit)
    items = [
        OwnChange.model_construct(id=row["product_id"], change=_kind(row), product=own(row, shop.categories))
        for row in rows
    ]
    return OwnChanges(items=items, next_cursor=_cursor(found, since, limit), more=len(found) > limit)


async def _read(
    session: AsyncSession, since: int, coop: UUID | None, limit: int
) -> tuple[list[asyncpg.Record], list[asyncpg.Record]]:
    """The positions, one more than the limit where there are more; and the products of this page, in their order."""
    found = await changes_since(session, since, coop=coop, limit=limit + 1)
    ids = [row["product_id"] for row in found[:limit]]
    rows = {row["product_id"]: row for row in await fetch(session, _THESE, ids)} if ids else {}
    return found, [rows[one] for one in ids if one in rows]


def _kind(row: asyncpg.Record) -> Kind:
    return "listed" if is_public(row) else "withdrawn"


def _public(row: asyncpg.Record, shop: Shop) -> ProductView | None:
    return shown(row, shop.categories) if is_public(row) else None


def _cursor(found: list[asyncpg.Record], since: int, limit: int) -> str:
    last = found[:limit][-1]["position"] if found else since
    return base64.urlsafe_b64encode(int(last).to_bytes(_OCTETS, signed=True)).decode()
