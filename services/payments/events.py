"""What payments promises the other services: facts about money, without anything personal."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from chassis.events import Event


class ChargeEvent(Event):
    topic: ClassVar[str] = "payments.charges"
    subject_field: ClassVar[str] = "order_id"

    order_id: UUID


class PaymentCaptured(ChargeEvent):
    charge_id: UUID
    currency: str
    amount: int
    captured_at: datetime


class PaymentFailed(ChargeEvent):
    """One attempt failed; the charge stays open and another card may do."""

    reason: str


class ChargeVoided(ChargeEvent):
    """The order can no longer be paid."""


class PaymentRefunded(ChargeEvent):
    currency: str
    amount: int


class TransferMade(ChargeEvent):
    consignment_id: UUID
    coop_id: UUID
    currency: str
    amount: int


class PayeeOpened(Event):
    """The co-op's account at the processor as it stands now; told again when `enabled` changes."""

    topic: ClassVar[str] = "payments.payees"
    subject_field: ClassVar[str] = "coop_id"

    coop_id: UUID
    account_ref: str
    enabled: bool
