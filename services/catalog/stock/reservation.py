"""What is promised to an order until it is paid or cancelled."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.catalog.base import Base


class ReservationState(StrEnum):
    """held → settled | released, settled → put_back; rejected promises nothing. Only orders decides when."""

    HELD = "held"
    REJECTED = "rejected"
    RELEASED = "released"
    SETTLED = "settled"
    PUT_BACK = "put_back"


class Reservation(Base):
    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint("state IN ('held', 'rejected', 'released', 'settled', 'put_back')", name="state"),
    )

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String)
    decided_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


class ReservationLine(Base):
    """No foreign key to the variant: what was promised stays on record whatever becomes of the product."""

    __tablename__ = "reservation_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    order_id: Mapped[UUID] = mapped_column(ForeignKey("reservations.order_id"), primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    quantity: Mapped[int] = mapped_column(BigInteger)
