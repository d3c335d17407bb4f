"""What the gateway promises to tell of accounts: that there is one, whom it turned out to be, how it is guarded."""

from typing import ClassVar, Literal
from uuid import UUID

from chassis.events import Event

FactorKind = Literal["totp", "passkey"]


class AccountFact(Event):
    topic: ClassVar[str] = "gateway.accounts"
    subject_field: ClassVar[str] = "account_id"

    account_id: UUID


class AccountOpened(AccountFact):
    pass


class GuestSignedIn(AccountFact):
    """Everything that belonged to the guest belongs to the account from now on."""

    guest_id: UUID


class SecondFactorAdded(AccountFact):
    kind: FactorKind


class SecondFactorRemoved(AccountFact):
    kind: FactorKind


class RecoveryCodeUsed(AccountFact):
    """One of the codes stood in for a second factor that was not at hand."""


class RecoveryCodesRenewed(AccountFact):
    """There are ten new ones, and the old ones are worth nothing."""
