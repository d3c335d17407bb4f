"""An order shall no longer be paid: the processor is told to take no money for it, and money that was faster wins."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from chassis.database import Database
from chassis.outbox import publish
from chassis.tasks import Task, enqueue
from services.payments.charge import Charge, Move, OutOfTurn, State, locked
from services.payments.events import ChargeVoided
from services.payments.inbound import OrderVoidRequested
from services.payments.opening import intent_of
from services.payments.processor import Intent, IntentStatus, KeyReused, Processor, ProcessorRefused
from services.payments.settling import Settle


class VoidIntent(Task):
    kind: ClassVar[str] = "payments.void_intent"

    order_id: UUID


class StillProcessing(Exception):
    """The payment is under way at the bank: it can be neither cancelled nor counted on."""


async def void(session: AsyncSession, facts: Sequence[OrderVoidRequested]) -> None:
    """Voided at once where nobody has asked the processor yet, otherwise as soon as the processor agrees."""
    charges = await locked(session, [fact.order_id for fact in facts])
    for fact in facts:
        charge = charges.get(fact.order_id)
        if charge is None:
            raise OutOfTurn(f"order {fact.order_id} is to be voided and was never expected")
        if not charge.move(Move.VOID):
            continue
        if charge.state is State.VOIDED:
            _tell_voided(session, charge)
        else:
            enqueue(session, VoidIntent(order_id=charge.order_id), key=str(charge.order_id))


def _tell_voided(session: AsyncSession, charge: Charge) -> None:
    publish(session, ChargeVoided(order_id=charge.order_id, version=charge.next_version()))


async def void_intent(database: Database, processor: Processor, clock: Clock, task: VoidIntent) -> None:
    """Ends in a cancelled payment or in a settled one; may be repeated at any point."""
    async with database.reading() as session:
        charge = (await session.scalars(select(Charge).where(Charge.order_id == task.order_id))).one()
    if charge.state not in (State.VOIDING, State.VOIDED):
        return
    intent = await _cancelled(processor, charge, clock())
    async with database.transaction() as session:
        charge = (await locked(session, [task.order_id]))[task.order_id]
        if intent is not None:
            charge.intent_ref = intent.ref
        if intent is not None and intent.status is IntentStatus.SUCCEEDED:
            enqueue(session, _settlement(charge, intent, clock()), key=intent.ref)
        elif charge.move(Move.CONFIRM_VOID):
            _tell_voided(session, charge)


async def _cancelled(processor: Processor, charge: Charge, now: datetime) -> Intent | None:
    """The payment as it ended; None where the processor never agreed to make one."""
    try:
        # The page may have asked and crashed before the answer was recorded: the key leads to that payment.
        intent = await (processor.intent(charge.intent_ref) if charge.intent_ref else intent_of(processor, charge, now))
    except KeyReused:
        raise
    except ProcessorRefused:
        return None
    if intent.status is IntentStatus.CANCELABLE:
        intent = await processor.cancel_intent(intent.ref)
    if intent.status not in (IntentStatus.CANCELED, IntentStatus.SUCCEEDED):
        raise StillProcessing(f"{intent.ref} of order {charge.order_id}")
    return intent


def _settlement(charge: Charge, intent: Intent, now: datetime) -> Settle:
    assert intent.charge_ref is not None
    return Settle(
        order_id=charge.order_id,
        intent_ref=intent.ref,
        charge_ref=intent.charge_ref,
        amount=intent.received,
        currency=intent.currency,
        captured_at=now,
    )
