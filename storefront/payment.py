"""Paying: opens the order's one charge and leads to where the card is typed, never through this house."""

from typing import Final

from starlette.responses import Response

from storefront.api import Problem
from storefront.visit import CSP, Visit
from storefront.wire.orders import OpenCharge
from storefront.words import said

# The card is typed into Stripe's own frame: this page alone may load it.
STRIPE_CSP: Final = (
    CSP.replace("script-src 'self'", "script-src 'self' https://js.stripe.com")
    .replace("connect-src 'self'", "connect-src 'self' https://api.stripe.com")
    .replace("img-src 'self'", "img-src 'self' https://*.stripe.com")
    + "; frame-src https://js.stripe.com https://hooks.stripe.com"
)
TEST_CARDS: Final = (
    ("4242 4242 4242 4242", "is accepted"),
    ("4000 0000 0000 0002", "is declined"),
    ("4000 0025 0000 3155", "asks you to confirm first"),
)


async def pay(visit: Visit) -> Response:
    order_id, token = visit.part("id"), visit.query("token")
    try:
        charge = await visit.api.post(OpenCharge, "charges", order_id, "open")
    except Problem as problem:
        if problem.code == "not_yet":
            return visit.render("pay_not_yet.html", order_id=order_id, token=token)
        if problem.status in {401, 403, 404}:
            return visit.problem_page(404, "An order can be paid only from the browser or the account that placed it.")
        if problem.status == 409:
            return visit.render("problem.html", status=409, heading="Nothing to pay", sentence=said(problem), code=409)
        raise
    if charge.pay_url:
        return visit.render("pay_sandbox.html", charge=charge, order_id=order_id, token=token, cards=TEST_CARDS)
    return_url = f"{visit.settings.public_url.rstrip('/')}/orders/{order_id}" + (f"?token={token}" if token else "")
    return visit.render(
        "pay.html", csp=STRIPE_CSP, charge=charge, order_id=order_id, token=token, return_url=return_url
    )
