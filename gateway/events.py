"""What the gateway promises to tell: that there is an account, and that a guest turned out to be somebody."""

from typing import ClassVar
from uuid import UUID

from chassis.events import Event


class AccountFact(Event):
    topic: ClassVar[str] = "gateway.accounts"
    subject_field: ClassVar[str] = "account_id"

    account_id: UUID


class AccountOpened(AccountFact):
    pass


class GuestSignedIn(AccountFact):
    """Everything that belonged to the guest belongs to the account from now on."""

    guest_id: UUID
