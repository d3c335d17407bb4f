"""Accounts: opening one, what is told of them, and making somebody an operator."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, String, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.email_address import normalised
from chassis.errors import Conflict, NotFound, SignInRequired
from chassis.ids import new_id
from chassis.outbox import publish
from gateway.base import Base
from gateway.events import AccountOpened, AddressVerified, GuestSignedIn, OperatorMade


class EmailTaken(Conflict):
    code, title = "email_taken", "There is an account with that address already"


class NoSuchAccount(NotFound):
    code, title = "no_such_account", "Nobody has an account with that address"


class Account(Base):
    """`version` numbers the facts told about it."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    email_verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200))
    operator: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(BigInteger, default=1)
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    def next_version(self) -> int:
        """The version of the fact about to be told; the row must be locked."""
        self.version += 1
        return self.version

    def signed_in_from(self, session: AsyncSession, guest_id: UUID) -> None:
        """What the guest has gathered is the account's from now on. The row must be locked."""
        publish(session, GuestSignedIn(account_id=self.id, version=self.next_version(), guest_id=guest_id))

    def verify_address(self, session: AsyncSession, now: datetime) -> None:
        """Its holder was seen to read the mail of its address. The row must be locked."""
        if self.email_verified_at is None:
            self.email_verified_at = now
            publish(session, AddressVerified(account_id=self.id, version=self.next_version(), at=now))


async def open_account(session: AsyncSession, *, email: str, name: str, password_hash: str, now: datetime) -> Account:
    """Opens an account, or raises EmailTaken; of two at the same moment one gets the address."""
    values = {"id": new_id(), "email": normalised(email), "name": name, "password_hash": password_hash}
    added = insert(Account).values(**values, version=1, opened_at=now)
    made: Account | None = await session.scalar(
        added.on_conflict_do_nothing(index_elements=["email"]).returning(Account)
    )
    if made is None:
        raise EmailTaken("Please sign in, or ask for a new password.", field="email")
    publish(session, AccountOpened(account_id=made.id, version=made.version))
    return made


async def account_of(session: AsyncSession, email: str) -> Account | None:
    return await session.scalar(select(Account).where(Account.email == email))


async def lock_account(session: AsyncSession, account_id: UUID) -> Account | None:
    return await session.scalar(select(Account).where(Account.id == account_id).with_for_update())


async def acting(session: AsyncSession, account_id: UUID) -> Account:
    """The account behind a request, locked; raises SignInRequired where it was closed meanwhile."""
    account = await lock_account(session, account_id)
    if account is None:
        raise SignInRequired("This account was closed.")
    return account


async def make_operator(session: AsyncSession, email: str, now: datetime) -> Account:
    """Lets an account operate the marketplace from its next request on; for a command, not for the API."""
    known = await account_of(session, normalised(email))
    account = await lock_account(session, known.id) if known is not None else None
    if account is None:
        raise NoSuchAccount(f"Open an account for {email} on the marketplace first, then run this again.")
    if not account.operator:
        account.operator = True
        publish(session, OperatorMade(account_id=account.id, version=account.next_version(), at=now))
    return account
