"""What payments asks of a payment processor, and what can go wrong there.

Everything that makes something takes a key: asked twice with one key, the processor makes it once.
What was made carries our own id, so that it is found again when the key is no longer remembered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from chassis.errors import DomainError, Unavailable


class ProcessorUnavailable(Unavailable):
    """It did not answer, or not yet: asking again with the same key may help and can do no harm."""

    code = "processor_unavailable"
    title = "The payment processor does not answer"


class ProcessorRefused(Exception):
    """It will not do this, and made nothing: asking again does not help."""


class CardDeclined(ProcessorRefused):
    """The buyer's bank said no."""


class KeyReused(ProcessorRefused):
    """The key was used for something else: a mistake of ours, never to be got round with a new key."""


class BadSignature(DomainError):
    code = "bad_signature"
    title = "This does not come from the payment processor"


class IntentStatus(StrEnum):
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"
    CANCELABLE = "cancelable"
    PROCESSING = "processing"


@dataclass(frozen=True, slots=True)
class Intent:
    """A payment the shopper may make; `charge_ref` is known once it succeeded."""

    ref: str
    status: IntentStatus
    client_secret: str
    received: int
    currency: str
    charge_ref: str | None


@dataclass(frozen=True, slots=True)
class IntentWanted:
    charge_id: UUID
    order_id: UUID
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class RefundWanted:
    charge_id: UUID
    order_id: UUID
    intent_ref: str
    amount: int


@dataclass(frozen=True, slots=True)
class TransferWanted:
    """`charge_ref`: the money comes out of this charge and goes when the charge's money is there."""

    consignment_id: UUID
    order_id: UUID
    account_ref: str
    charge_ref: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class AccountWanted:
    coop_id: UUID
    name: str
    domain: str
    country: str


@dataclass(frozen=True, slots=True)
class Account:
    """`enabled`: money can be transferred to it."""

    ref: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class Fee:
    """What the processor kept of one charge; `ref` names the line in its own books."""

    ref: str
    charge_ref: str
    amount: int
    currency: str


class Processor(Protocol):
    def verify(self, payload: bytes, signature: str | None) -> None:
        """Raises BadSignature unless the processor signed exactly these bytes, and lately."""

    async def create_intent(self, wanted: IntentWanted, *, key: str) -> Intent: ...

    async def find_intent(self, wanted: IntentWanted, since: datetime) -> Intent | None: ...

    async def intent(self, ref: str) -> Intent: ...

    async def cancel_intent(self, ref: str) -> Intent:
        """The intent as it stands afterwards: it may have succeeded a moment before."""
        ...

    async def refund(self, wanted: RefundWanted, *, key: str) -> str: ...

    async def find_refund(self, wanted: RefundWanted) -> str | None: ...

    async def transfer(self, wanted: TransferWanted, *, key: str) -> str: ...

    async def find_transfer(self, wanted: TransferWanted) -> str | None: ...

    async def open_account(self, wanted: AccountWanted, *, key: str) -> Account: ...

    async def find_account(self, wanted: AccountWanted, since: datetime) -> Account | None: ...

    async def account(self, ref: str) -> Account: ...

    async def fees(self, charge_refs: Sequence[str], *, since: datetime) -> list[Fee]:
        """Those of them that are known already, and recent enough to be found without a long search."""
        ...

    async def fee(self, charge_ref: str) -> Fee | None:
        """None while it is not known."""
        ...

    async def close(self) -> None:
        """Lets go of its connections."""
