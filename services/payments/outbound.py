"""Asking the processor to make something, so that however often we ask it is made once."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

Made = TypeVar("Made")

# The processor may forget a key after 24 hours; the hour less is for clocks and for calls under way.
KEY_PROTECTS_FOR = timedelta(hours=23)


async def make_once(
    make: Callable[[], Awaitable[Made]],
    find: Callable[[], Awaitable[Made | None]],
    *,
    key_since: datetime,
    now: datetime,
) -> Made:
    """`make` with a stored key; where the key may be forgotten, what was made before is looked for first."""
    if now - key_since >= KEY_PROTECTS_FOR and (found := await find()) is not None:
        return found
    return await make()


def next_key(key: str) -> str:
    """For the attempt after a refusal: the processor answers a key it has refused with the same refusal."""
    stem, _, attempt = key.partition("#")
    return f"{stem}#{int(attempt or 1) + 1}"
