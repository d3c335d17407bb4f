"""Stripe, as payments asks it; the only file that knows the library, whoever answers at the other end."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Self
from uuid import UUID, uuid4

import stripe

from services.payments.processor import (
    Account,
    AccountWanted,
    BadSignature,
    CardDeclined,
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
from services.payments.settings import Settings

TIMEOUT_SECONDS = 20.0
RETRIES = 2  # Within one call, with the same key: for a moment's trouble; what lasts longer is the task's to retry.
TOLERANCE_SECONDS = 300
SEARCHED = 300  # Balance transactions, newest first: three pages.

STATUSES = {
    "succeeded": IntentStatus.SUCCEEDED,
    "canceled": IntentStatus.CANCELED,
    "processing": IntentStatus.PROCESSING,
}

# What is not here may have happened or may yet: no answer, too many requests, a fault of theirs, a wrong API key.
REFUSALS: tuple[tuple[type[stripe.StripeError], type[ProcessorRefused]], ...] = (
    (stripe.CardError, CardDeclined),
    (stripe.IdempotencyError, KeyReused),
    (stripe.InvalidRequestError, ProcessorRefused),
)


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except stripe.StripeError as error:
        for theirs, ours in REFUSALS:
            if isinstance(error, theirs):
                raise ours(error.user_message or str(error)) from error
        raise ProcessorUnavailable("The payment processor does not answer; please try again in a moment.") from error


class StripeProcessor:
    """Implements `Processor` over Stripe's HTTP API."""

    def __init__(self, api_key: str, webhook_secret: str, api_base: str | None = None) -> None:
        self._webhook_secret = webhook_secret
        self._stripe = stripe.StripeClient(
            api_key,
            base_addresses={"api": api_base} if api_base else None,
            max_network_retries=RETRIES,
            http_client=stripe.HTTPXClient(timeout=TIMEOUT_SECONDS),
        ).v1

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the settings name it."""
        return cls(settings.stripe_api_key, settings.stripe_webhook_secret, settings.stripe_api_base)

    def verify(self, payload: bytes, signature: str | None) -> None:
        """The library compares in constant time and refuses an empty secret and an old signature."""
        try:
            stripe.WebhookSignature.verify_header(payload, signature, self._webhook_secret, TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
            raise BadSignature("The signature does not fit these bytes, or is too old.") from error

    async def create_intent(self, wanted: IntentWanted, *, key: str) -> Intent:
        with _named_errors():
            return _intent(
                await self._stripe.payment_intents.create_async(
                    {
                        "amount": wanted.amount,
                        "currency": wanted.currency.lower(),
                        "automatic_payment_methods": {"enabled": True},
                        "transfer_group": str(wanted.order_id),
                        "metadata": {"toadlane_order": str(wanted.order_id), "toadlane_charge": str(wanted.charge_id)},
                    },
                    {"idempotency_key": key},
                )
            )

    async def find_intent(self, wanted: IntentWanted, since: datetime) -> Intent | None:
        """Walks the list: Stripe's search lags behind, by up to an hour on a bad day."""
        with _named_errors():
            intents = await self._stripe.payment_intents.list_async({"created": {"gte": _from(since)}, "limit": 100})
            async for intent in intents.auto_paging_iter():
                if _says(intent.metadata, "toadlane_charge", wanted.charge_id):
                    return _intent(intent)
        return None

    async def intent(self, ref: str) -> Intent:
        with _named_errors():
            return _intent(await self._stripe.payment_intents.retrieve_async(ref))

    async def cancel_intent(self, ref: str) -> Intent:
        try:
            # A key of its own each time: to cancel twice does no harm, and a remembered refusal would.
            with _named_errors():
                return _intent(
                    await self._stripe.payment_intents.cancel_async(
                        ref, {"cancellation_reason": "abandoned"}, {"idempotency_key": f"cancel:{ref}:{uuid4()}"}
                    )
                )
        except ProcessorRefused:
            return await self.intent(ref)

    async def refund(self, wanted: RefundWanted, *, key: str) -> str:
        with _named_errors():
            refund = await self._stripe.refunds.create_async(
                {
                    "payment_intent": wanted.intent_ref,
                    "amount": wanted.amount,
                    "metadata": {"toadlane_order": str(wanted.order_id), "toadlane_charge": str(wanted.charge_id)},
                },
                {"idempotency_key": key},
            )
        return refund.id

    async def find_refund(self, wanted: RefundWanted) -> str | None:
        with _named_errors():
            refunds = await self._stripe.refunds.list_async({"payment_intent": wanted.intent_ref, "limit": 100})
            async for refund in refunds.auto_paging_iter():
                if _says(refund.metadata, "toadlane_charge", wanted.charge_id):
                    return refund.id
        return None

    async def transfer(self, wanted: TransferWanted, *, key: str) -> str:
        with _named_errors():
            transfer = await self._stripe.transfers.create_async(
                {
                    "amount": wanted.amount,
                    "currency": wanted.currency.lower(),
                    "destination": wanted.account_ref,
                    "source_transaction": wanted.charge_ref,
                    "transfer_group": str(wanted.order_id),
                    "metadata": {
                        "toadlane_order": str(wanted.order_id),
                        "toadlane_consignment": str(wanted.consignment_id),
                    },
                },
                {"idempotency_key": key},
            )
        return transfer.id

    async def find_transfer(self, wanted: TransferWanted) -> str | None:
        with _named_errors():
            transfers = await self._stripe.transfers.list_async({"transfer_group": str(wanted.order_id), "limit": 100})
            async for transfer in transfers.auto_paging_iter():
                if _says(transfer.metadata, "toadlane_consignment", wanted.consignment_id):
                    return transfer.id
        return None

    async def open_account(self, wanted: AccountWanted, *, key: str) -> Account:
        with _named_errors():
            return _account(
                await self._stripe.accounts.create_async(
                    {
                        "country": wanted.country,
                        "business_profile": {"name": wanted.name, "url": f"https://{wanted.domain}"},
                        "capabilities": {"transfers": {"requested": True}},
                        "controller": {
                            "fees": {"payer": "application"},
                            "losses": {"payments": "application"},
                            "requirement_collection": "stripe",
                            "stripe_dashboard": {"type": "express"},
                        },
                        "metadata": {"toadlane_coop": str(wanted.coop_id)},
                    },
                    {"idempotency_key": key},
                )
            )

    async def find_account(self, wanted: AccountWanted, since: datetime) -> Account | None:
        with _named_errors():
            accounts = await self._stripe.accounts.list_async({"created": {"gte": _from(since)}, "limit": 100})
            async for account in accounts.auto_paging_iter():
                if _says(account.metadata, "toadlane_coop", wanted.coop_id):
                    return _account(account)
        return None

    async def account(self, ref: str) -> Account:
        with _named_errors():
            return _account(await self._stripe.accounts.retrieve_async(ref))

    async def fees(self, charge_refs: Sequence[str], *, since: datetime) -> list[Fee]:
        wanted, searched = set(charge_refs), 0
        found: dict[str, Fee] = {}
        with _named_errors():
            page = await self._stripe.balance_transactions.list_async({"created": {"gte": _from(since)}, "limit": 100})
            async for transaction in page.auto_paging_iter():
                searched += 1
                fee = _fee(transaction)
                if fee.charge_ref in wanted:
                    found[fee.charge_ref] = fee
                if len(found) == len(wanted) or searched == SEARCHED:
                    break
        return list(found.values())

    async def fee(self, charge_ref: str) -> Fee | None:
        with _named_errors():
            charge = await self._stripe.charges.retrieve_async(charge_ref, {"expand": ["balance_transaction"]})
        transaction = charge.balance_transaction
        return _fee(transaction) if isinstance(transaction, stripe.BalanceTransaction) else None


def _intent(intent: stripe.PaymentIntent) -> Intent:
    charge = intent.latest_charge
    return Intent(
        ref=intent.id,
        status=STATUSES.get(intent.status, IntentStatus.CANCELABLE),
        client_secret=intent.client_secret or "",
        received=intent.amount_received,
        currency=intent.currency.upper(),
        charge_ref=charge.id if isinstance(charge, stripe.Charge) else charge,
    )


def _fee(transaction: stripe.BalanceTransaction) -> Fee:
    source = transaction.source
    charge_ref = source if isinstance(source, str) else source.id if source else ""
    return Fee(transaction.id, charge_ref, transaction.fee, transaction.currency.upper())


def _account(account: stripe.Account) -> Account:
    capabilities = account.capabilities
    return Account(account.id, enabled=capabilities is not None and capabilities.transfers == "active")


def _from(since: datetime) -> int:
    return int(since.timestamp()) - TOLERANCE_SECONDS


def _says(metadata: Mapping[str, str] | stripe.StripeObject | None, name: str, id_: UUID) -> bool:
    return metadata is not None and name in metadata and metadata[name] == str(id_)
