"""What the processor tells by webhook, read no further than needed, and the task each notice sets off."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.tasks import Task
from services.payments.enrolling import OpenPayee
from services.payments.refunding import NoteReturnedRefund
from services.payments.settling import NoteFailure, Settle
from services.payments.voiding import VoidIntent


class Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class OurIds(Told):
    """What we asked the processor to keep with the object; none of it where the object is not ours."""

    order_id: UUID | None = Field(None, alias="toadlane_order")
    coop_id: UUID | None = Field(None, alias="toadlane_coop")


class PaymentError(Told):
    code: str | None = None
    decline_code: str | None = None


class ToldIntent(Told):
    id: str
    amount_received: int
    currency: str
    latest_charge: str | None = None
    last_payment_error: PaymentError | None = None
    metadata: OurIds


class ToldRefund(Told):
    id: str
    amount: int
    metadata: OurIds


class ToldAccount(Told):
    metadata: OurIds


Object = TypeVar("Object", bound=Told)


class About(Told, Generic[Object]):
    object: Object


class Notice(Told, Generic[Object]):
    id: str
    created: int
    data: About[Object]

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.created, UTC)


class Headline(Told):
    """All that is read of a notice before it is known to be of a type that concerns us."""

    id: str
    type: str


@dataclass(frozen=True, slots=True)
class Queued:
    """A task and the key under which it waits."""

    task: Task
    key: str


def succeeded(payload: bytes) -> Queued | None:
    """Sent once the money of a payment is captured."""
    notice = Notice[ToldIntent].model_validate_json(payload)
    intent = notice.data.object
    if intent.metadata.order_id is None or intent.latest_charge is None:
        return None
    task = Settle(
        order_id=intent.metadata.order_id,
        intent_ref=intent.id,
        charge_ref=intent.latest_charge,
        amount=intent.amount_received,
        currency=intent.currency.upper(),
        captured_at=notice.at,
    )
    return Queued(task, key=intent.id)


def failed(payload: bytes) -> Queued | None:
    """Sent for every attempt that a bank or the buyer turned down."""
    notice = Notice[ToldIntent].model_validate_json(payload)
    intent, error = notice.data.object, notice.data.object.last_payment_error
    if intent.metadata.order_id is None:
        return None
    reason = (error and (error.decline_code or error.code)) or "declined"
    return Queued(NoteFailure(order_id=intent.metadata.order_id, reason=reason, failed_at=notice.at), key=notice.id)


def cancelled(payload: bytes) -> Queued | None:
    """Sent when a payment is cancelled, by us or otherwise."""
    order_id = Notice[ToldIntent].model_validate_json(payload).data.object.metadata.order_id
    return Queued(VoidIntent(order_id=order_id), key=str(order_id)) if order_id else None


def refund_failed(payload: bytes) -> Queued | None:
    """Sent when the bank could not give the money to the buyer: it is back with us."""
    refund = Notice[ToldRefund].model_validate_json(payload).data.object
    order_id = refund.metadata.order_id
    if order_id is None:
        return None
    return Queued(NoteReturnedRefund(order_id=order_id, refund_ref=refund.id, amount=refund.amount), key=refund.id)


def account_changed(payload: bytes) -> Queued | None:
    """Sent when what an account may do, or must still tell, has changed."""
    coop_id = Notice[ToldAccount].model_validate_json(payload).data.object.metadata.coop_id
    return Queued(OpenPayee(coop_id=coop_id), key=str(coop_id)) if coop_id else None


NOTICES: dict[str, Callable[[bytes], Queued | None]] = {
    "payment_intent.succeeded": succeeded,
    "payment_intent.payment_failed": failed,
    "payment_intent.canceled": cancelled,
    "refund.failed": refund_failed,
    "account.updated": account_changed,
}


def read_notice(payload: bytes) -> tuple[Headline, Queued] | None:
    """The notice and its task; None where it concerns nothing of ours."""
    headline = Headline.model_validate_json(payload)
    queue = NOTICES.get(headline.type)
    queued = queue(payload) if queue else None
    return (headline, queued) if queued else None
