"""The buyer's page asks for the payment: one PaymentIntent per charge, whoever asks how often."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Caller
from chassis.database import Database
from chassis.direct import UNHURRIED
from chassis.errors import Conflict, NotFound
from chassis.telemetry import log
from services.payments.charge import CHARGES, Charge, locked
from services.payments.outbound import make_once
from services.payments.payee import Guest
from services.payments.processor import Intent, IntentWanted, KeyReused, Processor, ProcessorRefused

PATIENCE = 1.0  # Seconds after which the page is told to ask again.


class NotYet(Conflict):
    code = "not_yet"
    title = "The payment is being prepared"


class PaymentNotTaken(Conflict):
    code = "payment_not_taken"
    title = "The payment provider does not take this payment"


async def open_charge(
    database: Database,
    processor: Processor,
    order_id: UUID,
    caller: Caller,
    now: datetime,
    *,
    patience: float = PATIENCE,
) -> tuple[Charge, Intent]:
    """The charge and its payment; nothing is locked while the processor is asked."""
    charge = await _once_expected(database, order_id, caller, now, patience)
    if charge.intent_ref is not None:
        return charge, await processor.intent(charge.intent_ref)
    try:
        intent = await intent_of(processor, charge, now)
    except KeyReused:
        raise
    except ProcessorRefused as refusal:
        # Nobody can pay this order, so it will end unpaid; the reason is somebody's at the operator's desk to mend.
        log.error("payment.not_taken", order_id=str(order_id), reason=str(refusal))
        raise PaymentNotTaken(
            "The payment provider does not take a payment over this amount. Nothing was charged."
        ) from refusal
    await record_intent(database, charge, intent)
    return charge, intent


async def _once_expected(database: Database, order_id: UUID, caller: Caller, now: datetime, patience: float) -> Charge:
    """Waits a moment for the word on an order that was reserved just now, holding no connection meanwhile."""
    with database.signals.expecting(CHARGES, str(order_id)) as expected:
        charge = await _opened(database, order_id, caller, now)
        if charge is None and await expected.wait(patience):
            charge = await _opened(database, order_id, caller, now)
    if charge is None:
        raise NotYet("Payments has not heard of this order yet; please ask again in a moment.")
    return charge


async def _opened(database: Database, order_id: UUID, caller: Caller, now: datetime) -> Charge | None:
    async with database.transaction() as session:
        charge = (await locked(session, [order_id])).get(order_id)
        if charge is not None:
            await require_buyer(session, charge, caller)
            charge.open(now)
        return charge


async def require_buyer(session: AsyncSession, charge: Charge, caller: Caller) -> None:
    """Other people's charges do not exist; a guest's are also those of the account the guest signed in to."""
    principal = caller.require_principal()
    if principal == charge.buyer_id:
        return
    account = await session.scalar(select(Guest.account_id).where(Guest.guest_id == charge.buyer_id))
    if account is None or account != principal:
        raise NotFound("There is no such payment, or it is not yours.")


async def intent_of(processor: Processor, charge: Charge, now: datetime) -> Intent:
    """The charge's one payment at the processor, made if it is not there yet; the charge must have been opened."""
    assert charge.intent_key is not None
    assert charge.intent_key_since is not None
    wanted = IntentWanted(charge.id, charge.order_id, charge.amount, charge.currency)
    key, since = charge.intent_key, charge.intent_key_since
    return await make_once(
        lambda: processor.create_intent(wanted, key=key),
        lambda: processor.find_intent(wanted, since),
        key_since=since,
        now=now,
    )


_RECORD = f"UPDATE charges SET intent_ref = $2 WHERE id = $1 AND intent_ref IS NULL AND {UNHURRIED} RETURNING id"  # noqa: S608


async def record_intent(database: Database, charge: Charge, intent: Intent) -> None:
    """A crash that takes this back costs nothing: the stored key leads to the same payment again."""
    await database.fetch(_RECORD, charge.id, intent.ref)
