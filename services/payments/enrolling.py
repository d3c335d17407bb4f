"""A co-op is admitted: it gets an account at the processor, and is paid from the moment that account is enabled."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from chassis.database import Database
from chassis.outbox import publish
from chassis.tasks import GiveUp, Task, enqueue
from services.payments.events import PayeeOpened
from services.payments.inbound import CoopFact
from services.payments.outbound import make_once, next_key
from services.payments.payee import Payee
from services.payments.processor import Account, AccountWanted, KeyReused, Processor, ProcessorRefused
from services.payments.transfer import Transfer, TransferState
from services.payments.transferring import enqueue_transfer


class OpenPayee(Task):
    """Opens the co-op's account, or looks how it stands: one that is open already tells what changed."""

    kind: ClassVar[str] = "payments.open_payee"

    coop_id: UUID


async def enroll(session: AsyncSession, facts: Sequence[CoopFact], now: datetime) -> None:
    """One account per co-op, however often its admission is told."""
    rows = [
        {
            "coop_id": fact.coop_id,
            "version": 0,
            "name": fact.name,
            "domain": fact.domain,
            "country": fact.country,
            "key": f"account:{fact.coop_id}",
            "key_since": now,
            "enabled": False,
        }
        for fact in facts
    ]
    await session.execute(insert(Payee).on_conflict_do_nothing(index_elements=["coop_id"]), rows)
    for fact in facts:
        enqueue(session, OpenPayee(coop_id=fact.coop_id), key=str(fact.coop_id))


async def open_payee(database: Database, processor: Processor, clock: Clock, task: OpenPayee) -> None:
    """What the processor says now is what counts, so that news may come late, twice and in any order."""
    async with database.reading() as session:
        payee = await session.get(Payee, task.coop_id)
    if payee is None:
        return
    try:
        account = await _account(processor, payee, clock())
    except ProcessorRefused as refusal:
        await _refused(database, clock, task, refusal)
        raise GiveUp(f"the account of co-op {task.coop_id} was refused: {refusal}") from refusal
    await _record(database, task, account)


async def _account(processor: Processor, payee: Payee, now: datetime) -> Account:
    if payee.account_ref is not None:
        return await processor.account(payee.account_ref)
    wanted = AccountWanted(payee.coop_id, payee.name, payee.domain, payee.country)
    return await make_once(
        lambda: processor.open_account(wanted, key=payee.key),
        lambda: processor.find_account(wanted, payee.key_since),
        key_since=payee.key_since,
        now=now,
    )


async def _refused(database: Database, clock: Clock, task: OpenPayee, refusal: ProcessorRefused) -> None:
    async with database.transaction() as session:
        payee = await session.get_one(Payee, task.coop_id, with_for_update=True)
        if not isinstance(refusal, KeyReused):
            payee.key = next_key(payee.key)


async def _record(database: Database, task: OpenPayee, account: Account) -> None:
    async with database.transaction() as session:
        payee = await session.get_one(Payee, task.coop_id, with_for_update=True)
        if not payee.learn(account):
            return
        publish(
            session,
            PayeeOpened(coop_id=payee.coop_id, version=payee.version, account_ref=account.ref, enabled=account.enabled),
        )
        if account.enabled:
            await _pay_what_is_due(session, payee.coop_id)


async def _pay_what_is_due(session: AsyncSession, coop_id: UUID) -> None:
    due = select(Transfer.consignment_id).where(Transfer.coop_id == coop_id, Transfer.state == TransferState.DUE)
    for consignment_id in await session.scalars(due):
        enqueue_transfer(session, consignment_id)
