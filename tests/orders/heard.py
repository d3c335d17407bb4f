"""Facts of the other services, as they arrive at orders: builders with defaults."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from pydantic import BaseModel

from chassis.events import Event

CAPTURED_AT = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)


class CoopAdmitted(Event):
    topic: ClassVar[str] = "producers.coops"
    subject_field: ClassVar[str] = "coop_id"

    coop_id: UUID
    slug: str = "sunrise"
    name: str = "Sunrise Bakers"
    domain: str = "sunrise.coop"
    country: str = "GB"
    city: str = "Rochdale"
    makes: str = "Bread"
    state: str = "admitted"
    admitted_at: datetime = CAPTURED_AT
    version: int = 1


class CoopSuspended(CoopAdmitted):
    version: int = 2
    state: str = "suspended"


class CoopPaused(CoopAdmitted):
    version: int = 2
    pause: dict[str, Any] | None = {"since": "2026-12-20T09:00:00Z", "until": "2027-01-04"}


class CoopResumed(CoopAdmitted):
    version: int = 3


class CoopReinstated(CoopAdmitted):
    version: int = 3


class CoopLapsed(CoopAdmitted):
    version: int = 2
    state: str = "lapsed"


class Variant(BaseModel):
    variant_id: UUID
    title: str = "Default Title"
    sku: str = "SKU"
    price: int = 450
    tracked: bool = True
    policy: str | None = None
    available_from: str | None = None
    lead_days: int | None = None
    unit_price: int | None = None
    unit_price_per: str | None = None


class ProductPublished(Event):
    topic: ClassVar[str] = "catalog.products"
    subject_field: ClassVar[str] = "product_id"

    product_id: UUID
    coop_id: UUID
    slug: str = "rye-bread"
    title: str = "Rye bread"
    category: str = "bread"
    picture: str | None = None
    state: str = "listed"
    currency: str = "EUR"
    withdrawal_exception: str | None = None
    variants: list[Variant]
    version: int = 1


class ProductWithdrawn(Event):
    topic: ClassVar[str] = "catalog.products"
    subject_field: ClassVar[str] = "product_id"

    product_id: UUID
    coop_id: UUID
    variant_ids: list[UUID]
    version: int = 2


class AvailabilityChanged(Event):
    topic: ClassVar[str] = "catalog.availability"
    subject_field: ClassVar[str] = "product_id"

    product_id: UUID
    coop_id: UUID
    version: int = 1
    sold_out: list[UUID]


class ReservationFact(Event):
    topic: ClassVar[str] = "catalog.reservations"
    subject_field: ClassVar[str] = "order_id"

    order_id: UUID
    version: int = 1


class StockReserved(ReservationFact):
    back_ordered: list[UUID] = []


class StockRejected(ReservationFact):
    reasons: list[dict[str, Any]]


class ChargeFact(Event):
    topic: ClassVar[str] = "payments.charges"
    subject_field: ClassVar[str] = "order_id"

    order_id: UUID
    version: int = 1


class PaymentCaptured(ChargeFact):
    charge_id: UUID
    currency: str = "EUR"
    amount: int
    captured_at: datetime = CAPTURED_AT


class ChargeVoided(ChargeFact):
    pass


class PaymentRefunded(ChargeFact):
    currency: str = "EUR"
    amount: int


class TransferMade(ChargeFact):
    consignment_id: UUID
    coop_id: UUID
    currency: str = "EUR"
    amount: int


class GuestSignedIn(Event):
    topic: ClassVar[str] = "gateway.accounts"
    subject_field: ClassVar[str] = "account_id"

    account_id: UUID
    guest_id: UUID
    version: int = 1


def captured(order_id: UUID, amount: int, *, currency: str = "EUR") -> PaymentCaptured:
    return PaymentCaptured(order_id=order_id, charge_id=uuid4(), amount=amount, currency=currency)
