"""What the producers read in the facts of others: no more than they need."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel

from chassis.events import Inbound


class PlacedConsignment(BaseModel):
    consignment_id: UUID
    coop_id: UUID


class OrderPlaced(Inbound):
    event: ClassVar[str] = "orders.OrderPlaced"
    topic: ClassVar[str] = "orders.orders"

    order_id: UUID
    number: str
    consignments: list[PlacedConsignment]


class OrderPaid(Inbound):
    event: ClassVar[str] = "orders.OrderPaid"
    topic: ClassVar[str] = "orders.orders"

    order_id: UUID


class OrderCancelled(Inbound):
    event: ClassVar[str] = "orders.OrderCancelled"
    topic: ClassVar[str] = "orders.orders"

    order_id: UUID


class ConsignmentShipped(Inbound):
    event: ClassVar[str] = "orders.ConsignmentShipped"
    topic: ClassVar[str] = "orders.orders"

    consignment_id: UUID


class PayeeOpened(Inbound):
    event: ClassVar[str] = "payments.PayeeOpened"
    topic: ClassVar[str] = "payments.payees"

    coop_id: UUID
    version: int
    enabled: bool
