"""The processor's own fee, posted when it is known; nothing waits for it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from chassis.database import Database
from chassis.tasks import GiveUp, Task, enqueue
from services.payments.bookkeeping import books, processor_fee
from services.payments.charge import Charge, locked
from services.payments.processor import Fee, Processor

# The processor tells the fee within seconds; after this long its message is taken for lost.
ASK_AFTER = timedelta(minutes=5)
ASK_AT_ONCE = 100


class FetchFee(Task):
    """`balance_transaction` is the processor's name for the line in its books, where it has told it."""

    kind: ClassVar[str] = "payments.fetch_fee"

    order_id: UUID
    charge_ref: str
    balance_transaction: str | None


async def fetch_fees(database: Database, processor: Processor, clock: Clock, tasks: Sequence[FetchFee]) -> None:
    """Each fee is posted once; those that are not known yet are asked for again, and hold up none of the others."""
    answers = await asyncio.gather(
        *(processor.fee(task.charge_ref, task.balance_transaction) for task in tasks), return_exceptions=True
    )
    known = {task.order_id: fee for task, fee in zip(tasks, answers, strict=True) if isinstance(fee, Fee)}
    if known:
        async with database.transaction() as session:
            await _post(session, known, clock)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer


async def _post(session: AsyncSession, known: dict[UUID, Fee], clock: Clock) -> None:
    charges = [charge for charge in (await locked(session, list(known))).values() if charge.fee_ref is None]
    entries = []
    for charge in charges:
        fee = known[charge.order_id]
        if fee.currency != charge.currency:
            raise GiveUp(f"the fee {fee.ref} of order {charge.order_id} is in {fee.currency}")
        charge.fee_ref = fee.ref
        if fee.amount:
            entries.append(processor_fee(charge, fee.ref, fee.amount))
    if entries:
        await books.post(session, entries, clock())


async def ask_for_fees(database: Database, clock: Clock) -> None:
    """For the fees whose message never came."""
    async with database.transaction() as session:
        unknown = select(Charge.order_id, Charge.charge_ref).where(
            Charge.captured_at < clock() - ASK_AFTER, Charge.fee_ref.is_(None), Charge.charge_ref.is_not(None)
        )
        for order_id, charge_ref in await session.execute(unknown.limit(ASK_AT_ONCE)):
            assert charge_ref is not None
            task = FetchFee(order_id=order_id, charge_ref=charge_ref, balance_transaction=None)
            enqueue(session, task, key=charge_ref)
