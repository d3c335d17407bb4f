"""Using the link from the mail: the address is known to reach its holder, or a new one takes its place."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.email_address import normalised
from chassis.errors import NotFound
from chassis.outbox import publish
from chassis.secret_token import hashed
from chassis.tasks import enqueue
from gateway.account import Account, EmailTaken, account_of, acting, lock_account
from gateway.address_verification import AddressVerification, TellFormerAddress, ask_to_verify
from gateway.events import AddressChanged
from gateway.password_again import PasswordAgain
from gateway.password_reset import forget_links


class VerificationLinkSpent(NotFound):
    code, title = "verification_link_spent", "That link can no longer be used"


async def verify(database: Database, token: str, now: datetime) -> None:
    """Once, by whoever has the link: no session is asked for. Raises VerificationLinkSpent and EmailTaken."""
    async with database.transaction() as session:
        account = await _whose(session, hashed(token))
        email = await _use_up(session, hashed(token), now)
        if email == account.email:
            account.verify_address(session, now)
        else:
            await _move(session, account, email, now)
        await session.execute(delete(AddressVerification).where(AddressVerification.account_id == account.id))


async def send_again(session: AsyncSession, account_id: UUID) -> None:
    """Nothing where the address is verified already."""
    account = await acting(session, account_id)
    if account.email_verified_at is None:
        ask_to_verify(session, account.id, account.email)


async def ask_to_change(
    database: Database, again: PasswordAgain, *, account_id: UUID, email: str, password: str
) -> None:
    """The new address gets a link, and counts once that was used. Raises EmailTaken."""
    known = await again.confirm(account_id, password)
    wanted = normalised(email)
    async with database.transaction() as session:
        await again.lock(session, known)
        if await account_of(session, wanted) is not None:
            raise _taken()
        ask_to_verify(session, account_id, wanted)


async def _whose(session: AsyncSession, token_hash: bytes) -> Account:
    """The account is locked before its link, as everybody does who changes it."""
    found = select(AddressVerification.account_id).where(AddressVerification.token_hash == token_hash)
    account_id = await session.scalar(found)
    account = None if account_id is None else await lock_account(session, account_id)
    if account is None:
        raise _spent()
    return account


async def _use_up(session: AsyncSession, token_hash: bytes, now: datetime) -> str:
    used = delete(AddressVerification).where(
        AddressVerification.token_hash == token_hash, AddressVerification.expires_at > now
    )
    email: str | None = await session.scalar(used.returning(AddressVerification.email))
    if email is None:
        raise _spent()
    return email


async def _move(session: AsyncSession, account: Account, email: str, now: datetime) -> None:
    former, account.email, account.email_verified_at = account.email, email, now
    try:
        await session.flush()
    except IntegrityError as error:
        raise _taken() from error
    await forget_links(session, account)
    publish(session, AddressChanged(account_id=account.id, version=account.next_version(), at=now))
    # Each former address is told: a second change must not take the place of the mail about the first.
    enqueue(session, TellFormerAddress(account_id=account.id, email=former), key=f"{account.id} {former}")


def _taken() -> EmailTaken:
    return EmailTaken("Please give another address, or close that account first.", field="email")


def _spent() -> VerificationLinkSpent:
    return VerificationLinkSpent(
        "It works once and for three days. You can ask for another one on the page of your account."
    )
