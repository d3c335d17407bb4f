"""The facts of other rooms as they would tell them."""

from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel

from chassis.events import Event

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Consignment(BaseModel):
    consignment_id: UUID
    coop_id: UUID
    goods: int
    delivery: int
    tax: int = 0
    discount: int = 0


class OrderFact(Event):
    topic: ClassVar[str] = "orders.orders"
    subject_field: ClassVar[str] = "order_id"

    order_id: UUID


class OrderAwaitingPayment(OrderFact):
    version: int = 2
    buyer_id: UUID
    currency: str = "EUR"
    total: int
    consignments: list[Consignment]
    expires_at: datetime = NOON


class OrderVoidRequested(OrderFact):
    version: int = 3
    reason: str = "expired"


class OrderCancelled(OrderFact):
    version: int = 4
    reason: str = "buyer"
    was_paid: bool = True


class ConsignmentShipped(OrderFact):
    version: int = 5
    consignment_id: UUID
    coop_id: UUID
    shipped_at: datetime = NOON


class CoopAdmitted(Event):
    topic: ClassVar[str] = "producers.coops"
    subject_field: ClassVar[str] = "coop_id"

    version: int = 1
    coop_id: UUID
    slug: str = "sunrise"
    name: str = "Sunrise Bakers"
    domain: str = "sunrise.coop"
    country: str = "IE"
    city: str = "Cork"
    makes: str = "bread"
    state: str = "admitted"
    admitted_at: datetime = NOON


class GuestSignedIn(Event):
    topic: ClassVar[str] = "gateway.accounts"
    subject_field: ClassVar[str] = "account_id"

    version: int = 2
    account_id: UUID
    guest_id: UUID


class AccountClosed(Event):
    topic: ClassVar[str] = "gateway.accounts"
    subject_field: ClassVar[str] = "account_id"

    account_id: UUID
    at: datetime = NOON
    version: int = 3
