"""Stripe, as payments asks it; the only file that knows the library, whoever answers at the other end."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self
from uuid import UUID, uuid4

import aiohttp
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
PAGE = 100  # The largest that Stripe gives.
PAGES_SEARCHED = 3  # Of balance transactions, newest first.

NO_ANSWER = "The payment processor does not answer; please try again in a moment."

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
        raise ProcessorUnavailable(NO_ANSWER) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ProcessorUnavailable(NO_ANSWER) from error  # It broke off in the middle of its answer.


class StripeProcessor:
    """Implements `Processor` over Stripe's HTTP API."""

    def __init__(self, api_key: str, webhook_secret: str, api_base: str | None = None) -> None:
        self._webhook_secret = webhook_secret
        # Over httpx a call costs four times as much.
        self._http = stripe.AIOHTTPClient(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        self._client = stripe.StripeClient(
            api_key,
            base_addresses={"api": api_base} if api_base else None,
            max_network_retries=RETRIES,
            http_client=self._http,
        )
        self._stripe = self._client.v1

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the settings name it."""
        return cls(settings.stripe_api_key, settings.stripe_webhook_secret, settings.stripe_api_base)

    async def close(self) -> None:
        """Hangs up."""
        await self._http.close_async()  # type: ignore[no-untyped-call]  # The library forgot to say that it gives nothing.

    def verify(self, payload: bytes, signature: str | None) -> None:
        """The library compares in constant time and refuses an empty secret and an old signature."""
        try:
            stripe.WebhookSignature.verify_header(payload, signature, self._webhook_secret, TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
            raise BadSignature("The signature does not fit these bytes, or is too old.") from error

    async def _ask(self, method: str, path: str, **given: Any) -> Mapping[str, Any]:
        """The answer as it came, for what every payment asks: the library's objects cost more than their call."""
        with _named_errors():
            answer = await self._client.raw_request_async(method, f"/v1/{path}", **given)
        told: Mapping[str, Any] = answer.data
        return told

    async def create_intent(self, wanted: IntentWanted, *, key: str) -> Intent:
        return _intent(
            await self._ask(
                "post",
                "payment_intents",
                amount=wanted.amount,
                currency=wanted.currency.lower(),
                automatic_payment_methods={"enabled": True},
                transfer_group=str(wanted.order_id),
                metadata={"toadlane_order": str(wanted.order_id), "toadlane_charge": str(wanted.charge_id)},
                idempotency_key=key,
            )
        )

    async def find_intent(self, wanted: IntentWanted, since: datetime) -> Intent | None:
        """Walks the list: Stripe's search lags behind, by up to an hour on a bad day."""
        with _named_errors():
            intents = await self._stripe.payment_intents.list_async({"created": {"gte": _from(since)}, "limit": 100})
            async for intent in intents.auto_paging_iter():
                if _says(intent.metadata, "toadlane_charge", wanted.charge_id):
                    return _intent(intent.to_dict())
        return None

    async def intent(self, ref: str) -> Intent:
        return _intent(await self._ask("get", f"payment_intents/{ref}"))

    async def cancel_intent(self, ref: str) -> Intent:
        try:
            # A key of its own each time: to cancel twice does no harm, and a remembered refusal would.
            key = f"cancel:{ref}:{uuid4()}"
            path = f"payment_intents/{ref}/cancel"
            return _intent(await self._ask("post", path, cancellation_reason="abandoned", idempotency_key=key))
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
        wanted = set(charge_refs)
        found: dict[str, Fee] = {}
        asked: dict[str, Any] = {"created": {"gte": _from(since)}, "limit": PAGE}
        for _ in range(PAGES_SEARCHED):
            page = await self._ask("get", "balance_transactions", **asked)
            fees = (_fee(transaction) for transaction in page["data"])
            found |= {fee.charge_ref: fee for fee in fees if fee.charge_ref in wanted}
            if len(found) == len(wanted) or not page["has_more"]:
                break
            asked["starting_after"] = page["data"][-1]["id"]
        return list(found.values())

    async def fee(self, charge_ref: str) -> Fee | None:
        charge = await self._ask("get", f"charges/{charge_ref}", expand=["balance_transaction"])
        transaction = charge["balance_transaction"]
        return _fee(transaction) if isinstance(transaction, Mapping) else None


def _intent(told: Mapping[str, Any]) -> Intent:
    return Intent(
        ref=told["id"],
        status=STATUSES.get(told["status"], IntentStatus.CANCELABLE),
        client_secret=told["client_secret"] or "",
        received=told["amount_received"],
        currency=told["currency"].upper(),
        charge_ref=_ref(told["latest_charge"]),
    )


def _fee(told: Mapping[str, Any]) -> Fee:
    return Fee(told["id"], _ref(told["source"]) or "", told["fee"], told["currency"].upper())


def _ref(told: str | Mapping[str, Any] | None) -> str | None:
    """The id of something that was told as such or as a whole."""
    return told["id"] if isinstance(told, Mapping) else told


def _account(account: stripe.Account) -> Account:
    capabilities = account.capabilities
    return Account(account.id, enabled=capabilities is not None and capabilities.transfers == "active")


def _from(since: datetime) -> int:
    return int(since.timestamp()) - TOLERANCE_SECONDS


def _says(metadata: Mapping[str, str] | stripe.StripeObject | None, name: str, id_: UUID) -> bool:
    return metadata is not None and name in metadata and metadata[name] == str(id_)
