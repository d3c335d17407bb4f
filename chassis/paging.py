"""Cursors of lists: opaque outside, the id of the last item inside."""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, ClassVar, Protocol, TypeVar
from uuid import UUID

from fastapi import Depends, Query

from chassis.errors import DomainError


class BadCursor(DomainError):
    """The cursor was not given by us, or was changed on the way."""

    code: ClassVar[str] = "bad_cursor"
    title: ClassVar[str] = "That is no cursor of ours"


class Identified(Protocol):
    """Whatever can stand in a list: its id sorts by the moment it was made."""

    @property
    def id(self) -> UUID: ...


Item = TypeVar("Item", bound=Identified)

AFTER_ALL = UUID(int=2**128 - 1)
"""What the newest page comes before; a query that compares with it has one plan for the first page and the others."""


async def _read(cursor: Annotated[str | None, Query(max_length=50)] = None) -> UUID | None:
    if cursor is None:
        return None
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor))
    except (binascii.Error, ValueError) as error:
        raise BadCursor("Take the cursor from the page before, or leave it out.", field="cursor") from error


Cursor = Annotated[UUID | None, Depends(_read)]
Limit = Annotated[int, Query(ge=1, le=100)]


def split(found: Sequence[Item], limit: int) -> tuple[list[Item], str | None]:
    """The items of this page and the cursor of the next; ask the database for one item more than the limit."""
    items = list(found[:limit])
    if len(found) <= limit:
        return items, None
    return items, cursor_of(items[-1].id)


def cursor_of(last: UUID) -> str:
    """What asks for the page after the one that ends with this id."""
    return base64.urlsafe_b64encode(last.bytes).decode()
