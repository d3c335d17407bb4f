"""The facts which the catalogue promises to everybody."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.events import Event
from services.catalog.labels.label import WithdrawalException


class PublishedVariant(BaseModel):
    """`policy` where it is sold though none is left: sent from a day on, or made within so many days.

    `unit_price` is what `unit_price_per` of it costs (`1 kg`), where its price alone does not say so.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    variant_id: UUID
    title: str
    sku: str
    price: int
    tracked: bool
    policy: Literal["back_order", "made_to_order"] | None = Field(None, exclude_if=lambda told: told is None)
    available_from: date | None = Field(None, exclude_if=lambda told: told is None)
    lead_days: int | None = Field(None, exclude_if=lambda told: told is None)
    unit_price: int | None = Field(None, exclude_if=lambda told: told is None)
    unit_price_per: str | None = Field(None, exclude_if=lambda told: told is None)


class ProductPublished(Event):
    """A listed product as the public sees it, whole; amounts in minor units of `currency`.

    With a `withdrawal_exception` its buyer cannot withdraw from the contract because of a change of mind.
    """

    topic: ClassVar[str] = "catalog.products"
    subject_field: ClassVar[str] = "product_id"

    product_id: UUID
    coop_id: UUID
    slug: str
    title: str
    category: str
    picture: str
    state: Literal["listed"] = "listed"
    currency: str
    withdrawal_exception: WithdrawalException | None = Field(None, exclude_if=lambda told: told is None)
    variants: list[PublishedVariant]


class ProductWithdrawn(Event):
    """The product is no longer for sale, by whatever variant."""

    topic: ClassVar[str] = "catalog.products"
    subject_field: ClassVar[str] = "product_id"

    product_id: UUID
    coop_id: UUID
    variant_ids: list[UUID]


class AvailabilityChanged(Event):
    """Which variants of a product nobody can order just now, all of them; those not named can be ordered."""

    topic: ClassVar[str] = "catalog.availability"
    subject_field: ClassVar[str] = "product_id"

    product_id: UUID
    coop_id: UUID
    sold_out: list[UUID]


class StockReserved(Event):
    """Every line of the order is promised to it until it is paid or cancelled.

    `back_ordered` are the variants of which there were not enough on the shelf: they are sent once they have come.
    """

    topic: ClassVar[str] = "catalog.reservations"
    subject_field: ClassVar[str] = "order_id"

    order_id: UUID
    back_ordered: list[UUID] = Field([], exclude_if=lambda told: not told)


class Shortfall(BaseModel):
    """Why a line could not be promised: `available` where there are too few, `price` where another one holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    variant_id: UUID
    reason: Literal["short", "price", "gone", "coop_unavailable"]
    available: int | None = None
    price: int | None = None


class StockRejected(Event):
    """Nothing is promised to the order."""

    topic: ClassVar[str] = "catalog.reservations"
    subject_field: ClassVar[str] = "order_id"

    order_id: UUID
    reasons: list[Shortfall]
