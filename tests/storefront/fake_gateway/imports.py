"""A catalogue import, and what was wrong with its file."""

from typing import Final

import httpx

from tests.storefront.fake_gateway.answers import ONE, Answer, Json, Route, page
from tests.storefront.fake_gateway.memory import Memory


def an_import(memory: Memory) -> Json:
    going = memory.import_state == "running"
    return {
        "id": "import-1",
        "coop_id": "id-sunrise",
        "filename": "products_export.csv",
        "dialect": "shopify",
        "state": memory.import_state,
        "currency": "EUR",
        "rows_total": 1240,
        "rows_done": 512 if going else 1240,
        "products_created": 312,
        "products_updated": 4,
        "products_unchanged": 61,
        "variants": 940,
        "rows_rejected": 1,
        "problems_total": 1,
        "planned_new": 312,
        "planned_changed": 4,
        "missing": 7,
        "sample": [{"position": 1, "line": 2, "key": "rye", "title": "Rye sourdough", "rows": 1, "outcome": "new"}],
        "unplaced": ["Blorps"],
        "problems": [
            {
                "line": 18,
                "column": "Variant Price",
                "value": "12,x",
                "reason": "This is not an amount of money.",
                "advice": "Write it like 12.50.",
                "severity": "rejected",
            },
            {
                "line": 44,
                "column": "Variant Compare At Price",
                "value": "9.00",
                "reason": "It is not above the price, so it was dropped.",
                "severity": "warning",
            },
        ],
        "pictures": {
            "named": 20,
            "fetched": 17,
            "waiting": 1,
            "failed": 2,
            "failures": [{"line": 7, "url": "https://shop.example/gone.jpg", "reason": "It answered with status 404."}],
        },
        "failure": "The first line names no column that we know." if memory.import_state == "failed" else None,
        "started_at": "2026-11-22T10:00:00Z",
        "finished_at": None,
    }


def get_import(memory: Memory, _: httpx.Request, __: str) -> Answer:
    return 200, an_import(memory)


def begin_import(memory: Memory, _: httpx.Request) -> Answer:
    return 202, an_import(memory)


ROUTES: Final[list[Route]] = [
    ("GET", "/imports", lambda memory, *_: page([an_import(memory)])),
    ("POST", "/imports", begin_import),
    ("GET", f"/imports/{ONE}", get_import),
    ("POST", f"/imports/{ONE}/{ONE}", lambda memory, *_: (200, an_import(memory))),
]
