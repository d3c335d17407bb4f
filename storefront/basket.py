"""The basket: one per visitor, grouped by the co-op that will pack it."""

from starlette.responses import Response

from storefront import product_page
from storefront.api import Problem
from storefront.forms import Form
from storefront.hints import BASKET, remember
from storefront.product_page import MOST
from storefront.visit import Visit, local_path
from storefront.wire.goods import Product
from storefront.wire.orders import Basket
from storefront.words import said


async def show(visit: Visit) -> Response:
    basket = await visit.api.get(Basket, "basket")
    return basket_page(visit, basket, added=visit.query("added"), removed=visit.query("removed"))


async def add(visit: Visit) -> Response:
    form = await visit.form()
    quantity = form.whole("quantity", at_least=1, at_most=MOST)
    if not form["variant_id"]:
        form.errors["variant_id"] = "Please choose one."
    if form.errors or quantity is None:
        return await product_again(visit, form, " ".join(form.errors.values()))
    try:
        await visit.api.call("POST", "basket", "lines", body={"variant_id": form["variant_id"], "quantity": quantity})
    except Problem as problem:
        if problem.outcome_is_unknown or not form["slug"]:
            raise
        if problem.code == "coop_unavailable":
            return await again(visit, said(problem))
        return await product_again(visit, form, said(problem))
    return visit.redirect("/basket", added=form["title"][:120])


async def product_again(visit: Visit, form: Form, message: str) -> Response:
    product = await visit.api.get(Product, "products", form["slug"])
    return await product_page.drawn(
        visit, product, status=422, quantity=form["quantity"], message=message, variant=form["variant_id"]
    )


async def change_line(visit: Visit) -> Response:
    form = await visit.form()
    if form["remove"]:
        form.values["quantity"] = "0"
    quantity = form.whole("quantity", at_most=MOST)
    if quantity is None:
        return await again(visit, form.errors["quantity"])
    variant = visit.part("variant")
    back = f"/basket#line-{variant}" if quantity else "/basket?removed=1"
    return await changed(visit, "lines", variant, body={"quantity": quantity}, back=back)


async def change_country(visit: Visit) -> Response:
    form = await visit.form()
    return await changed(visit, body={"country": form["country"]}, back=local_path(form["back"], "/basket#total"))


async def changed(visit: Visit, *path: str, body: dict[str, object], back: str) -> Response:
    """Leads back to what was changed, where keyboards and screen readers go on."""
    try:
        await visit.api.call("PUT", "basket", *path, body=body)
    except Problem as problem:
        if problem.outcome_is_unknown or problem.status == 401:
            raise
        return await again(visit, said(problem))
    return visit.redirect(back)


async def again(visit: Visit, message: str) -> Response:
    return basket_page(visit, await visit.api.get(Basket, "basket"), status=422, message=message)


def basket_page(
    visit: Visit, basket: Basket, *, status: int = 200, message: str = "", added: str = "", removed: str = ""
) -> Response:
    visit.in_basket = basket.count
    response = visit.render(
        "basket.html", status=status, basket=basket, message=message, added=added, removed=removed, most=MOST
    )
    remember(response, BASKET, str(basket.count or ""), secure=visit.settings.secure)
    return response
