"""What was paid for an order that is gone goes back, once."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import select

from chassis.clock import Clock
from chassis.database import Database
from chassis.outbox import publish
from chassis.tasks import GiveUp, Task
from chassis.telemetry import log
from services.payments.bookkeeping import books, refund_returned, refunded, refunded_late
from services.payments.charge import Charge, Move, State, locked
from services.payments.events import PaymentRefunded
from services.payments.outbound import make_once, next_key
from services.payments.processor import KeyReused, Processor, ProcessorRefused, RefundWanted
from services.payments.transfer import transfers_of


class Refund(Task):
    kind: ClassVar[str] = "payments.refund"

    order_id: UUID


class NoteReturnedRefund(Task):
    """What the processor told of a refund that the buyer's bank sent back."""

    kind: ClassVar[str] = "payments.note_returned_refund"

    order_id: UUID
    refund_ref: str
    amount: int


async def refund(database: Database, processor: Processor, clock: Clock, task: Refund) -> None:
    """The key was stored when the refund was decided; books and fact follow once the processor has agreed."""
    async with database.reading() as session:
        charge = (await session.scalars(select(Charge).where(Charge.order_id == task.order_id))).one()
    if charge.state is not State.REFUNDING:
        return
    try:
        ref = await _give_back(processor, charge, clock)
    except ProcessorRefused as refusal:
        await _refused(database, clock, task, refusal)
        raise GiveUp(f"the refund of order {task.order_id} was refused: {refusal}") from refusal
    await _record(database, clock, task, ref)


async def _give_back(processor: Processor, charge: Charge, clock: Clock) -> str:
    key, since, intent_ref = charge.refund_key, charge.refund_key_since, charge.intent_ref
    assert key is not None
    assert since is not None
    assert intent_ref is not None
    wanted = RefundWanted(charge.id, charge.order_id, intent_ref, charge.amount)
    return await make_once(
        lambda: processor.refund(wanted, key=key), lambda: processor.find_refund(wanted), key_since=since, now=clock()
    )


async def _refused(database: Database, clock: Clock, task: Refund, refusal: ProcessorRefused) -> None:
    async with database.transaction() as session:
        charge = (await locked(session, [task.order_id]))[task.order_id]
        if charge.refund_key is not None and not isinstance(refusal, KeyReused):
            charge.refund_key, charge.refund_key_since = next_key(charge.refund_key), clock()


async def _record(database: Database, clock: Clock, task: Refund, ref: str) -> None:
    async with database.transaction() as session:
        charge = (await locked(session, [task.order_id]))[task.order_id]
        if not charge.move(Move.CONFIRM_REFUND):
            return
        charge.refund_ref = ref
        entry = refunded_late(charge) if charge.late else refunded(charge, await transfers_of(session, [charge.id]))
        await books.post(session, [entry], clock())
        publish(
            session,
            PaymentRefunded(
                order_id=charge.order_id, version=charge.next_version(), currency=charge.currency, amount=charge.amount
            ),
        )


async def note_returned_refund(database: Database, clock: Clock, task: NoteReturnedRefund) -> None:
    """The money is with us again and still the buyer's: it stands in the books as due until a person has seen to it."""
    async with database.transaction() as session:
        charge = (await locked(session, [task.order_id])).get(task.order_id)
        if charge is None or charge.refund_ref != task.refund_ref:
            raise GiveUp(f"the refund {task.refund_ref} of order {task.order_id} came back, and is none of ours")
        await books.post(session, [refund_returned(charge, task.amount)], clock())
    log.error("refund.returned", order_id=str(task.order_id), refund=task.refund_ref)
