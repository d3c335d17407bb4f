"""An order as its buyer follows it, from the click to the parcels."""

from typing import Final

from starlette.responses import Response

from storefront.api import Problem
from storefront.card_words import card_words
from storefront.forms import whole_number
from storefront.visit import Visit
from storefront.wire import Page
from storefront.wire.orders import Charge, Order
from storefront.words import said

LOOKS_AGAIN: Final = 60  # times a page refreshes itself before it leaves that to the reader
NOT_TO_BE_SEEN: Final = frozenset({401, 403, 404, 409})  # not there yet, or another browser's


async def mine(visit: Visit) -> Response:
    page = await visit.api.get(Page[Order], "orders", cursor=visit.query("cursor"))
    return visit.render("orders.html", page=page)


async def show(visit: Visit) -> Response:
    order = await order_asked_for(visit, wait="1" if visit.query("wait") else None)
    tries = whole_number(visit.query("tries")) or 0
    # Said on the way back from the card, so it is newer than any failure that payments has heard of.
    confirming = visit.query("redirect_status") == "succeeded" and order.can_pay and tries < LOOKS_AGAIN
    failure = await payment_failure(visit, order) if order.can_pay and not confirming else None
    looks_again = confirming or (order.is_undecided and tries < LOOKS_AGAIN)
    refresh, token = again_at(visit, tries + 1) if looks_again else None, visit.query("token")
    return visit.render("order.html", order=order, token=token, confirming=confirming, failure=failure, refresh=refresh)


async def order_asked_for(visit: Visit, wait: str | None = None) -> Order:
    return await visit.api.get(Order, "orders", visit.part("id"), wait=wait, token=visit.query("token"))


async def payment_failure(visit: Visit, order: Order) -> str | None:
    try:
        failure = (await visit.api.get(Charge, "charges", order.id)).failure
        return card_words(failure) if failure else None
    except Problem as problem:
        if problem.status in NOT_TO_BE_SEEN:
            return None
        raise


def again_at(visit: Visit, tries: int) -> str:
    url = visit.request.url.include_query_params(wait=1, tries=tries)
    return f"{url.path}?{url.query}"


async def ask_to_cancel(visit: Visit) -> Response:
    order = await order_asked_for(visit)
    if not order.can_cancel:
        return visit.redirect(f"/orders/{order.id}", token=visit.query("token"))
    return visit.render("order_cancel.html", order=order, token=visit.query("token"), message="")


async def cancel(visit: Visit) -> Response:
    token = visit.query("token")
    try:
        await visit.api.call("POST", "orders", visit.part("id"), "cancel", params={"token": token})
    except Problem as problem:
        if problem.status != 409:
            raise
        order = await order_asked_for(visit)
        return visit.render("order_cancel.html", status=409, order=order, token=token, message=said(problem))
    return visit.redirect(f"/orders/{visit.part('id')}", wait="1", token=token)
