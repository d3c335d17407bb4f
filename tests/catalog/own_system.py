"""A co-op's own system, as it speaks to the catalogue."""

from typing import Any
from uuid import uuid4

import httpx

from chassis.auth import Caller
from tests.catalog.conftest import SCOPES, CoopHere, Room


def own_system(room: Room, coop: CoopHere, scopes: frozenset[str] = SCOPES) -> httpx.AsyncClient:
    """With a key of the co-op's; addresses begin at its assortment."""
    client = room.connect(Caller(id=uuid4(), kind="key", works_for={coop.id: "key"}, scopes={coop.id: scopes}))
    client.base_url = httpx.URL(f"{client.base_url}/api/v1/assortments/{coop.id}/")
    return client


def variant(price: int = 450, **more: Any) -> dict[str, Any]:
    return {"price": {"amount": price, "currency": "EUR"}, "stock": 5} | more


def loaf(title: str = "Rye loaf", *variants: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {"title": title, "category": "bread-and-baking", "variants": list(variants) or [variant()]}
    return told | more


def shirt(*sizes: str, **more: Any) -> dict[str, Any]:
    return loaf("Shirt", *(variant(options={"Size": size}, sku=f"SHIRT-{size}", **more) for size in sizes))
