"""Asking to be told when something is back."""

from typing import Final

import httpx

from tests.storefront.fake_gateway.answers import ONE, Answer, Route, constant, sent
from tests.storefront.fake_gateway.memory import Memory


def ask(memory: Memory, request: httpx.Request) -> Answer:
    return 202, {"asks_first": not (memory.signed_in and sent(request)["email"] == "baker@sunrise.coop")}


ROUTES: Final[list[Route]] = [
    ("POST", "/wishes", ask),
    ("POST", f"/wishes/{ONE}/confirm", constant(204, None)),
    ("DELETE", f"/wishes/{ONE}", constant(204, None)),
]
