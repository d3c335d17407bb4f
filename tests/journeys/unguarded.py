"""A house with two operations that forgot to ask who is asking.

Run as `python -m tests.journeys.unguarded …`. It is the negative control of the matrix, which has to find both.
"""

import sys
from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from chassis.http import Reading, Transaction
from onebox.cli import main
from onebox.rooms import ROOMS
from services.catalog.app import create_app
from services.catalog.product import Product
from tests.journeys.identities import STAFF, Row

PATH = "/api/v1/products/{product_id}/title"
PLANTED = (
    Row("GET", "/api/v1/products/{draft}/title", STAFF("catalog:read")),
    Row("PUT", "/api/v1/products/{draft}/title", STAFF("catalog:write")),
)

_router = APIRouter()


@_router.get(PATH)
async def title(product_id: UUID, session: Reading) -> str:
    """Of any product, for anybody."""
    return (await session.get_one(Product, product_id)).title


@_router.put(PATH, status_code=204)
async def add_to_title(product_id: UUID, session: Transaction) -> None:
    """By anybody."""
    (await session.get_one(Product, product_id)).title += "!"


def _unguarded_app(*given: Any, **named: Any) -> Any:
    app = create_app(*given, **named)
    app.include_router(_router)
    return app


if __name__ == "__main__":
    unguarded = tuple(replace(room, create_app=_unguarded_app) if room.name == "catalog" else room for room in ROOMS)
    sys.exit(main(rooms=unguarded, launcher="tests.journeys.unguarded"))
