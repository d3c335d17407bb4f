"""A charge: what one order costs its buyer, and how far its payment has come."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, CHAR, CheckConstraint, Index, Uuid, any_, bindparam
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.errors import Conflict
from chassis.ids import new_id
from chassis.rows import Holding
from chassis.telemetry import traceparent_about
from services.payments.base import Base, one_of
from services.payments.inbound import OrderAwaitingPayment
from services.payments.split import Consignment, Share, shares

CHARGES = "charges"
"""What a page expects that asks for the payment of an order before payments has heard of it."""


class State(StrEnum):
    EXPECTED = "expected"
    OPEN = "open"
    CAPTURED = "captured"
    VOIDING = "voiding"
    VOIDED = "voided"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


class Move(StrEnum):
    OPEN = "open"  # the buyer's page asks for the payment
    CAPTURE = "capture"  # the money is here
    VOID = "void"  # orders asks that the order can no longer be paid
    CONFIRM_VOID = "confirm_void"  # the processor takes no money for it any more
    CANCEL = "cancel"  # the order is gone
    CONFIRM_REFUND = "confirm_refund"  # the money is on its way back


_PAID = {state: state for state in (State.CAPTURED, State.REFUNDING, State.REFUNDED)}

# What is told twice, or was overtaken, maps to the state itself. What is not here cannot happen.
TRANSITIONS: dict[Move, dict[State, State]] = {
    Move.OPEN: {State.EXPECTED: State.OPEN, State.OPEN: State.OPEN},
    # Money for a charge that is voided came too late: nobody but the buyer has a claim on it.
    Move.CAPTURE: {State.OPEN: State.CAPTURED, State.VOIDING: State.CAPTURED, State.VOIDED: State.REFUNDING, **_PAID},
    Move.VOID: {
        State.EXPECTED: State.VOIDED,
        State.OPEN: State.VOIDING,
        State.VOIDING: State.VOIDING,
        State.VOIDED: State.VOIDED,
        **_PAID,
    },
    Move.CONFIRM_VOID: {State.VOIDING: State.VOIDED, State.VOIDED: State.VOIDED, **_PAID},
    Move.CANCEL: {
        State.EXPECTED: State.VOIDED,
        State.OPEN: State.VOIDED,
        State.VOIDING: State.VOIDED,
        State.VOIDED: State.VOIDED,
        State.CAPTURED: State.REFUNDING,
        State.REFUNDING: State.REFUNDING,
        State.REFUNDED: State.REFUNDED,
    },
    Move.CONFIRM_REFUND: {State.REFUNDING: State.REFUNDED, State.REFUNDED: State.REFUNDED},
}


class OutOfTurn(Exception):
    """The charge was told something that cannot follow on its state."""


class AmountsDiffer(Exception):
    """What was told of an amount contradicts what the charge is over."""


class NotPayable(Conflict):
    code = "not_payable"
    title = "This order cannot be paid"


class Charge(Base):
    __tablename__ = "charges"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(unique=True)
    buyer_id: Mapped[UUID]
    version: Mapped[int]
    state: Mapped[State] = mapped_column(one_of(State))
    currency: Mapped[str] = mapped_column(CHAR(3))
    amount: Mapped[int]
    consignments: Mapped[list[dict[str, object]]] = mapped_column(JSONB)
    intent_key: Mapped[str | None]
    intent_key_since: Mapped[datetime | None]
    intent_ref: Mapped[str | None]
    charge_ref: Mapped[str | None]
    captured_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(default=False)
    fee_ref: Mapped[str | None]
    failure: Mapped[str | None]
    failed_at: Mapped[datetime | None]
    refund_key: Mapped[str | None]
    refund_key_since: Mapped[datetime | None]
    refund_ref: Mapped[str | None]
    # Of the buyer's click: news from the processor begins a trace of its own, and its effects belong to the click's.
    traceparent: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        Index("ix_charges_fee_unknown", "captured_at", postgresql_where="captured_at IS NOT NULL AND fee_ref IS NULL"),
    )

    @property
    def refunded(self) -> int:
        """What the buyer has back."""
        return self.amount if self.state is State.REFUNDED else 0

    def move(self, move: Move) -> bool:
        """Whether the state changed; raises OutOfTurn where the move cannot follow on the state."""
        before = self.state
        if before not in TRANSITIONS[move]:
            raise OutOfTurn(f"{move} cannot follow on {before} (order {self.order_id})")
        self.state = TRANSITIONS[move][before]
        return self.state is not before

    def open(self, now: datetime) -> None:
        """Ready for the processor to be asked: the key is stored before the first call."""
        if self.state not in TRANSITIONS[Move.OPEN]:
            raise NotPayable(f"Its payment is {self.state}.", state=self.state)
        if self.move(Move.OPEN):
            self.intent_key, self.intent_key_since = f"intent:{self.id}", now

    def capture(self, *, intent_ref: str, charge_ref: str, amount: int, currency: str, at: datetime) -> bool:
        """Whether this was news; the money must be exactly what was asked for."""
        if (amount, currency) != (self.amount, self.currency):
            raise AmountsDiffer(f"{amount} {currency} arrived for {self.amount} {self.currency} ({self.order_id})")
        if self.intent_ref not in (None, intent_ref):
            raise AmountsDiffer(f"order {self.order_id} was paid by {intent_ref} and not by {self.intent_ref}")
        late = self.state is State.VOIDED
        if not self.move(Move.CAPTURE):
            return False
        self.late, self.captured_at = late, at
        self.intent_ref, self.charge_ref = intent_ref, charge_ref
        if late:
            self._prepare_refund(at)
        return True

    def cancel(self, now: datetime) -> bool:
        """Whether this was news; what was paid is to be given back."""
        news = self.move(Move.CANCEL)
        if news and self.state is State.REFUNDING:
            self._prepare_refund(now)
        return news

    def _prepare_refund(self, now: datetime) -> None:
        self.refund_key, self.refund_key_since = f"refund:{self.id}", now

    def fail(self, reason: str, at: datetime) -> bool:
        """Whether this was news; a failure is worth telling only while the buyer can still try again."""
        if self.state is not State.OPEN or (self.failed_at is not None and at <= self.failed_at):
            return False
        self.failure, self.failed_at = reason, at
        return True

    def next_version(self) -> int:
        """The version of the fact about to be told; the row must be locked."""
        self.version += 1
        return self.version

    def shares(self, fee_basis_points: int) -> list[Share]:
        """How the money is shared among co-ops and marketplace."""
        return shares([Consignment.model_validate(one) for one in self.consignments], fee_basis_points)


def expected(fact: OrderAwaitingPayment) -> dict[str, object]:
    """The row of a charge that nobody has asked for yet."""
    if sum(one.paid for one in fact.consignments) != fact.total:
        raise AmountsDiffer(f"the consignments of order {fact.order_id} do not sum to its total")
    return {
        "id": new_id(),
        "order_id": fact.order_id,
        "buyer_id": fact.buyer_id,
        "version": 0,
        "state": State.EXPECTED,
        "currency": fact.currency,
        "amount": fact.total,
        "late": False,
        "consignments": [one.model_dump(mode="json") for one in fact.consignments],
        "traceparent": traceparent_about(str(fact.order_id)),
    }


_HELD = Holding(Charge, Charge.order_id == any_(bindparam("order_ids", type_=ARRAY(Uuid))))


async def locked(session: AsyncSession, order_ids: Sequence[UUID]) -> dict[UUID, Charge]:
    """The charges of these orders, nobody else's until the commit, which writes what is changed in them."""
    return {charge.order_id: charge for charge in await _HELD.hold(session, order_ids=list(order_ids))}
