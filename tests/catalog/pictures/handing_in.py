"""What staff do with pictures over the API."""

from typing import Any

import httpx

from tests.catalog.conftest import CoopHere, Room


async def handed_in(coop: CoopHere, content: bytes) -> dict[str, Any]:
    answer = await coop.staff.post("/api/v1/pictures", params={"coop_id": str(coop.id)}, content=content)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def hung(coop: CoopHere, product: dict[str, Any], *pictures: dict[str, Any], etag: str = "*") -> httpx.Response:
    """The answer to saying that the product shows these and no others."""
    headers, body = {"If-Match": etag}, {"pictures": list(pictures)}
    return await coop.staff.put(f"/api/v1/products/{product['id']}/pictures", json=body, headers=headers)


async def shown(room: Room, slug: str) -> list[tuple[str, int]]:
    """Alternative text and width of each, the first first."""
    found = await room.get(room.nobody, f"/api/v1/products/{slug}")
    return [(one["alt"], one["width"]) for one in found["pictures"]]
