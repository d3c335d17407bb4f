"""A consignment: what one co-op sends for one order, and its lines as they were sold."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.orders.base import Base
from services.orders.events import ConsignmentAmounts, LineFact, PlacedConsignment

if TYPE_CHECKING:
    from services.orders.order import Order


class ConsignmentState(StrEnum):
    WAITING = "waiting"
    TO_PACK = "to_pack"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class OrderLine(Base):
    """Goods as they were sold: later changes of the product do not reach it."""

    __tablename__ = "order_lines"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    consignment_id: Mapped[UUID] = mapped_column(ForeignKey("consignments.id"), index=True)
    position: Mapped[int]
    product_id: Mapped[UUID]
    slug: Mapped[str]
    title: Mapped[str]
    variant_title: Mapped[str]
    picture: Mapped[str | None]
    quantity: Mapped[int]
    unit_price: Mapped[int]
    # What was promised of goods that were not there: as the price book said it when the order was placed.
    available_from: Mapped[date | None]
    lead_days: Mapped[int | None]
    back_ordered: Mapped[bool] = mapped_column(server_default=false())
    # Why it cannot be sent back for a change of mind, as the buyer was told before paying.
    withdrawal_exception: Mapped[str | None] = mapped_column(String(20))
    # Why catalog refused this line, kept for the page that explains it.
    refused: Mapped[str | None] = mapped_column(String(20))
    refused_available: Mapped[int | None]
    refused_price: Mapped[int | None]

    @property
    def total(self) -> int:
        return self.quantity * self.unit_price

    def as_fact(self) -> LineFact:
        return LineFact(
            variant_id=self.variant_id, product_id=self.product_id, quantity=self.quantity, unit_price=self.unit_price
        )


class Consignment(Base):
    __tablename__ = "consignments"
    __table_args__ = (Index(None, "coop_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    coop_id: Mapped[UUID]
    coop_slug: Mapped[str]
    coop_name: Mapped[str]
    goods: Mapped[int]
    delivery: Mapped[int]
    tax: Mapped[int]
    discount: Mapped[int]
    carrier: Mapped[str | None] = mapped_column(String(100))
    tracking_number: Mapped[str | None] = mapped_column(String(100))
    shipped_at: Mapped[datetime | None]
    transferred: Mapped[int | None]  # what the co-op was paid for it

    order: Mapped["Order"] = relationship(back_populates="consignments", lazy="raise")
    lines: Mapped[list[OrderLine]] = relationship(order_by=OrderLine.position, lazy="raise")

    @property
    def total(self) -> int:
        return self.goods + self.delivery - self.discount

    def amounts(self) -> ConsignmentAmounts:
        return ConsignmentAmounts(
            consignment_id=self.id,
            coop_id=self.coop_id,
            goods=self.goods,
            delivery=self.delivery,
            tax=self.tax,
            discount=self.discount,
        )

    def as_placed(self) -> PlacedConsignment:
        return PlacedConsignment(**self.amounts().model_dump(), lines=[line.as_fact() for line in self.lines])
