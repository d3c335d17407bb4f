"""The platform's balance: transactions with their fees, and what of their sum is available."""

from sandbox.stripe_api.call import Call
from sandbox.stripe_api.platform import Platform, Wire, new_id, read

DAY = 86_400


def add_balance_transaction(
    platform: Platform, *, type: str, amount: int, currency: str, source: str, fee: int = 0, available_in_days: int = 0
) -> Wire:
    details = {
        "amount": fee, "application": None, "currency": currency, "description": "Stripe processing fees",
        "type": "stripe_fee",
    }  # fmt: skip
    transaction = {
        "id": new_id("txn"), "object": "balance_transaction", "amount": amount,
        "available_on": platform.now() + available_in_days * DAY, "balance_type": "payments",
        "created": platform.now(), "currency": currency, "description": None, "exchange_rate": None, "fee": fee,
        "fee_details": [details] if fee else [], "net": amount - fee, "reporting_category": type, "source": source,
        "status": "pending" if available_in_days else "available", "type": type,
    }  # fmt: skip
    return platform.add(transaction, parent=source)


def current(platform: Platform, transaction: Wire) -> Wire:
    """Funds become available by the passing of time alone."""
    available = transaction["available_on"] <= platform.now()
    return transaction | {"status": "available" if available else "pending"}


def retrieve(call: Call) -> Wire:
    return current(call.platform, call.platform.find("balance_transaction", call.ids["id"]))


def retrieve_balance(call: Call) -> Wire:
    return balance(call.platform)


def balance(platform: Platform) -> Wire:
    sums: dict[str, dict[str, int]] = {"available": {}, "pending": {}}
    for (body,) in platform.store.rows("SELECT body FROM objects WHERE kind = 'balance_transaction'"):
        transaction = current(platform, read(body))
        by_currency = sums[transaction["status"]]
        by_currency[transaction["currency"]] = by_currency.get(transaction["currency"], 0) + transaction["net"]
    return {"object": "balance", "livemode": False} | {state: _parts(by) for state, by in sums.items()}


def _parts(by_currency: dict[str, int]) -> list[Wire]:
    return [
        {"amount": amount, "currency": currency, "source_types": {"card": amount}}
        for currency, amount in by_currency.items()
    ]


def available(platform: Platform, currency: str) -> int:
    return sum(part["amount"] for part in balance(platform)["available"] if part["currency"] == currency)
