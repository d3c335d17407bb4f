"""Whether an address reaches the holder of an account: a link by mail, single use, three days, only a hash kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, String, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import Clock
from chassis.database import Database
from chassis.ids import new_id
from chassis.mail import MailSender
from chassis.secret_token import hashed, new_token
from chassis.tasks import Task, TaskHandler, enqueue, runs
from gateway.account import Account
from gateway.base import Base

PAGE = "/verify-address/"


class AddressVerification(Base):
    """`email` is the account's own address, or the one that is to take its place once the link was used."""

    __tablename__ = "address_verifications"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SendVerification(Task):
    kind: ClassVar[str] = "gateway.send_verification"

    account_id: UUID
    email: str


class TellFormerAddress(Task):
    """The mail that lets somebody whose account was taken over find out."""

    kind: ClassVar[str] = "gateway.tell_former_address"

    account_id: UUID
    email: str


def ask_to_verify(session: AsyncSession, account_id: UUID, email: str) -> None:
    """Sends the link; of several asked for in a moment the last counts."""
    enqueue(session, SendVerification(account_id=account_id, email=email), key=str(account_id))


@dataclass(frozen=True)
class AddressMails:
    """What the worker does: a verification sent twice is two mails, and either of their links works, once."""

    database: Database
    mailer: MailSender
    clock: Clock
    life: timedelta
    public_url: str

    def handlers(self) -> list[TaskHandler[Any]]:
        return [runs(SendVerification, self.send_link), runs(TellFormerAddress, self.tell_former)]

    async def send_link(self, task: SendVerification) -> None:
        token = new_token()
        async with self.database.transaction() as session:
            account = await session.get(Account, task.account_id)
            if account is None or (account.email_verified_at is not None and account.email == task.email):
                return
            link = AddressVerification(
                id=new_id(),
                account_id=account.id,
                email=task.email,
                token_hash=hashed(token),
                expires_at=self.clock() + self.life,
            )
            session.add(link)
        await self.mailer.send(
            to=task.email,
            subject="Please confirm your address at Toad Lane",
            text=CONFIRM.format(link=self.public_url + PAGE + token, days=self.life.days),
            message_id=f"address-verification-{link.id}",
        )

    async def tell_former(self, task: TellFormerAddress) -> None:
        async with self.database.reading() as session:
            account = await session.get(Account, task.account_id)
        if account is not None:
            await self.mailer.send(
                to=task.email,
                subject="Your address at Toad Lane has changed",
                text=CHANGED.format(name=account.name, url=self.public_url),
                message_id=f"former-address-{account.id}-{account.version}",
            )


async def forget_ended_verifications(session: AsyncSession, now: datetime) -> None:
    await session.execute(delete(AddressVerification).where(AddressVerification.expires_at <= now))


# Nobody has shown yet that the address is theirs: no word of whoever named it is mailed there, not even a name.
CONFIRM = """Hello,

please confirm that this address is yours. Open this link within {days} days, and press the button there:

{link}

If you have no account at Toad Lane, do nothing: without the link the address counts for nothing.
"""

CHANGED = """Hello {name},

your account at Toad Lane has a new e-mail address from now on, and no more mail comes to this one.

If that was not you, somebody else may have got into your account. Please answer to this mail at once.

{url}
"""
