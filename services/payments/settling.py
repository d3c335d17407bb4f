"""The money is here: it is shared out in the books, and the others are told, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from chassis.database import Database
from chassis.direct import Insertion
from chassis.outbox import publish
from chassis.tasks import GiveUp, Task, enqueue
from chassis.telemetry import log, traced, traced_together
from ledger.entry import Entry
from services.payments.bookkeeping import books, captured, captured_late
from services.payments.charge import AmountsDiffer, Charge, OutOfTurn, locked
from services.payments.events import PaymentCaptured, PaymentFailed
from services.payments.refunding import Refund
from services.payments.transfer import Transfer, held


class Settle(Task):
    """What the processor told of a payment that succeeded."""

    kind: ClassVar[str] = "payments.settle"

    order_id: UUID
    intent_ref: str
    charge_ref: str
    amount: int
    currency: str
    captured_at: datetime


class NoteFailure(Task):
    """What the processor told of an attempt that failed."""

    kind: ClassVar[str] = "payments.note_failure"

    order_id: UUID
    reason: str
    failed_at: datetime


@dataclass(frozen=True, slots=True)
class Captured:
    """What money that came leads to: an entry in the books, and the shares that are held for the co-ops."""

    entry: Entry
    transfers: Sequence[Transfer] = ()


_TRANSFERS = Insertion(Transfer)


async def settle(database: Database, clock: Clock, fee_basis_points: int, tasks: Sequence[Settle]) -> None:
    """Each payment is settled once, however often it is told; a payment that does not fit goes to a person."""
    async with database.transaction() as session:
        charges = await locked(session, [task.order_id for task in tasks])
        clicks = {str(order_id): charge.traceparent for order_id, charge in charges.items()}
        with traced_together(clicks):
            told = [_capture(session, charges.get(task.order_id), task, fee_basis_points) for task in tasks]
        news = [one for one in told if one is not None]
        if transfers := [vars(transfer) for one in news for transfer in one.transfers]:
            await _TRANSFERS.write(session, transfers)
        if news:
            await books.post(session, [one.entry for one in news], clock())
    for posted in (one.entry for one in news):
        with traced(clicks[str(posted.subject)]):
            log.info("ledger.posted", kind=posted.kind, reference=posted.reference, order_id=str(posted.subject))


def _capture(session: AsyncSession, charge: Charge | None, task: Settle, fee_basis_points: int) -> Captured | None:
    if charge is None:
        raise GiveUp(f"{task.intent_ref} paid for order {task.order_id}, which payments does not know")
    try:
        news = charge.capture(
            intent_ref=task.intent_ref,
            charge_ref=task.charge_ref,
            amount=task.amount,
            currency=task.currency,
            at=task.captured_at,
        )
    except (AmountsDiffer, OutOfTurn) as error:
        raise GiveUp(str(error)) from error
    if not news:
        return None
    if charge.late:
        enqueue(session, Refund(order_id=charge.order_id), key=str(charge.order_id))
        return Captured(captured_late(charge))
    return _share_out(session, charge, task.captured_at, fee_basis_points)


def _share_out(session: AsyncSession, charge: Charge, at: datetime, fee_basis_points: int) -> Captured:
    shares = charge.shares(fee_basis_points)
    publish(
        session,
        PaymentCaptured(
            order_id=charge.order_id,
            version=charge.next_version(),
            charge_id=charge.id,
            currency=charge.currency,
            amount=charge.amount,
            captured_at=at,
        ),
    )
    return Captured(captured(charge, shares), [held(charge, share, at) for share in shares])


async def note_failure(database: Database, task: NoteFailure) -> None:
    """Told to the buyer's page; the charge stays open for another card."""
    async with database.transaction() as session:
        charge = (await locked(session, [task.order_id])).get(task.order_id)
        if charge is not None and charge.fail(task.reason, task.failed_at):
            publish(session, PaymentFailed(order_id=charge.order_id, version=charge.next_version(), reason=task.reason))
