"""A till, or a co-op's own system, that tells levels and prices."""

from typing import Any
from uuid import uuid4

import httpx

from tests.catalog.conftest import CoopHere, Room

STOCK = "/api/v1/stock"
EUR = "EUR"


def euros(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": EUR}


def variant_of(product: dict[str, Any], nth: int = 0) -> str:
    return str(product["variants"][nth]["id"])


async def told(client: httpx.AsyncClient, product: dict[str, Any], **change: Any) -> httpx.Response:
    """One variant's level, told by itself."""
    return await client.post(f"{STOCK}/{variant_of(product)}", json=change, headers={"Idempotency-Key": str(uuid4())})


async def told_many(coop: CoopHere, *items: Any, client: httpx.AsyncClient | None = None) -> dict[str, Any]:
    body = {"coop_id": str(coop.id), "items": list(items)}
    answer = await (client or coop.staff).post(STOCK, json=body, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def level_of(room: Room, coop: CoopHere, product: dict[str, Any], nth: int = 0) -> dict[str, Any]:
    return await room.get(coop.staff, f"{STOCK}/{variant_of(product, nth)}")


async def journal_of(room: Room, coop: CoopHere, product: dict[str, Any], **page: Any) -> list[dict[str, Any]]:
    """Oldest first."""
    found = await room.get(coop.staff, f"{STOCK}/{variant_of(product)}/journal", **page)
    return list(found["items"])[::-1]


def shelf(level: dict[str, Any]) -> tuple[int, int, int]:
    """What stands there, what of it is promised, what can be had."""
    return level["on_hand"], level["reserved"], level["available"]
