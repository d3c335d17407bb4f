"""Small cookies that let the header be drawn without an API call; they are looks only and decide nothing."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

BASKET = "tl_basket"
SIGNED_IN = "tl_signed_in"
ROLES = {"account": "account", "seller": "seller", "operator": "operator"}
A_MONTH = 30 * 24 * 3600


@dataclass(frozen=True)
class Header:
    """What the header says: how many things are in the basket, and as what the visitor signed in here."""

    basket: int
    role: str

    @property
    def signed_in(self) -> bool:
        return bool(self.role)

    @property
    def sells(self) -> bool:
        return self.role == "seller"

    @property
    def operator(self) -> bool:
        return self.role == "operator"


def header_for(request: Request, in_basket: int | None = None) -> Header:
    """`in_basket` is what a page has just seen in the basket; the others go by the cookie."""
    count = request.cookies.get(BASKET, "")
    remembered = int(count) if count.isascii() and count.isdigit() and len(count) < 5 else 0
    return Header(
        basket=remembered if in_basket is None else in_basket, role=ROLES.get(request.cookies.get(SIGNED_IN, ""), "")
    )


def remember(response: Response, name: str, value: str, *, secure: bool) -> None:
    if value:
        response.set_cookie(name, value, max_age=A_MONTH, httponly=True, samesite="lax", secure=secure)
    else:
        response.delete_cookie(name, httponly=True, samesite="lax", secure=secure)
