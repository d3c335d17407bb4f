"""The facts which the catalogue promises to everybody."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from chassis.events import Event


class PublishedVariant(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    variant_id: UUID
    title: str
    sku: str
    price: int
    tracked: bool


class ProductPublished(Event):
    """A listed product as the public sees it, whole; amounts in minor units of `currency`."""

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
    variants: list[PublishedVariant]


class ProductWithdrawn(Event):
    """The product is no longer for sale, by whatever variant."""

    topic: ClassVar[str] = "catalog.products"
    subject_field: ClassVar[str] = "product_id"

    product_id: UUID
    coop_id: UUID
    variant_ids: list[UUID]


class StockReserved(Event):
    """Every line of the order is promised to it until it is paid or cancelled."""

    topic: ClassVar[str] = "catalog.reservations"
    subject_field: ClassVar[str] = "order_id"

    order_id: UUID


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
