"""A payee: a co-op's own account at the processor, to which its shares are transferred."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.payments.base import Base
from services.payments.processor import Account


class Payee(Base):
    __tablename__ = "payees"

    coop_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    name: Mapped[str]
    domain: Mapped[str]
    country: Mapped[str]
    key: Mapped[str]
    key_since: Mapped[datetime]
    account_ref: Mapped[str | None]
    enabled: Mapped[bool]

    def learn(self, account: Account) -> bool:
        """Whether this was news."""
        if (self.account_ref, self.enabled) == (account.ref, account.enabled):
            return False
        self.account_ref, self.enabled = account.ref, account.enabled
        self.version += 1
        return True


class Guest(Base):
    """A guest who has signed in since: what the guest ordered, the account may pay."""

    __tablename__ = "guests"

    guest_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
