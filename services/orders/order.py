"""An order: the table of its transitions, which is the saga, and the rules around it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Enum, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.errors import Conflict
from services.orders.base import Base
from services.orders.consignment import Consignment, ConsignmentState
from services.orders.events import (
    CancelReason,
    ConsignmentShipped,
    OrderAwaitingPayment,
    OrderCancelled,
    OrderPaid,
    OrderPlaced,
    OrderVoidRequested,
    VoidReason,
)


class OrderState(StrEnum):
    PLACED = "placed"
    AWAITING_PAYMENT = "awaiting_payment"
    VOIDING = "voiding"
    PAID = "paid"
    PART_SHIPPED = "part_shipped"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What may be told to an order."""

    RESERVE = "reserve"
    REJECT = "reject"
    PAY = "pay"
    EXPIRE = "expire"
    CANCEL = "cancel"
    VOID = "void"
    SHIP_SOME = "ship_some"
    SHIP_LAST = "ship_last"


PLACED, AWAITING, VOIDING = OrderState.PLACED, OrderState.AWAITING_PAYMENT, OrderState.VOIDING
PAID, PART_SHIPPED, SHIPPED, CANCELLED = (
    OrderState.PAID, OrderState.PART_SHIPPED, OrderState.SHIPPED, OrderState.CANCELLED,
)  # fmt: skip

DECIDED = frozenset(OrderState) - {PLACED}
"""The shopper has been told whether the goods are there."""

PAID_OR_OVER = DECIDED - {AWAITING, VOIDING}
"""Nobody waits for the payment any more."""

FINISHED = frozenset({SHIPPED, CANCELLED})
"""Nobody has anything left to do for it."""

# Where each step leads from each state. A state that leads to itself has nothing left to do: being told twice is no
# error. A state that is missing refuses the step.
TRANSITIONS: Mapping[Step, Mapping[OrderState, OrderState]] = {
    Step.RESERVE: {
        PLACED: AWAITING, AWAITING: AWAITING, VOIDING: VOIDING, PAID: PAID,
        PART_SHIPPED: PART_SHIPPED, SHIPPED: SHIPPED, CANCELLED: CANCELLED,
    },
    Step.REJECT: {PLACED: CANCELLED, CANCELLED: CANCELLED},
    # Payments refunds by itself what is captured after the cancellation; the order stays cancelled.
    Step.PAY: {
        AWAITING: PAID, VOIDING: PAID,
        PAID: PAID, PART_SHIPPED: PART_SHIPPED, SHIPPED: SHIPPED, CANCELLED: CANCELLED,
    },
    Step.EXPIRE: {AWAITING: VOIDING, VOIDING: VOIDING, CANCELLED: CANCELLED},
    Step.CANCEL: {AWAITING: VOIDING, VOIDING: VOIDING, PAID: CANCELLED, CANCELLED: CANCELLED},
    Step.VOID: {VOIDING: CANCELLED, CANCELLED: CANCELLED},
    Step.SHIP_SOME: {PAID: PART_SHIPPED, PART_SHIPPED: PART_SHIPPED},
    Step.SHIP_LAST: {PAID: SHIPPED, PART_SHIPPED: SHIPPED},
}  # fmt: skip


class OutOfTurn(Conflict):
    code: ClassVar[str] = "out_of_turn"
    title: ClassVar[str] = "The order is not in a state for this"

    def __init__(self, state: OrderState, step: Step) -> None:
        super().__init__(f"An order that is {state} cannot {step}.")


class NotYet(Conflict):
    code: ClassVar[str] = "not_yet"
    title: ClassVar[str] = "The order is still being looked at"


class AlreadyShipped(Conflict):
    code: ClassVar[str] = "already_shipped"
    title: ClassVar[str] = "Already on its way"


class NothingToShip(Conflict):
    code: ClassVar[str] = "nothing_to_ship"
    title: ClassVar[str] = "The order was cancelled"


class WrongAmount(Conflict):
    code: ClassVar[str] = "wrong_amount"
    title: ClassVar[str] = "The money that came is not the money that was asked for"


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (
        Index(None, "buyer_id", "id"),
        Index("ix_orders_unpaid", "expires_at", postgresql_where=text("state = 'awaiting_payment'")),
        Index("ix_orders_open", "state", postgresql_where=text("state NOT IN ('shipped', 'cancelled')")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    number: Mapped[str] = mapped_column(String(16), unique=True)
    buyer_id: Mapped[UUID]
    state: Mapped[OrderState] = mapped_column(
        Enum(OrderState, native_enum=False, length=20, values_callable=lambda states: [state.value for state in states])
    )
    currency: Mapped[str] = mapped_column(String(3))
    total: Mapped[int]
    refunded: Mapped[int]
    placed_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    cancel_reason: Mapped[CancelReason | None] = mapped_column(
        Enum(CancelReason, native_enum=False, length=20, values_callable=lambda reasons: [r.value for r in reasons])
    )
    email: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(200))
    line1: Mapped[str] = mapped_column(String(200))
    line2: Mapped[str] = mapped_column(String(200))
    city: Mapped[str] = mapped_column(String(100))
    postcode: Mapped[str] = mapped_column(String(20))
    country: Mapped[str] = mapped_column(String(2))

    consignments: Mapped[list[Consignment]] = relationship(
        back_populates="order", order_by=Consignment.id, lazy="raise"
    )

    @property
    def can_pay(self) -> bool:
        return self.state is AWAITING

    @property
    def can_cancel(self) -> bool:
        return self.state in (AWAITING, PAID)

    @property
    def lost(self) -> bool:
        """Whether it ends for want of goods; forgotten again where the money was quicker than the voiding."""
        return self.cancel_reason in (CancelReason.REJECTED, CancelReason.COOP_UNAVAILABLE)

    def state_of(self, consignment: Consignment) -> ConsignmentState:
        if consignment.shipped_at is not None:
            return ConsignmentState.SHIPPED
        if self.state is CANCELLED:
            return ConsignmentState.CANCELLED
        return ConsignmentState.WAITING if self.paid_at is None else ConsignmentState.TO_PACK

    def placed(self) -> OrderPlaced:
        return OrderPlaced(
            order_id=self.id,
            version=self._next_version(),
            number=self.number,
            buyer_id=self.buyer_id,
            currency=self.currency,
            total=self.total,
            placed_at=self.placed_at,
            consignments=[consignment.as_placed() for consignment in self.consignments],
        )

    def await_payment(self, until: datetime) -> OrderAwaitingPayment | None:
        if not self._take(Step.RESERVE):
            return None
        self.expires_at = until
        return OrderAwaitingPayment(
            order_id=self.id,
            version=self._next_version(),
            buyer_id=self.buyer_id,
            currency=self.currency,
            total=self.total,
            consignments=[consignment.amounts() for consignment in self.consignments],
            expires_at=until,
        )

    def reject(self) -> OrderCancelled | None:
        return self._cancelled(CancelReason.REJECTED) if self._take(Step.REJECT) else None

    def pay(self, amount: int, currency: str, at: datetime) -> OrderPaid | None:
        if (amount, currency) != (self.total, self.currency):
            raise WrongAmount(f"{amount} {currency} came for an order of {self.total} {self.currency}.")
        if not self._take(Step.PAY):
            return None
        self.paid_at = at
        self.cancel_reason = None  # the money was quicker than the expiry or the buyer's change of mind
        return OrderPaid(order_id=self.id, version=self._next_version(), buyer_id=self.buyer_id)

    def expire(self, why: VoidReason = VoidReason.EXPIRED) -> OrderVoidRequested | None:
        return self._void_requested(why) if self._take(Step.EXPIRE) else None

    def cancel(self) -> OrderVoidRequested | OrderCancelled | None:
        """The buyer's wish: an unpaid order is first made unpayable, a paid one is cancelled and refunded."""
        if self.state is PLACED:
            raise NotYet("We are still asking the co-ops whether everything is there. Try again in a moment.")
        if self.state in (PART_SHIPPED, SHIPPED):
            raise AlreadyShipped("A part of this order is already on its way, so it can no longer be cancelled.")
        if not self._take(Step.CANCEL):
            return None
        if self.state is VOIDING:
            return self._void_requested(VoidReason.BUYER)
        return self._cancelled(CancelReason.BUYER)

    def charge_voided(self) -> OrderCancelled | None:
        if not self._take(Step.VOID):
            return None
        assert self.cancel_reason is not None
        return self._cancelled(self.cancel_reason)

    def ship(
        self, consignment: Consignment, *, carrier: str, tracking_number: str, at: datetime
    ) -> ConsignmentShipped | None:
        if self.state is CANCELLED:
            raise NothingToShip("This order was cancelled: please do not send it.")
        if consignment.shipped_at is not None:
            return self._shipped_before(consignment, carrier, tracking_number)
        self._take(Step.SHIP_LAST if self._is_last(consignment) else Step.SHIP_SOME)
        consignment.carrier, consignment.tracking_number, consignment.shipped_at = carrier, tracking_number, at
        return ConsignmentShipped(
            order_id=self.id,
            version=self._next_version(),
            consignment_id=consignment.id,
            coop_id=consignment.coop_id,
            shipped_at=at,
        )

    @property
    def buyer_is_erased(self) -> bool:
        return not self.email

    def erase_buyer(self) -> None:
        """What was sold, for how much and to which country stays: the books need it. Asks for the consignments."""
        self.email = self.name = self.line1 = self.line2 = self.city = self.postcode = ""
        for consignment in self.consignments:
            consignment.tracking_number = None

    def refund(self, amount: int) -> None:
        self.refunded = min(self.refunded + amount, self.total)

    def _take(self, step: Step) -> bool:
        """Whether the step changed anything; False when it had been taken before."""
        after = TRANSITIONS[step].get(self.state)
        if after is None:
            raise OutOfTurn(self.state, step)
        before, self.state = self.state, after
        return before is not after

    def _next_version(self) -> int:
        self.version += 1
        return self.version

    def _void_requested(self, reason: VoidReason) -> OrderVoidRequested:
        self.cancel_reason = CancelReason(reason)
        return OrderVoidRequested(order_id=self.id, version=self._next_version(), reason=reason)

    def _cancelled(self, reason: CancelReason) -> OrderCancelled:
        self.cancel_reason = reason
        return OrderCancelled(
            order_id=self.id, version=self._next_version(), reason=reason, was_paid=self.paid_at is not None
        )

    def _is_last(self, consignment: Consignment) -> bool:
        return all(other.shipped_at is not None for other in self.consignments if other is not consignment)

    @staticmethod
    def _shipped_before(consignment: Consignment, carrier: str, tracking_number: str) -> None:
        if (consignment.carrier, consignment.tracking_number) != (carrier, tracking_number):
            raise AlreadyShipped("This consignment was marked as shipped before, with another carrier or number.")
