"""A new password for somebody who can read the mail of their account: single use, one hour, only a hash kept."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import Clock
from chassis.database import Database
from chassis.errors import NotFound
from chassis.ids import new_id
from chassis.mail import MailSender
from chassis.outbox import publish
from chassis.secret_token import hashed, new_token
from chassis.tasks import Task, withdraw
from gateway.account import Account, account_of, lock_account
from gateway.address_verification import AddressVerification, SendVerification, ask_to_verify
from gateway.base import Base
from gateway.events import PasswordChanged
from gateway.password import Passwords, acceptable
from gateway.second_factor import forget_factors
from gateway.session import end_sessions

PAGE = "/reset/"


class ResetLinkSpent(NotFound):
    code, title = "reset_link_spent", "That link can no longer be used"


class PasswordReset(Base):
    __tablename__ = "password_resets"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SendPasswordReset(Task):
    """Queued for every address alike: whether anybody has it is found out where nobody waits for the answer."""

    kind: ClassVar[str] = "gateway.send_password_reset"

    email: str


async def choose_new_password(
    database: Database, passwords: Passwords, *, token: str, password: str, now: datetime
) -> None:
    """Sets the password and signs the account out everywhere; whoever has the link reads the mail of its address.

    Raises ResetLinkSpent.
    """
    async with database.reading() as session:
        account = await session.scalar(
            select(Account)
            .join(PasswordReset, PasswordReset.account_id == Account.id)
            .where(PasswordReset.token_hash == hashed(token), PasswordReset.expires_at > now)
        )
    if account is None:
        raise _spent()
    # Hashed between the two, so that no connection is held for as long as that takes.
    password_hash = await passwords.hash(acceptable(password, email=account.email))
    async with database.transaction() as session:
        locked = await lock_account(session, account.id)
        if locked is None:
            raise _spent()
        await _use_up(session, hashed(token), now)
        if locked.email_verified_at is None and not locked.operator:
            # Until now nobody had shown to read this address: who set the account up may have been somebody else.
            await forget_factors(session, locked)
        await set_password(session, locked, password_hash, now)
        locked.verify_address(session, now)
        await end_sessions(session, locked.id)


async def set_password(session: AsyncSession, account: Account, password_hash: str, now: datetime) -> None:
    """Links that somebody else may have asked for meanwhile open nothing any more. The row must be locked."""
    account.password_hash = password_hash
    await forget_links(session, account)
    publish(session, PasswordChanged(account_id=account.id, version=account.next_version(), at=now))


async def forget_links(session: AsyncSession, account: Account) -> None:
    """All that would give the account another password, or another address."""
    await session.execute(delete(PasswordReset).where(PasswordReset.account_id == account.id))
    elsewhere = (AddressVerification.account_id == account.id, AddressVerification.email != account.email)
    await session.execute(delete(AddressVerification).where(*elsewhere))
    # A mail that is still to go, because its server was away, would make such a link later.
    await withdraw(session, (SendVerification,), "account_id", [account.id])
    if account.email_verified_at is None:
        ask_to_verify(session, account.id, account.email)


def reset_mail(
    database: Database, mailer: MailSender, *, clock: Clock, life: timedelta, public_url: str
) -> Callable[[SendPasswordReset], Awaitable[None]]:
    """What the worker does: done twice it sends two mails, and either of their links works, once."""

    async def send(task: SendPasswordReset) -> None:
        token = new_token()
        async with database.transaction() as session:
            account = await account_of(session, task.email)
            if account is None:
                return
            reset = PasswordReset(
                id=new_id(), account_id=account.id, token_hash=hashed(token), expires_at=clock() + life
            )
            session.add(reset)
        await mailer.send(
            to=account.email,
            subject="Your new password at Toad Lane",
            text=_letter(public_url + PAGE + token, life),
            message_id=f"password-reset-{reset.id}",
        )

    return send


async def forget_ended_resets(session: AsyncSession, now: datetime) -> None:
    await session.execute(delete(PasswordReset).where(PasswordReset.expires_at <= now))


async def _use_up(session: AsyncSession, token_hash: bytes, now: datetime) -> None:
    """Of two who use one link at the same moment, one waits here and then finds it gone."""
    used = await session.scalar(
        delete(PasswordReset)
        .where(PasswordReset.token_hash == token_hash, PasswordReset.expires_at > now)
        .returning(PasswordReset.id)
    )
    if used is None:
        raise _spent()


def _spent() -> ResetLinkSpent:
    return ResetLinkSpent("It works once and for an hour. Please ask for a new one.")


def _letter(link: str, life: timedelta) -> str:
    minutes = int(life.total_seconds() // 60)
    return (
        f"Hello,\n\nsomebody, hopefully you, asked for a new password at Toad Lane.\n"
        f"To choose one, open this link within {minutes} minutes:\n\n{link}\n\n"
        "If it was not you, do nothing: your password stays as it is.\n"
    )
