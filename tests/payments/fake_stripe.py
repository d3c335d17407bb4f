"""A processor in memory that keeps Stripe's promises, and can be killed between doing and answering."""

import hmac
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from chassis.clock import Clock
from services.payments.processor import (
    Account,
    AccountWanted,
    Fee,
    Intent,
    IntentStatus,
    IntentWanted,
    KeyReused,
    ProcessorRefused,
    ProcessorUnavailable,
    RefundWanted,
    TransferWanted,
)
from services.payments.stripe_adapter import StripeProcessor

Made = TypeVar("Made")

SECRET = "whsec_of_the_tests"
KEYS_KEPT = timedelta(hours=24)


class Crash(BaseException):
    """The process is gone after the processor has done its work and before the answer is recorded."""


@dataclass
class FakeStripe:
    """`crash_after` names the call whose answer never arrives; `down` answers nothing; `refuses` says no."""

    clock: Clock
    crash_after: str | None = None
    down: bool = False
    refuses: set[str] = field(default_factory=set)
    accounts_enabled: bool = True
    intents: dict[str, Intent] = field(default_factory=dict)
    wanted: dict[str, IntentWanted] = field(default_factory=dict)
    refunds: dict[str, RefundWanted] = field(default_factory=dict)
    transfers: dict[str, TransferWanted] = field(default_factory=dict)
    accounts: dict[str, tuple[AccountWanted, Account]] = field(default_factory=dict)
    kept: dict[str, Fee] = field(default_factory=dict)
    notices: list[bytes] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    _keys: dict[str, tuple[object, object, datetime]] = field(default_factory=dict)
    _numbers: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._verifier = StripeProcessor("sk_test_unused", SECRET)

    def verify(self, payload: bytes, signature: str | None) -> None:
        self._verifier.verify(payload, signature)

    async def close(self) -> None:
        """It holds no connections."""

    def _number(self, prefix: str) -> str:
        self._numbers[prefix] += 1
        return f"{prefix}_{self._numbers[prefix]}"

    def _answers(self, call: str) -> None:
        self.calls[call] += 1
        if self.down:
            raise ProcessorUnavailable("down")

    def _once(self, call: str, key: str, wanted: object, make: Callable[[], Made]) -> Made:
        """The same key with the same wish gives the same answer, refusals included, for 24 hours."""
        self._answers(call)
        now = self.clock()
        known = self._keys.get(key)
        if known is None or now - known[2] >= KEYS_KEPT:
            known = self._keys[key] = (wanted, self._made(call, make), now)
        if known[0] != wanted:
            raise KeyReused(key)
        if isinstance(known[1], ProcessorRefused):
            raise known[1]
        self._crash(call)
        return known[1]  # type: ignore[return-value]

    def _made(self, call: str, make: Callable[[], object]) -> object:
        try:
            return ProcessorRefused(f"{call} is refused") if call in self.refuses else make()
        except ProcessorRefused as refusal:
            return refusal

    def _crash(self, call: str) -> None:
        if self.crash_after == call:
            self.crash_after = None
            raise Crash(call)

    async def create_intent(self, wanted: IntentWanted, *, key: str) -> Intent:
        def make() -> Intent:
            ref = self._number("pi")
            self.wanted[ref] = wanted
            self.intents[ref] = Intent(ref, IntentStatus.CANCELABLE, f"{ref}_secret", 0, wanted.currency, None)
            return self.intents[ref]

        return self._once("create_intent", key, wanted, make)

    async def find_intent(self, wanted: IntentWanted, since: datetime) -> Intent | None:
        self._answers("find_intent")
        return next((self.intents[ref] for ref, known in self.wanted.items() if known == wanted), None)

    async def intent(self, ref: str) -> Intent:
        self._answers("intent")
        return self.intents[ref]

    async def cancel_intent(self, ref: str) -> Intent:
        self._answers("cancel_intent")
        if self.intents[ref].status is IntentStatus.CANCELABLE:
            self.intents[ref] = replace(self.intents[ref], status=IntentStatus.CANCELED)
            self._tell("payment_intent.canceled", self._intent_object(ref))
        self._crash("cancel_intent")
        return self.intents[ref]

    async def refund(self, wanted: RefundWanted, *, key: str) -> str:
        def make() -> str:
            given = sum(one.amount for one in self.refunds.values() if one.intent_ref == wanted.intent_ref)
            if given + wanted.amount > self.intents[wanted.intent_ref].received:
                raise ProcessorRefused("more than was paid")
            ref = self._number("re")
            self.refunds[ref] = wanted
            return ref

        return self._once("refund", key, wanted, make)

    async def find_refund(self, wanted: RefundWanted) -> str | None:
        self._answers("find_refund")
        return next((ref for ref, known in self.refunds.items() if known == wanted), None)

    async def transfer(self, wanted: TransferWanted, *, key: str) -> str:
        def make() -> str:
            if not self.accounts[wanted.account_ref][1].enabled:
                raise ProcessorRefused("the account cannot receive transfers")
            ref = self._number("tr")
            self.transfers[ref] = wanted
            return ref

        return self._once("transfer", key, wanted, make)

    async def find_transfer(self, wanted: TransferWanted) -> str | None:
        self._answers("find_transfer")
        return next((ref for ref, known in self.transfers.items() if known == wanted), None)

    async def open_account(self, wanted: AccountWanted, *, key: str) -> Account:
        def make() -> Account:
            account = Account(self._number("acct"), self.accounts_enabled)
            self.accounts[account.ref] = (wanted, account)
            return account

        return self._once("open_account", key, wanted, make)

    async def find_account(self, wanted: AccountWanted, since: datetime) -> Account | None:
        self._answers("find_account")
        return next((account for known, account in self.accounts.values() if known == wanted), None)

    async def account(self, ref: str) -> Account:
        self._answers("account")
        return self.accounts[ref][1]

    async def fees(self, charge_refs: Sequence[str], *, since: datetime) -> list[Fee]:
        self._answers("fees")
        return [self.kept[ref] for ref in charge_refs if ref in self.kept]

    async def fee(self, charge_ref: str) -> Fee | None:
        self._answers("fee")
        return self.kept.get(charge_ref)

    # What happens at the processor's end.

    def pay(self, ref: str, amount: int | None = None) -> None:
        """The buyer's card is good: even for a payment that was cancelled a moment before."""
        received = self.wanted[ref].amount if amount is None else amount
        charge_ref = ref.replace("pi", "ch")
        self.intents[ref] = replace(
            self.intents[ref], status=IntentStatus.SUCCEEDED, received=received, charge_ref=charge_ref
        )
        self.kept[charge_ref] = Fee(charge_ref.replace("ch", "txn"), charge_ref, 25 + received * 15 // 1000, "EUR")
        self._tell("payment_intent.succeeded", self._intent_object(ref))

    def decline(self, ref: str, decline_code: str = "insufficient_funds") -> None:
        error = {"code": "card_declined", "decline_code": decline_code}
        self._tell("payment_intent.payment_failed", self._intent_object(ref) | {"last_payment_error": error})

    def return_refund(self, ref: str) -> None:
        """The buyer's account is closed: their bank sends the money back."""
        wanted = self.refunds[ref]
        ids = {"toadlane_order": str(wanted.order_id), "toadlane_charge": str(wanted.charge_id)}
        self._tell("refund.failed", {"id": ref, "amount": wanted.amount, "metadata": ids})

    def enable(self, account_ref: str) -> None:
        """Its owners have told Stripe what it wanted to know."""
        wanted, account = self.accounts[account_ref]
        self.accounts[account_ref] = (wanted, replace(account, enabled=True))
        self._tell("account.updated", {"id": account_ref, "metadata": {"toadlane_coop": str(wanted.coop_id)}})

    def _intent_object(self, ref: str) -> dict[str, Any]:
        intent = self.intents[ref]
        return {
            "id": ref,
            "amount_received": intent.received,
            "currency": intent.currency.lower(),
            "latest_charge": intent.charge_ref,
            "last_payment_error": None,
            "metadata": self._ids(ref),
        }

    def _ids(self, ref: str) -> dict[str, str]:
        return {"toadlane_order": str(self.wanted[ref].order_id), "toadlane_charge": str(self.wanted[ref].charge_id)}

    def _tell(self, type_: str, about: dict[str, Any]) -> None:
        self.notices.append(notice(type_, about, id_=self._number("evt"), created=self.clock()))


def notice(type_: str, about: dict[str, Any], *, id_: str, created: datetime) -> bytes:
    """The bytes of a webhook."""
    envelope = {
        "id": id_,
        "object": "event",
        "type": type_,
        "created": int(created.timestamp()),
        "data": {"object": about},
    }
    return json.dumps(envelope).encode()


def signature(payload: bytes, *, secret: str = SECRET, age: int = 0) -> str:
    """The Stripe-Signature header that fits these bytes, `age` seconds old."""
    stamp = int(time.time()) - age
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + payload, sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def transfers_of(stripe: FakeStripe, coop_id: UUID) -> list[TransferWanted]:
    """What was transferred to a co-op."""
    refs = {ref for ref, (wanted, _) in stripe.accounts.items() if wanted.coop_id == coop_id}
    return [one for one in stripe.transfers.values() if one.account_ref in refs]
