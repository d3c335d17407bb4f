"""What every answer of the stand-in is made of."""

import json
from collections.abc import Callable
from typing import Any, Final

import httpx

Answer = tuple[int, Any]
Json = dict[str, Any]
Route = tuple[str, str, Callable[..., Answer]]
"""A method, the whole path as an expression, and what answers: the memory, the request and the path's groups go in."""

ONE: Final = "([^/]+)"
ADDRESS: Final = {"line1": "12 Quay Street", "line2": None, "city": "Galway", "postcode": "H91 X2C4", "country": "IE"}


def money(amount: int) -> Json:
    return {"amount": amount, "currency": "EUR"}


def refusal(status: int, code: str, detail: str = "", **extra: Any) -> Json:
    return {"type": f"/problems/{code}", "status": status, "code": code, "title": code, "detail": detail, **extra}


def refused(status: int, code: str, detail: str = "", **extra: Any) -> Answer:
    return status, refusal(status, code, detail, **extra)


def page(items: list[Json], cursor: str | None = None) -> Answer:
    return 200, {"items": items, "next_cursor": cursor}


def constant(status: int, body: Any) -> Callable[..., Answer]:
    return lambda *_: (status, body)


def sent(request: httpx.Request) -> Any:
    return json.loads(request.content)
