"""Being told when something is back: asked for beside what is sold out, answered and stopped by links in mails."""

from collections.abc import Awaitable
from urllib.parse import quote

from starlette.responses import Response

from storefront import product_page
from storefront.api import Problem
from storefront.forms import Form
from storefront.own_account import is_taken
from storefront.visit import Visit
from storefront.wire.goods import Product, WishTaken


async def ask(visit: Visit) -> Response:
    form = await visit.form()
    form.need({"variant_id": "Please choose one.", "email": "Give an e-mail address."})
    if form.errors:
        return await again(visit, form, 422)
    body = {"variant_id": form["variant_id"], "email": form["email"]}
    try:
        taken = await visit.api.post(WishTaken, "wishes", body=body)
    except Problem as problem:
        if problem.outcome_is_unknown or problem.status == 401:
            raise
        form.take(problem)
        return await again(visit, form, problem.status)
    told = "asked" if taken.asks_first else "wished"
    return visit.redirect(f"/products/{quote(form['slug'], safe='')}", told=told)


async def again(visit: Visit, form: Form, status: int) -> Response:
    product = await visit.api.get(Product, "products", form["slug"])
    return await product_page.drawn(visit, product, status=status, variant=form["variant_id"], wish=form)


async def question(visit: Visit) -> Response:
    """Only a button answers it: programs that look through mails open links, and press nothing."""
    return drawn(visit, Form(), stops=False)


async def confirm(visit: Visit) -> Response:
    return await done(visit, visit.api.call("POST", "wishes", visit.part("token"), "confirm"), stops=False)


async def stop_form(visit: Visit) -> Response:
    return drawn(visit, Form(), stops=True)


async def stop(visit: Visit) -> Response:
    return await done(visit, visit.api.call("DELETE", "wishes", visit.part("token")), stops=True)


async def done(visit: Visit, call: Awaitable[bytes], *, stops: bool) -> Response:
    form = Form()
    if await is_taken(form, call):
        return drawn(visit, form, stops=stops, is_done=True)
    return drawn(visit, form, stops=stops, status=422)


def drawn(visit: Visit, form: Form, *, stops: bool, is_done: bool = False, status: int = 200) -> Response:
    token = visit.part("token")
    return visit.render("tell_me.html", status=status, form=form, token=token, stops=stops, is_done=is_done)
