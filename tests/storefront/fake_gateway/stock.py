"""Levels of stock, and the journal of each."""

from typing import Final

import httpx

from tests.storefront.fake_gateway.answers import ONE, Answer, Json, Route, page
from tests.storefront.fake_gateway.memory import Memory


def level(title: str, on_hand: int | None, *, policy: str = "deny") -> Json:
    return {
        "variant_id": f"var-{title.lower()}",
        "product_id": f"id-{title.lower()}",
        "title": title,
        "options": {"Size": "Large"},
        "policy": policy,
        "on_hand": on_hand,
        "reserved": 2,
        "available": None if on_hand is None else max(0, on_hand - 2),
        "version": 7,
    }


def entry(change: str, on_hand_change: int, reserved_change: int) -> Json:
    return {
        "at": "2026-11-24T08:00:00Z",
        "change": change,
        "cause": "order-1",
        "on_hand_change": on_hand_change,
        "reserved_change": reserved_change,
        "on_hand": 12,
        "reserved": 2,
        "available": 10,
        "version": 7,
    }


def levels(_: Memory, __: httpx.Request) -> Answer:
    shelf = [
        level("Rye", 12),
        level("Oats", 0, policy="back_order"),
        level("Box", None, policy="bundle"),
        level("Leaven", None),
    ]
    return page([*shelf, level("Cake", None, policy="made_to_order")], "more")


JOURNAL: Final = [entry("reserved", 0, 2), entry("sold", -1, -1), entry("counted", 13, 0)]

COUNTED: Final = entry("counted", 13, 0) | {"on_hand": 13, "reserved": 0}
EXPLANATION: Final = {
    "counted": COUNTED,
    "since": [
        {"change": "reserved", "times": 2, "on_hand_change": 0, "reserved_change": 3},
        {"change": "sold", "times": 1, "on_hand_change": -1, "reserved_change": -1},
    ],
}

ROUTES: Final[list[Route]] = [
    ("GET", "/stock", levels),
    ("GET", f"/stock/{ONE}", lambda *_: (200, level("Rye", 12))),
    ("POST", f"/stock/{ONE}", lambda *_: (200, level("Rye", 12))),
    ("GET", f"/stock/{ONE}/explanation", lambda *_: (200, EXPLANATION)),
    ("GET", f"/stock/{ONE}/journal", lambda *_: page(JOURNAL, "more")),
]
