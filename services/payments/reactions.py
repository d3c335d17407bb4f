"""What payments does about the facts of others: one table."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from chassis.inbox import Reaction, batch
from services.payments import inbound
from services.payments.cancelling import cancel
from services.payments.enrolling import enroll
from services.payments.expecting import expect, forget_guests, remember_guests
from services.payments.transferring import ship
from services.payments.voiding import void


def reactions(clock: Clock) -> list[Reaction]:
    """Each handler locks in id order, whatever the order of the events."""

    async def cancel_now(session: AsyncSession, facts: Sequence[inbound.OrderCancelled]) -> None:
        await cancel(session, facts, clock())

    async def ship_now(session: AsyncSession, facts: Sequence[inbound.ConsignmentShipped]) -> None:
        await ship(session, facts, clock())

    async def enroll_now(session: AsyncSession, facts: Sequence[inbound.CoopFact]) -> None:
        await enroll(session, facts, clock())

    return [
        batch(inbound.OrderAwaitingPayment, expect),
        batch(inbound.OrderVoidRequested, void),
        batch(inbound.OrderCancelled, cancel_now),
        batch(inbound.ConsignmentShipped, ship_now),
        batch(inbound.CoopAdmitted, enroll_now),
        batch(inbound.CoopReinstated, enroll_now),
        batch(inbound.GuestSignedIn, remember_guests),
        batch(inbound.AccountClosed, forget_guests),
    ]
