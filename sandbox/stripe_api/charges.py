"""Charges: what a card was asked for, and its balance transaction, which comes a little later."""

from sandbox.stripe_api.balance import add_balance_transaction
from sandbox.stripe_api.cards import Decline
from sandbox.stripe_api.platform import Platform, Wire, new_id

SETTLING_DAYS = 2


def processing_fee(amount: int) -> int:
    """1.5 % and 25 cents, in minor units, half a cent rounded up."""
    return (amount * 150 + 5_000) // 10_000 + 25


def add_charge(platform: Platform, intent: Wire, method: Wire, decline: Decline | None = None) -> Wire:
    paid = decline is None
    charge = platform.add(_drawn(platform, intent, method, decline), parent=intent["id"])
    platform.emit("charge.succeeded" if paid else "charge.failed", charge)
    if paid:
        due = platform.clock() + platform.settle_seconds
        platform.store.write("INSERT INTO settlements (charge, due) VALUES (?, ?)", charge["id"], due)
        platform.wake()
    return charge


def _drawn(platform: Platform, intent: Wire, method: Wire, decline: Decline | None) -> Wire:
    paid = decline is None
    return {
        "id": new_id("ch"), "object": "charge", "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0, "amount_refunded": 0, "application": None,
        "application_fee": None, "application_fee_amount": None, "balance_transaction": None,
        "billing_details": method["billing_details"], "calculated_statement_descriptor": "TOAD LANE",
        "captured": paid, "created": platform.now(), "currency": intent["currency"], "customer": None,
        "description": intent["description"], "disputed": False, "failure_balance_transaction": None,
        "failure_code": decline.code if decline else None, "failure_message": decline.message if decline else None,
        "fraud_details": {}, "livemode": False, "metadata": intent["metadata"], "on_behalf_of": None,
        "outcome": _outcome(decline), "paid": paid, "payment_intent": intent["id"], "payment_method": method["id"],
        "payment_method_details": {"card": _card_details(intent, method), "type": "card"}, "radar_options": {},
        "receipt_email": intent["receipt_email"], "receipt_number": None, "receipt_url": None, "refunded": False,
        "review": None, "shipping": intent["shipping"], "source": None, "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "succeeded" if paid else "failed", "transfer_data": None, "transfer_group": intent["transfer_group"],
    }  # fmt: skip


def _outcome(decline: Decline | None) -> Wire:
    return {
        "advice_code": None, "network_advice_code": None, "network_decline_code": None,
        "network_status": "declined_by_network" if decline else "approved_by_network",
        "reason": decline.decline_code if decline else None, "risk_level": "normal", "risk_score": 11,
        "seller_message": "The bank declined the payment." if decline else "Payment complete.",
        "type": "issuer_declined" if decline else "authorized",
    }  # fmt: skip


def _card_details(intent: Wire, method: Wire) -> Wire:
    kept = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet")
    details = {name: method["card"][name] for name in kept}
    return details | {"amount_authorized": intent["amount"], "network": method["card"]["brand"]}


def settle(platform: Platform, charge_id: str) -> None:
    """Make the balance transaction known, and with it the processor's fee."""
    charge = platform.find("charge", charge_id)
    transaction = add_balance_transaction(
        platform, type="charge", amount=charge["amount"], currency=charge["currency"], source=charge["id"],
        fee=processing_fee(charge["amount"]), available_in_days=SETTLING_DAYS,
    )  # fmt: skip
    charge["balance_transaction"] = transaction["id"]
    platform.save(charge)
    platform.emit("charge.updated", charge, previous={"balance_transaction": None})
