"""Consignments: what the co-op that is asking has to pack, and what it has sent."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.http import CurrentCaller, Now, Page, Reading, Transaction
from chassis.paging import Cursor, Limit, split
from services.orders.api.given import ParcelGiven
from services.orders.api.shown import ConsignmentToPack
from services.orders.consignment import ConsignmentState
from services.orders.shipping import consignments_page, find_consignment, ship

router = APIRouter(prefix="/api/v1/consignments", tags=["consignments"])


@router.get("")
async def list_consignments(
    coop_id: UUID,
    session: Reading,
    caller: CurrentCaller,
    before: Cursor,
    state: Annotated[ConsignmentState | None, Query()] = None,
    limit: Limit = 20,
) -> Page[ConsignmentToPack]:
    caller.require_acting_for(coop_id, "orders:read")
    found = await consignments_page(session, coop_id, state=state, before=before, limit=limit + 1)
    parts, next_cursor = split(found, limit)
    return Page(items=[ConsignmentToPack.for_coop(part, part.order) for part in parts], next_cursor=next_cursor)


@router.get("/{consignment_id}")
async def show(consignment_id: UUID, session: Reading, caller: CurrentCaller) -> ConsignmentToPack:
    consignment = await find_consignment(session, consignment_id)
    caller.require_acting_for(consignment.coop_id, "orders:read")
    return ConsignmentToPack.for_coop(consignment, consignment.order)


@router.post("/{consignment_id}/ship")
async def ship_consignment(
    consignment_id: UUID, parcel: ParcelGiven, session: Transaction, caller: CurrentCaller, now: Now
) -> ConsignmentToPack:
    consignment = await find_consignment(session, consignment_id)
    caller.require_acting_for(consignment.coop_id, "orders:write")
    order = await ship(session, consignment, parcel.parcel(), now)
    return ConsignmentToPack.for_coop(consignment, order)
