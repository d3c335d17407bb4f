"""What a room answers about the person who asks: all that it holds of them, and what of theirs is not finished yet.

Two addresses outside the public API. The front door asks every room there, on behalf of the person alone.
"""

from pydantic import BaseModel

HELD = "/personal"
UNFINISHED = "/personal/unfinished"


class Unfinished(BaseModel):
    """Something for which the person is still needed, in words for them."""

    code: str
    detail: str
