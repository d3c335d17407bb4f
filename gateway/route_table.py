"""Which room answers what: the first path segment after /api/v1 picks it, and almost everything else is a page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

API = "/api/v1/"
OWN_ROOM = "gateway"
PAGES = "storefront"
SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


class Guests(StrEnum):
    """When a visitor whom nobody knows yet becomes a guest, a principal with an id of their own."""

    NEVER = "never"
    WHEN_THEY_ACT = "when they act"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Route:
    """`strict` names the tighter limit that guards POST and PUT; `large` lets an upload through."""

    room: str
    guests: Guests = Guests.NEVER
    strict: str | None = None
    large: bool = False
    # Where reading is the effort, the tighter limit guards reading as well.
    strict_reading: bool = False
    # News from a machine, signed in its own way: no browser is involved, so no browser's rules apply.
    from_machines: bool = False

    def tighter_limit(self, method: str) -> str | None:
        """The one that this request counts for too, if any."""
        return self.strict if self.strict_reading or method in ("POST", "PUT") else None


SEGMENTS: Mapping[str, Route] = {
    "accounts": Route(OWN_ROOM, strict="sign_in"),
    "sessions": Route(OWN_ROOM, strict="sign_in"),
    "me": Route(OWN_ROOM),
    "address-verifications": Route(OWN_ROOM),
    "password-resets": Route(OWN_ROOM, strict="reset"),
    "keys": Route(OWN_ROOM),
    "factors": Route(OWN_ROOM),
    "products": Route("catalog"),
    "stock": Route("catalog"),
    "search": Route("catalog"),
    "suggest": Route("catalog"),
    "places": Route("catalog"),
    "categories": Route("catalog"),
    "changes": Route("catalog"),
    "assortments": Route("catalog", large=True),
    "certifications": Route("catalog"),
    "imports": Route("catalog", large=True),
    "exports": Route("catalog"),
    "pictures": Route("catalog", large=True),
    "applications": Route("producers", large=True),
    "coops": Route("producers"),
    "invitations": Route("producers"),
    "appeals": Route("producers"),
    "audit": Route("producers"),
    "verify": Route("producers"),
    "basket": Route("orders", guests=Guests.ALWAYS),
    "orders": Route("orders", guests=Guests.ALWAYS),
    "consignments": Route("orders"),
    "deliveries": Route("orders"),
    "wishes": Route("orders", guests=Guests.WHEN_THEY_ACT, strict="wish"),
    "charges": Route("payments", guests=Guests.WHEN_THEY_ACT),
    "payees": Route("payments"),
    "ledger": Route("payments"),
    "webhooks": Route("payments", from_machines=True),
}

PATHS: Mapping[str, Route] = {
    "/sitemap.xml": Route("catalog"),
    "/feeds/new.xml": Route("catalog"),
    "/feeds/merchant.xml": Route("catalog", strict="feed", strict_reading=True),
    "/health": Route(OWN_ROOM),
    "/health/live": Route(OWN_ROOM),
    "/health/ready": Route(OWN_ROOM),
    "/api/openapi.json": Route(OWN_ROOM),
    "/api/docs": Route(OWN_ROOM),
    "/api/docs.css": Route(OWN_ROOM),
}

_SITEMAPS = "/sitemaps/"
_SITEMAP = Route("catalog")
# The files of pictures have an address of two parts; one drawn for want of any has one, and is a page's.
_PICTURE_FILE = re.compile(r"/pictures/[^/]+/[^/]+")
_PICTURE = Route("catalog")

_PAGE = Route(PAGES, guests=Guests.WHEN_THEY_ACT)
# A page's form for a file posts to an address that ends like the API's.
_UPLOADS = ("/imports", "/documents", "/pictures")
_UPLOAD_PAGE = Route(PAGES, guests=Guests.WHEN_THEY_ACT, large=True)


def find_route(path: str) -> Route | None:
    """The row for a path; None for an API address that nobody answers."""
    if path.startswith(API):
        return SEGMENTS.get(path[len(API) :].partition("/")[0])
    found = PATHS.get(path)
    if found is not None:
        return found
    if path.startswith(_SITEMAPS):
        return _SITEMAP
    if _PICTURE_FILE.fullmatch(path):
        return _PICTURE
    if path == "/api" or path.startswith("/api/"):
        return None
    return _UPLOAD_PAGE if path.rstrip("/").endswith(_UPLOADS) else _PAGE
