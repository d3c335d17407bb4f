"""The processor's own fee, posted when it is known; nothing waits for it.

It is asked for many charges in one call every few seconds: the processor would tell of each by a webhook of its own,
and those would cost more than the payments they belong to.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from chassis.clock import Clock
from chassis.database import Database
from chassis.telemetry import log
from ledger.entry import Entry
from services.payments.bookkeeping import books, processor_fee
from services.payments.charge import Charge, locked
from services.payments.processor import Fee, Processor

EVERY = timedelta(seconds=2)
LATE_EVERY = timedelta(minutes=1)
FRESH = timedelta(minutes=1)
"""As a rule the fee is known this soon."""

GIVEN_UP = timedelta(days=30)
AT_ONCE = 100


async def collect_fees(database: Database, processor: Processor, clock: Clock) -> None:
    """For what was captured just now: one call, whatever the number of charges, and none where there are none."""
    now = clock()
    unknown = await _unknown(database, now - FRESH, now)
    if unknown:
        oldest = min(captured_at for _, captured_at in unknown.values())
        fees = await processor.fees([charge_ref for charge_ref, _ in unknown.values()], since=oldest)
        await _post(database, {fee.charge_ref: fee for fee in fees}, unknown, now)


async def chase_late_fees(database: Database, processor: Processor, clock: Clock) -> None:
    """For what was captured before that: one call for each."""
    now = clock()
    unknown = await _unknown(database, now - GIVEN_UP, now - FRESH)
    answers = [await processor.fee(charge_ref) for charge_ref, _ in unknown.values()]
    await _post(database, {fee.charge_ref: fee for fee in answers if fee is not None}, unknown, now)


Unknown = dict[UUID, tuple[str, datetime]]


async def _unknown(database: Database, since: datetime, until: datetime) -> Unknown:
    query = select(Charge.order_id, Charge.charge_ref, Charge.captured_at).where(
        Charge.captured_at > since, Charge.captured_at <= until, Charge.fee_ref.is_(None)
    )
    async with database.reading() as session:
        rows = await session.execute(query.order_by(Charge.captured_at).limit(AT_ONCE))
        return {order_id: (charge_ref, at) for order_id, charge_ref, at in rows if charge_ref is not None and at}


async def _post(database: Database, fees: dict[str, Fee], unknown: Unknown, now: datetime) -> None:
    known = {order_id: fees[charge_ref] for order_id, (charge_ref, _) in unknown.items() if charge_ref in fees}
    if not known:
        return
    async with database.transaction() as session:
        charges = (await locked(session, list(known))).values()
        entries = [entry for charge in charges if (entry := _entry(charge, known[charge.order_id])) is not None]
        if entries:
            await books.post(session, entries, now)


def _entry(charge: Charge, fee: Fee) -> Entry | None:
    if charge.fee_ref is not None:
        return None
    if fee.currency != charge.currency:
        # The processor settled in another currency than we keep our books in: a mistake in its configuration.
        log.error("fee.currency", order_id=str(charge.order_id), fee=fee.ref, currency=fee.currency)
        return None
    charge.fee_ref = fee.ref
    return processor_fee(charge, fee.ref, fee.amount) if fee.amount else None
