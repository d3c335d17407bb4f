"""The page of one product, drawn for those who look at it and for those whose choice was refused."""

from typing import Final

from starlette.responses import Response

from storefront.visit import Visit
from storefront.wire.goods import Product

MOST: Final = 99  # of one thing; orders takes no more


async def drawn(
    visit: Visit, product: Product, *, status: int = 200, quantity: str = "1", message: str = ""
) -> Response:
    """Beside the offer stands who makes it."""
    seller = await visit.shop.sellers.of(visit.api, product.coop.slug)
    return visit.render(
        "product.html", status=status, product=product, seller=seller, quantity=quantity, message=message, most=MOST
    )
