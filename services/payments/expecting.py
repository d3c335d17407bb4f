"""An order waits for its money: from here on payments knows what may be paid, by whom, and for whom."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import Insertion
from chassis.signals import wake
from services.payments.charge import CHARGES, Charge, expected
from services.payments.inbound import AccountClosed, GuestSignedIn, OrderAwaitingPayment
from services.payments.payee import Guest

_EXPECTED = Insertion(Charge, or_keep=True)


async def expect(session: AsyncSession, facts: Sequence[OrderAwaitingPayment]) -> None:
    """One charge per order, however often it is told; pages that wait for one go on."""
    await _EXPECTED.write(session, [expected(fact) for fact in facts])
    await wake(session, CHARGES, [str(fact.order_id) for fact in facts])


async def remember_guests(session: AsyncSession, facts: Sequence[GuestSignedIn]) -> None:
    """An account may pay what it ordered before it signed in."""
    rows = [{"guest_id": fact.guest_id, "account_id": fact.account_id} for fact in facts]
    await session.execute(insert(Guest).on_conflict_do_nothing(index_elements=["guest_id"]), rows)


async def forget_guests(session: AsyncSession, facts: Sequence[AccountClosed]) -> None:
    """Who ordered as which guest; the books themselves know nobody."""
    await session.execute(delete(Guest).where(Guest.account_id.in_([fact.account_id for fact in facts])))
