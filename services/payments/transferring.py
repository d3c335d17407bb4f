"""A consignment is shipped: its co-op gets its share, as soon as the co-op can be paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from chassis.database import Database
from chassis.outbox import publish
from chassis.tasks import GiveUp, Task, enqueue
from services.payments.bookkeeping import books, transferred
from services.payments.charge import Charge, OutOfTurn, locked
from services.payments.events import TransferMade
from services.payments.inbound import ConsignmentShipped
from services.payments.outbound import make_once, next_key
from services.payments.payee import Payee
from services.payments.processor import KeyReused, Processor, ProcessorRefused, TransferWanted
from services.payments.transfer import Transfer, TransferState


class MakeTransfer(Task):
    kind: ClassVar[str] = "payments.make_transfer"

    consignment_id: UUID


@dataclass(frozen=True, slots=True)
class Ready:
    wanted: TransferWanted
    key: str
    key_since: datetime


async def ship(session: AsyncSession, facts: Sequence[ConsignmentShipped], now: datetime) -> None:
    """The share is due from now on."""
    ids = [fact.consignment_id for fact in facts]
    query = select(Transfer).where(Transfer.consignment_id.in_(ids)).order_by(Transfer.consignment_id)
    transfers = {one.consignment_id: one for one in await session.scalars(query.with_for_update())}
    for fact in facts:
        transfer = transfers.get(fact.consignment_id)
        if transfer is None:
            raise OutOfTurn(f"consignment {fact.consignment_id} is shipped, and was never paid for")
        if transfer.ship(now):
            enqueue_transfer(session, transfer.consignment_id)


def enqueue_transfer(session: AsyncSession, consignment_id: UUID) -> None:
    """At most one of a consignment is pending."""
    enqueue(session, MakeTransfer(consignment_id=consignment_id), key=str(consignment_id))


async def make_transfer(database: Database, processor: Processor, clock: Clock, task: MakeTransfer) -> None:
    """Made once; where the co-op cannot be paid yet the transfer stays due until its payee is enabled."""
    async with database.transaction() as session:
        ready = await _ready(session, task.consignment_id)
    if ready is None:
        return
    try:
        ref = await _move(processor, ready, clock())
    except ProcessorRefused as refusal:
        await _refused(database, clock, task, refusal)
        raise GiveUp(f"the transfer for consignment {task.consignment_id} was refused: {refusal}") from refusal
    await _record(database, clock, ready.wanted, ref)


async def _move(processor: Processor, ready: Ready, now: datetime) -> str | None:
    """The processor's transfer; None for a consignment that cost nothing, which the processor would refuse to move."""
    if not ready.wanted.amount:
        return None
    return await make_once(
        lambda: processor.transfer(ready.wanted, key=ready.key),
        lambda: processor.find_transfer(ready.wanted),
        key_since=ready.key_since,
        now=now,
    )


async def _ready(session: AsyncSession, consignment_id: UUID) -> Ready | None:
    transfer = await session.get(Transfer, consignment_id)
    if transfer is None or transfer.state is not TransferState.DUE:
        return None
    # Shared lock: whoever enables the payee at this moment either is seen here, or sees this transfer as due.
    payee = await session.get(Payee, transfer.coop_id, with_for_update={"read": True})
    charge_ref = await session.scalar(select(Charge.charge_ref).where(Charge.id == transfer.charge_id))
    if payee is None or payee.account_ref is None or not payee.enabled:
        return None
    assert charge_ref is not None
    assert transfer.key is not None
    assert transfer.key_since is not None
    wanted = TransferWanted(
        transfer.consignment_id, transfer.order_id, payee.account_ref, charge_ref, transfer.amount, transfer.currency
    )
    return Ready(wanted, transfer.key, transfer.key_since)


async def _refused(database: Database, clock: Clock, task: MakeTransfer, refusal: ProcessorRefused) -> None:
    async with database.transaction() as session:
        transfer = await session.get_one(Transfer, task.consignment_id, with_for_update=True)
        if transfer.key is not None and not isinstance(refusal, KeyReused):
            transfer.key, transfer.key_since = next_key(transfer.key), clock()


async def _record(database: Database, clock: Clock, wanted: TransferWanted, ref: str | None) -> None:
    async with database.transaction() as session:
        charge = (await locked(session, [wanted.order_id]))[wanted.order_id]
        transfer = await session.get_one(Transfer, wanted.consignment_id, with_for_update=True)
        if not transfer.make(ref):
            return
        if transfer.amount:
            await books.post(session, [transferred(transfer)], clock())
        publish(
            session,
            TransferMade(
                order_id=charge.order_id,
                version=charge.next_version(),
                consignment_id=transfer.consignment_id,
                coop_id=transfer.coop_id,
                currency=transfer.currency,
                amount=transfer.amount,
            ),
        )
