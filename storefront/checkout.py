"""Checkout: one form, one total, one order however often the button is pressed."""

from typing import Final
from uuid import uuid4

from starlette.responses import Response

from storefront.api import Problem
from storefront.basket import basket_page
from storefront.forms import Form, whole_number
from storefront.hints import BASKET, remember
from storefront.visit import Visit
from storefront.wire.desk import Me
from storefront.wire.orders import Basket, Order

WANTED: Final = {
    "email": "Give an e-mail address; the confirmation goes there.",
    "name": "Give the name for the parcel.",
    "line1": "Give the street and house number.",
    "city": "Give the town.",
    "postcode": "Give the postcode.",
    "country": "Choose a country.",
}
SHOW_THE_BASKET: Final = frozenset({"basket_empty", "basket_stale", "does_not_deliver"})


async def show(visit: Visit) -> Response:
    basket = await visit.api.get(Basket, "basket")
    if not basket.can_checkout:
        return visit.redirect("/basket")
    form = Form({"country": basket.country or ""})
    if visit.request.cookies.get("tl_signed_in"):
        me = await visit.api.get(Me, "me")
        form.values.update(email=me.email or "", name=me.name or "")
    return drawn(visit, basket, form)


async def place(visit: Visit) -> Response:
    form = await visit.form()
    form.need(WANTED)
    if form.errors:
        form.message = "Please check the fields marked below."
        return drawn(visit, await visit.api.get(Basket, "basket"), form, key=form["key"], status=422)
    try:
        order = await visit.api.post(Order, "orders", body=order_in(form), idempotency_key=form["key"] or new_key())
    except Problem as problem:
        return await refused(visit, form, problem)
    response = visit.redirect(f"/orders/{order.id}", wait="1")
    remember(response, BASKET, "", secure=visit.settings.secure)
    return response


async def refused(visit: Visit, form: Form, problem: Problem) -> Response:
    """After a clear refusal the next try is a new order; after an unclear one it must be the same."""
    if problem.status == 401:
        raise problem
    if problem.code == "idempotency_key_reused":
        return visit.redirect("/orders")
    form.take(problem)
    key = form["key"] if problem.outcome_is_unknown else new_key()
    basket = await basket_for(visit, form["country"])
    if problem.code in SHOW_THE_BASKET or not basket.lines:
        return basket_page(visit, basket, status=409, message=form.message)
    return drawn(visit, basket, form, key=key, status=problem.status)


async def basket_for(visit: Visit, country: str) -> Basket:
    """Delivery goes by the country on the form; in another tab the basket may have been given another one."""
    basket = await visit.api.get(Basket, "basket")
    if not country or country == basket.country:
        return basket
    try:
        return Basket.model_validate_json(await visit.api.call("PUT", "basket", body={"country": country}))
    except Problem as problem:
        if problem.status != 422:
            raise
        return basket


def drawn(visit: Visit, basket: Basket, form: Form, *, key: str = "", status: int = 200) -> Response:
    visit.in_basket = basket.count
    return visit.render("checkout.html", status=status, basket=basket, form=form, key=key or new_key())


def order_in(form: Form) -> dict[str, object]:
    return {
        "email": form["email"],
        "name": form["name"],
        "address": {name: form[name] for name in ("line1", "line2", "city", "postcode", "country")},
        "total": {"amount": whole_number(form["total"]) or 0, "currency": form["currency"]},
    }


def new_key() -> str:
    return uuid4().hex
