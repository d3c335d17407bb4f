"""What the catalogue reads from others: only the fields it needs."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from chassis.events import Inbound


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class OrderedLine(_Part):
    variant_id: UUID
    quantity: int
    unit_price: int


class OrderedConsignment(_Part):
    lines: list[OrderedLine]


class OrderPlaced(Inbound):
    topic: ClassVar[str] = "orders.orders"
    event: ClassVar[str] = "orders.OrderPlaced"

    order_id: UUID
    currency: str
    consignments: list[OrderedConsignment]

    @property
    def lines(self) -> list[OrderedLine]:
        return [line for consignment in self.consignments for line in consignment.lines]


class OrderPaid(Inbound):
    topic: ClassVar[str] = "orders.orders"
    event: ClassVar[str] = "orders.OrderPaid"

    order_id: UUID


class OrderCancelled(Inbound):
    topic: ClassVar[str] = "orders.orders"
    event: ClassVar[str] = "orders.OrderCancelled"

    order_id: UUID


class Pause(_Part):
    until: date | None = None


class CoopFact(Inbound):
    topic: ClassVar[str] = "producers.coops"

    coop_id: UUID
    version: int
    slug: str
    name: str
    country: str
    city: str = ""
    state: str
    pause: Pause | None = None


class CoopAdmitted(CoopFact):
    event: ClassVar[str] = "producers.CoopAdmitted"


class CoopSuspended(CoopFact):
    event: ClassVar[str] = "producers.CoopSuspended"


class CoopReinstated(CoopFact):
    event: ClassVar[str] = "producers.CoopReinstated"


class CoopLapsed(CoopFact):
    event: ClassVar[str] = "producers.CoopLapsed"


class CoopPaused(CoopFact):
    event: ClassVar[str] = "producers.CoopPaused"


class CoopResumed(CoopFact):
    event: ClassVar[str] = "producers.CoopResumed"
