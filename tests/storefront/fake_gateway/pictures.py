"""Pictures of one product, as the catalogue keeps them; the others have none, and are drawn."""

from typing import Final

import httpx

from tests.storefront.fake_gateway.answers import ONE, Answer, Json, Route, constant
from tests.storefront.fake_gateway.memory import Memory

FRONT, BACK = "ab" * 32, "cd" * 32
PICTURED: Final = "dk-yarn"
GONE: Final = "https://shop.example/gone.jpg"


def address(digest: str, width: int) -> str:
    return f"/pictures/{digest}/{width}.jpg"


def pictures_of(slug: str) -> list[Json]:
    if slug != PICTURED:
        return []
    return [
        {"digest": FRONT, "url": address(FRONT, 1280), "width": 1280, "height": 960, "alt": "A skein, unwound"},
        {
            "digest": BACK,
            "url": address(BACK, 500),
            "width": 500,
            "height": 700,
            "alt": "",
            "variants": ["var-Heather"],
        },
    ]


def hung(_: Memory, __: httpx.Request, slug: str) -> Answer:
    shown = [
        {
            "digest": one["digest"],
            "url": None,
            "alt": one["alt"],
            "variants": one.get("variants", []),
            "shown": one["url"],
            "state": "shown",
            "reason": None,
        }
        for one in pictures_of(slug.removeprefix("id-"))
    ]
    failed = {"digest": None, "url": GONE, "alt": "", "shown": None, "state": "failed", "reason": "It answered 404."}
    return 200, {"items": [*shown, failed]}


ROUTES: Final[list[Route]] = [
    ("POST", "/pictures", constant(201, {"digest": "ef" * 32, "url": address("ef" * 32, 640)})),
    ("GET", f"/products/{ONE}/pictures", hung),
    ("PUT", f"/products/{ONE}/pictures", constant(200, {})),
]
