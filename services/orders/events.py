"""What orders promises the other services: facts about orders, without anything personal."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from chassis.events import Event


class VoidReason(StrEnum):
    EXPIRED = "expired"
    BUYER = "buyer"
    COOP_UNAVAILABLE = "coop_unavailable"


class CancelReason(StrEnum):
    REJECTED = "rejected"
    EXPIRED = "expired"
    BUYER = "buyer"
    COOP_UNAVAILABLE = "coop_unavailable"


class Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LineFact(Fact):
    variant_id: UUID
    product_id: UUID
    quantity: int
    unit_price: int


class ConsignmentAmounts(Fact):
    """Minor units of the order's currency; tax is included in goods and delivery."""

    consignment_id: UUID
    coop_id: UUID
    goods: int
    delivery: int
    tax: int
    discount: int


class PlacedConsignment(ConsignmentAmounts):
    lines: list[LineFact]


class OrderEvent(Event):
    topic: ClassVar[str] = "orders.orders"
    subject_field: ClassVar[str] = "order_id"

    order_id: UUID


class OrderPlaced(OrderEvent):
    number: str
    buyer_id: UUID
    currency: str
    total: int
    placed_at: datetime
    consignments: list[PlacedConsignment]


class OrderAwaitingPayment(OrderEvent):
    buyer_id: UUID
    currency: str
    total: int
    consignments: list[ConsignmentAmounts]
    expires_at: datetime


class OrderVoidRequested(OrderEvent):
    """Asks payments to see to it that this order can no longer be paid."""

    reason: VoidReason


class OrderPaid(OrderEvent):
    buyer_id: UUID


class OrderCancelled(OrderEvent):
    reason: CancelReason
    was_paid: bool


class ConsignmentShipped(OrderEvent):
    consignment_id: UUID
    coop_id: UUID
    shipped_at: datetime
