"""Orders: placing one, looking at it, cancelling it."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from chassis.http import CurrentCaller, Now, Page, Reading, RoomDatabase, Transaction
from chassis.idempotency import Once
from chassis.paging import Cursor, Limit, split
from services.orders.api.dependencies import OrdersSettings, OrderViewer, Principal
from services.orders.api.given import OrderToPlace
from services.orders.api.shown import OrderShown
from services.orders.basket_prices import read_basket
from services.orders.cancelling import cancel
from services.orders.checkout import place
from services.orders.order import DECIDED, PAID_OR_OVER
from services.orders.order_queries import find_order, lock_order, orders_page
from services.orders.waiting import find_order_after

router = APIRouter(prefix="/api/v1/orders", tags=["orders"])

_AWAITED = {"decided": DECIDED, "paid": PAID_OR_OVER}


@router.post("", status_code=201, response_model=OrderShown)
async def place_order(
    wanted: OrderToPlace, session: Transaction, once: Once, buyer: Principal, settings: OrdersSettings, now: Now
) -> Response:
    answer = await once.begin(session)
    if answer is not None:
        return answer
    basket = await read_basket(
        session,
        buyer,
        currency=settings.currency,
        default_country=settings.default_country,
        country=wanted.address.country,
    )
    order = await place(session, basket, wanted.recipient(), shown=wanted.total, least=settings.smallest_total, now=now)
    return await once.finish(session, 201, OrderShown.of(order))


@router.get("")
async def list_orders(
    session: Reading,
    caller: CurrentCaller,
    before: Cursor,
    limit: Limit = 20,
    scope: Annotated[Literal["mine", "all"], Query(description="all is for operators")] = "mine",
) -> Page[OrderShown]:
    if scope == "all":
        caller.require_operator()
    buyer = None if scope == "all" else caller.require_principal()
    found = await orders_page(session, buyer=buyer, before=before, limit=limit + 1)
    orders, next_cursor = split(found, limit)
    return Page(items=[OrderShown.of(order) for order in orders], next_cursor=next_cursor)


@router.get("/{order_id}")
async def show(
    order_id: UUID,
    database: RoomDatabase,
    viewer: OrderViewer,
    wait: Annotated[bool, Query(description="wait up to a second for the word on the goods")] = False,
    until: Annotated[Literal["decided", "paid"], Query(description="paid waits for the payment too")] = "decided",
) -> OrderShown:
    if wait:
        return OrderShown.of(await find_order_after(_AWAITED[until], database, order_id, viewer))
    return OrderShown.of(await find_order(database, order_id, viewer))


@router.post("/{order_id}/cancel")
async def cancel_order(order_id: UUID, session: Transaction, viewer: OrderViewer) -> OrderShown:
    order = await lock_order(session, order_id, viewer)
    await cancel(session, order)
    return OrderShown.of(order)
