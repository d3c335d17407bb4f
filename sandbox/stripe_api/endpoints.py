"""Every call of Stripe's that the sandbox answers, on one screen: method, path, parameters, what runs."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.stripe_api import accounts, balance, intents, refunds, transfers
from sandbox.stripe_api.call import Call
from sandbox.stripe_api.listing import PAGING, listed
from sandbox.stripe_api.platform import Wire
from sandbox.stripe_api.search import searched

Run = Callable[[Call], Wire]


@dataclass(frozen=True)
class Endpoint:
    method: str
    path: str
    run: Run
    params: frozenset[str] = frozenset()
    public: Run | None = None
    """What runs for a publishable key, with the intent's client secret; None: the secret key alone opens it."""


def _retrieved(kind: str) -> Run:
    return lambda call: call.platform.find(kind, call.ids["id"])


def _lists(path: str, kind: str, **filters: str) -> Endpoint:
    params = PAGING | filters.keys() | ({"types"} if kind == "event" else set())
    return Endpoint("GET", path, listed(kind, filters), params)


CONFIRM = frozenset({"payment_method", "return_url", "client_secret", "off_session", "use_stripe_sdk"})
CREATE_INTENT = frozenset({
    "amount", "currency", "automatic_payment_methods", "capture_method", "confirm", "confirmation_method",
    "description", "metadata", "payment_method", "payment_method_types", "receipt_email", "return_url", "shipping",
    "statement_descriptor", "statement_descriptor_suffix", "transfer_group", "off_session", "use_stripe_sdk",
})  # fmt: skip
CREATE_ACCOUNT = frozenset({
    "business_profile", "business_type", "capabilities", "company", "controller", "country", "default_currency",
    "email", "external_account", "individual", "metadata", "settings", "tos_acceptance", "type",
})  # fmt: skip
CREATE_REFUND = frozenset({"charge", "payment_intent", "amount", "reason", "metadata", "currency"})
CREATE_TRANSFER = frozenset({
    "amount", "currency", "destination", "description", "metadata", "source_transaction", "source_type",
    "transfer_group",
})  # fmt: skip
CREATE_LINK = frozenset({"account", "type", "return_url", "refresh_url", "collect", "collection_options"})
REVERSE = frozenset({"amount", "description", "metadata"})
CLIENT_SECRET = frozenset({"client_secret"})

ENDPOINTS = (
    Endpoint("POST", "/v1/payment_intents", intents.create, CREATE_INTENT),
    _lists("/v1/payment_intents", "payment_intent"),
    Endpoint("GET", "/v1/payment_intents/search", searched("payment_intent"), frozenset({"query", "limit", "page"})),
    Endpoint("GET", "/v1/payment_intents/{id}", intents.retrieve, CLIENT_SECRET, intents.retrieve_public),
    Endpoint("POST", "/v1/payment_intents/{id}/confirm", intents.confirm, CONFIRM, intents.confirm_public),
    Endpoint("POST", "/v1/payment_intents/{id}/cancel", intents.cancel, frozenset({"cancellation_reason"})),
    Endpoint("POST", "/v1/test/late_success/{id}", intents.late_success),
    _lists("/v1/charges", "charge", payment_intent="payment_intent", transfer_group="transfer_group"),
    Endpoint("GET", "/v1/charges/{id}", _retrieved("charge")),
    Endpoint("GET", "/v1/payment_methods/{id}", _retrieved("payment_method")),
    Endpoint("POST", "/v1/refunds", refunds.create, CREATE_REFUND),
    _lists("/v1/refunds", "refund", charge="charge", payment_intent="payment_intent"),
    Endpoint("GET", "/v1/refunds/{id}", _retrieved("refund")),
    Endpoint("POST", "/v1/transfers", transfers.create, CREATE_TRANSFER),
    _lists("/v1/transfers", "transfer", destination="destination", transfer_group="transfer_group"),
    Endpoint("GET", "/v1/transfers/{id}", transfers.retrieve),
    Endpoint("POST", "/v1/transfers/{id}/reversals", transfers.reverse, REVERSE),
    _lists("/v1/transfers/{transfer}/reversals", "transfer_reversal", transfer="transfer"),
    Endpoint("GET", "/v1/transfers/{id}/reversals/{reversal}", transfers.retrieve_reversal),
    Endpoint("POST", "/v1/accounts", accounts.create, CREATE_ACCOUNT),
    _lists("/v1/accounts", "account"),
    Endpoint("GET", "/v1/accounts/{id}", _retrieved("account")),
    Endpoint("POST", "/v1/account_links", accounts.create_link, CREATE_LINK),
    Endpoint("GET", "/v1/balance", balance.retrieve_balance),
    _lists("/v1/balance_transactions", "balance_transaction", source="source", type="type", currency="currency"),
    Endpoint("GET", "/v1/balance_transactions/{id}", balance.retrieve),
    _lists("/v1/events", "event", type="type"),
    Endpoint("GET", "/v1/events/{id}", _retrieved("event")),
)
