"""What orders reads from others: only the fields it needs, tolerant of more."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel

from chassis.events import Inbound


class PublishedVariant(BaseModel):
    variant_id: UUID
    title: str
    price: int
    policy: str | None = None
    available_from: date | None = None
    lead_days: int | None = None
    unit_price: int | None = None
    unit_price_per: str | None = None


class ProductPublished(Inbound):
    event: ClassVar[str] = "catalog.ProductPublished"
    topic: ClassVar[str] = "catalog.products"

    product_id: UUID
    version: int
    coop_id: UUID
    slug: str
    title: str
    picture: str | None = None
    state: str
    currency: str
    withdrawal_exception: str | None = None
    variants: list[PublishedVariant]


class ProductWithdrawn(Inbound):
    event: ClassVar[str] = "catalog.ProductWithdrawn"
    topic: ClassVar[str] = "catalog.products"

    product_id: UUID
    version: int


class AvailabilityChanged(Inbound):
    event: ClassVar[str] = "catalog.AvailabilityChanged"
    topic: ClassVar[str] = "catalog.availability"

    product_id: UUID
    version: int
    sold_out: list[UUID]


class StockReserved(Inbound):
    event: ClassVar[str] = "catalog.StockReserved"
    topic: ClassVar[str] = "catalog.reservations"

    order_id: UUID
    back_ordered: list[UUID] | None = None


class LineRejection(BaseModel):
    variant_id: UUID
    reason: Literal["short", "price", "gone", "coop_unavailable"]
    available: int | None = None
    price: int | None = None


class StockRejected(Inbound):
    event: ClassVar[str] = "catalog.StockRejected"
    topic: ClassVar[str] = "catalog.reservations"

    order_id: UUID
    reasons: list[LineRejection]


class Pause(BaseModel):
    until: date | None = None


class CoopFact(Inbound):
    topic: ClassVar[str] = "producers.coops"

    coop_id: UUID
    version: int
    slug: str
    name: str
    country: str
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


class ChargeFact(Inbound):
    topic: ClassVar[str] = "payments.charges"

    order_id: UUID


class PaymentCaptured(ChargeFact):
    event: ClassVar[str] = "payments.PaymentCaptured"

    currency: str
    amount: int
    captured_at: datetime


class ChargeVoided(ChargeFact):
    event: ClassVar[str] = "payments.ChargeVoided"


class PaymentRefunded(ChargeFact):
    event: ClassVar[str] = "payments.PaymentRefunded"

    currency: str
    amount: int


class TransferMade(ChargeFact):
    event: ClassVar[str] = "payments.TransferMade"

    consignment_id: UUID
    currency: str
    amount: int


class AccountFact(Inbound):
    topic: ClassVar[str] = "gateway.accounts"

    account_id: UUID


class GuestSignedIn(AccountFact):
    event: ClassVar[str] = "gateway.GuestSignedIn"

    guest_id: UUID


class AccountClosed(AccountFact):
    event: ClassVar[str] = "gateway.AccountClosed"
