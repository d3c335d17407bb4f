"""What programs ask a site for before anything else: where they may go, and how one searches here."""

from html import escape
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from storefront.visit import Shop

# Nothing below these is the same for everybody.
NOT_FOR_ROBOTS: Final = (
    "/account", "/api/v1/", "/applications", "/basket", "/checkout", "/desk", "/forgot", "/invitations", "/operator",
    "/orders", "/reset", "/sign-in", "/sign-up", "/verify-address",
)  # fmt: skip
A_DAY: Final = {"cache-control": "public, max-age=86400"}
OPENSEARCH: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>Toad Lane</ShortName>
<Description>Goods from co-operatives that prove who they are</Description>
<InputEncoding>UTF-8</InputEncoding>
<Image width="16" height="16" type="image/svg+xml">{base}/favicon.ico</Image>
<Url type="text/html" method="get" template="{base}/search?q={{searchTerms}}&amp;page={{startPage?}}"/>
<Url type="application/opensearchdescription+xml" rel="self" template="{base}/opensearch.xml"/>
</OpenSearchDescription>
"""


async def robots(request: Request) -> Response:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS),
        "",
        f"Sitemap: {_base(request)}/sitemap.xml",
    ]
    return Response("\n".join(lines) + "\n", media_type="text/plain", headers=A_DAY)


async def opensearch(request: Request) -> Response:
    text = OPENSEARCH.format(base=escape(_base(request)))
    return Response(text, media_type="application/opensearchdescription+xml", headers=A_DAY)


def _base(request: Request) -> str:
    """The marketplace's own address, whatever the request calls it."""
    shop: Shop = request.app.state.shop
    return shop.settings.public_url.rstrip("/")
