"""The address where the co-op keeps its file; none until it is named."""

from typing import Final

import httpx

from tests.storefront.fake_gateway.answers import ONE, Answer, Route, refusal, sent
from tests.storefront.fake_gateway.memory import Memory

FARES = {"state": "on", "failures": 0, "failure": None, "asked_at": None, "next_at": "2026-11-24T10:00:00Z"}
LAST = {"import_id": None, "import_state": None}


def get_feed(memory: Memory, *_: object) -> Answer:
    return (200, memory.feed) if memory.feed else (404, refusal(404, "feed_not_found"))


def put_feed(memory: Memory, request: httpx.Request, _: str) -> Answer:
    told = sent(request)
    memory.feed = {**told, **FARES, **LAST, "state": "on" if told["enabled"] else "off"}
    return 200, memory.feed


def forget_feed(memory: Memory, *_: object) -> Answer:
    memory.feed = None
    return 204, None


ROUTES: Final[list[Route]] = [
    ("GET", f"/assortments/{ONE}/feed", get_feed),
    ("PUT", f"/assortments/{ONE}/feed", put_feed),
    ("POST", f"/assortments/{ONE}/feed/fetch", lambda memory, *_: (202, memory.feed)),
    ("DELETE", f"/assortments/{ONE}/feed", forget_feed),
]
