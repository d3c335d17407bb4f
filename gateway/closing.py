"""Closing an account for good: nothing of the person stays here, and every room hears what it has to erase."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Caller
from chassis.database import Database
from chassis.errors import Conflict
from chassis.outbox import publish
from chassis.personal import UNFINISHED, Unfinished
from chassis.tasks import withdraw
from gateway.account import Account
from gateway.address_verification import SendVerification, TellFormerAddress
from gateway.events import AccountClosed
from gateway.factor_notice import SendFactorNotice
from gateway.gathering import Gathering
from gateway.membership import Membership
from gateway.password_again import PasswordAgain
from gateway.password_reset import SendPasswordReset
from gateway.role import OWNER

_TOLD = TypeAdapter(list[Unfinished])


class OnlyOwner(Conflict):
    code, title = "only_owner", "A co-op would be left without an owner"


class StillNeeded(Conflict):
    code, title = "not_finished", "Something of yours is not finished yet"


Owners = Callable[[AsyncSession, UUID], Awaitable[Sequence[Membership]]]


async def locked_owners(session: AsyncSession, account_id: UUID) -> Sequence[Membership]:
    """All owners of the co-ops that the account owns; whoever else wants to leave one of those waits here."""
    owned = select(Membership.coop_id).where(Membership.account_id == account_id, Membership.role == OWNER)
    owners = select(Membership).where(Membership.coop_id.in_(owned), Membership.role == OWNER)
    in_order = owners.order_by(Membership.coop_id, Membership.account_id)
    return (await session.scalars(in_order.with_for_update())).all()


async def close_account(
    database: Database,
    again: PasswordAgain,
    rooms: Gathering,
    *,
    caller: Caller,
    password: str,
    now: datetime,
    owners: Owners = locked_owners,
) -> None:
    """Raises WrongPassword, OnlyOwner and StillNeeded. What the person was to others, such as a buyer, is an id now.

    The rooms are asked before anything is locked: what is begun in the moment after, a room finishes before it erases.
    """
    account_id = caller.require_account()
    known = await again.confirm(account_id, password)
    _require_finished(await rooms.ask(caller, UNFINISHED))
    async with database.transaction() as session:
        account = await again.lock(session, known)
        await _leave_co_ops(session, account.id, await owners(session, account.id))
        await _call_off_mails(session, account)
        publish(session, AccountClosed(account_id=account.id, version=account.next_version(), at=now))
        # Sessions, and links under way, go with it.
        await session.delete(account)


def _require_finished(answers: Mapping[str, object]) -> None:
    reasons = [one for answer in answers.values() for one in _TOLD.validate_python(answer)]
    if reasons:
        raise StillNeeded(
            " ".join(one.detail for one in reasons), reasons=[one.model_dump(mode="json") for one in reasons]
        )


async def _leave_co_ops(session: AsyncSession, account_id: UUID, owners: Sequence[Membership]) -> None:
    shared = {one.coop_id for one in owners if one.account_id != account_id}
    if alone := sorted({one.coop_id for one in owners} - shared):
        raise OnlyOwner(
            "You are the only owner of a co-op that sells here. Make somebody else its owner first, or write to us "
            "if it is to close.",
            coops=alone,
        )
    works = update(Membership).where(Membership.account_id == account_id, Membership.role.is_not(None))
    await session.execute(works.values(role=None))


async def _call_off_mails(session: AsyncSession, account: Account) -> None:
    await withdraw(session, (SendVerification, TellFormerAddress, SendFactorNotice), "account_id", [account.id])
    await withdraw(session, (SendPasswordReset,), "email", [account.email])
