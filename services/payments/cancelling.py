"""The order is gone: nothing is taken for it any more, and what was taken is given back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.tasks import enqueue
from services.payments.charge import Charge, State, locked
from services.payments.inbound import OrderCancelled
from services.payments.refunding import Refund
from services.payments.transfer import transfers_of
from services.payments.voiding import VoidIntent


async def cancel(session: AsyncSession, facts: Sequence[OrderCancelled], now: datetime) -> None:
    """An order that was rejected before its payment was expected is none of ours."""
    charges = await locked(session, [fact.order_id for fact in facts])
    news = [charge for charge in charges.values() if charge.cancel(now)]
    to_refund = [charge for charge in news if charge.state is State.REFUNDING]
    await _drop_transfers(session, to_refund)
    for charge in to_refund:
        enqueue(session, Refund(order_id=charge.order_id), key=str(charge.order_id))
    for charge in news:
        if charge.state is State.VOIDED and charge.intent_key is not None:
            enqueue(session, VoidIntent(order_id=charge.order_id), key=str(charge.order_id))


async def _drop_transfers(session: AsyncSession, charges: Sequence[Charge]) -> None:
    if charges:
        for transfer in await transfers_of(session, [charge.id for charge in charges]):
            transfer.drop()
