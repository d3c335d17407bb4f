"""What the gateway promises to tell: that there is an account, whose a guest was, and what was done to an account."""

from datetime import datetime
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


class AccountAct(AccountFact):
    """Something that bears on who may get into an account, or what it may do."""

    at: datetime


class AddressVerified(AccountAct):
    """Its holder reads the mail that is sent to its address."""


class AddressChanged(AccountAct):
    """It has another address, whose mail its holder reads."""


class PasswordChanged(AccountAct):
    pass


class SessionsEnded(AccountAct):
    """By hand, from this session or another."""

    sessions: int


class ApiKeyAct(AccountAct):
    """The key is the co-op's; the account is who did it."""

    coop_id: UUID
    key_id: UUID


class ApiKeyMade(ApiKeyAct):
    pass


class ApiKeyRevoked(ApiKeyAct):
    pass


class OperatorMade(AccountAct):
    pass


class AccountClosed(AccountAct):
    """The last of its facts: whatever is personal about it is to be erased."""
