"""What a webhook may tell of: one list of types and what each carries. No shopper's data; the API has the rest."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

PING: Final = "ping"
"""Sent when it is asked for, whatever an endpoint is subscribed to."""


class EventType(StrEnum):
    """What an endpoint may subscribe to. A type keeps its name and its fields; new fields may be added to them."""

    CONSIGNMENT_TO_PACK = "consignment.to_pack"
    CONSIGNMENT_CALLED_OFF = "consignment.called_off"
    CONSIGNMENT_SHIPPED = "consignment.shipped"
    PAYEE_CHANGED = "payee.changed"
    SHOP_SUSPENDED = "shop.suspended"
    SHOP_REINSTATED = "shop.reinstated"
    SHOP_LAPSED = "shop.lapsed"
    SHOP_PAUSED = "shop.paused"
    SHOP_RESUMED = "shop.resumed"


class News(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    coop_id: UUID


class ConsignmentNews(News):
    """`number` is the order's, as people see it."""

    consignment_id: UUID
    number: str


class PayeeNews(News):
    """Whether transfers to the co-op's connected account can be made."""

    enabled: bool


class StandingNews(News):
    """`reason` is a code that may be told to everybody."""

    state: str
    reason: str
    since: datetime


class PauseNews(News):
    """`until` is the day on which the shop opens again by itself, where one was named."""

    until: date | None


class PingNews(News):
    """Nothing but a sign of life."""
