"""The base of every reader, a page of a list, and money as it travels."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

Item = TypeVar("Item")


class Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Money(Wire):
    """An amount in minor units of an ISO 4217 currency."""

    amount: int
    currency: str


class Page(Wire, Generic[Item]):
    items: tuple[Item, ...] = ()
    next_cursor: str | None = None
