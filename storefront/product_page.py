"""The page of one product, drawn for those who look at it and for those whose choice was refused."""

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from storefront.forms import Form
from storefront.hints import SIGNED_IN
from storefront.visit import Visit
from storefront.wire.desk import Me
from storefront.wire.goods import Picture, Product, Variant

MOST: Final = 99  # of one thing; orders takes no more
TOLD: Final = {
    "asked": "Please look into your mail: there is a question for you. Nothing else is sent before you have answered.",
    "wished": "You get one mail, once it can be bought again.",
}


async def drawn(
    visit: Visit,
    product: Product,
    *,
    status: int = 200,
    quantity: str = "1",
    message: str = "",
    variant: str = "",
    wish: Form | None = None,
) -> Response:
    """Beside the offer stands who makes it. What is shown first is the `variant` that was asked for, if any."""
    seller = await visit.shop.sellers.of(visit.api, product.coop.slug)
    if wish is None and product.sold_out:
        wish = await wish_form(visit)
    return visit.render(
        "product.html",
        status=status,
        product=product,
        chosen=(chosen := product.variant(variant)),
        pictures=gallery(product, chosen),
        seller=seller,
        quantity=quantity,
        message=message,
        most=MOST,
        wish=wish,
        told=TOLD.get(visit.query("told"), ""),
    )


def gallery(product: Product, chosen: Variant | None) -> Sequence[Picture]:
    """What shows the chosen one comes first."""
    own = product.pictures_of(chosen) if chosen else ()
    return (*own, *(one for one in product.pictures if one not in own))


async def wish_form(visit: Visit) -> Form:
    """With the address of whoever is signed in."""
    if not visit.request.cookies.get(SIGNED_IN):
        return Form()
    return Form({"email": (await visit.api.get(Me, "me")).email or ""})
