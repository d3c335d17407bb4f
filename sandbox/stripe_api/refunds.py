"""Refunds: never more than was paid."""

from sandbox.stripe_api.balance import add_balance_transaction
from sandbox.stripe_api.call import Call
from sandbox.stripe_api.errors import InvalidParameter, StripeError
from sandbox.stripe_api.platform import Platform, Wire, new_id

REASONS = ("duplicate", "fraudulent", "requested_by_customer")


class AlreadyRefunded(StripeError):
    def __init__(self, charge: str) -> None:
        super().__init__(f"Charge {charge} has already been refunded.", code="charge_already_refunded")


class MoreThanWasPaid(StripeError):
    def __init__(self, amount: int, left: int) -> None:
        problem = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        super().__init__(problem, param="amount")


class NothingToRefund(StripeError):
    def __init__(self, payment: str, param: str) -> None:
        super().__init__(f"{payment} does not have a successful charge to refund.", param=param)


def create(call: Call) -> Wire:
    params = call.params
    asked, reason, metadata = params.integer("amount"), params.choice("reason", REASONS), params.metadata()
    charge = _charge(call)
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise AlreadyRefunded(charge["id"])
    amount = left if asked is None else asked
    if amount > left:
        raise MoreThanWasPaid(amount, left)
    refund = _add(call.platform, charge, amount=amount, reason=reason, metadata=metadata)
    _mark(call.platform, charge, amount)
    return refund


def _charge(call: Call) -> Wire:
    charge_id, intent_id = call.params.text("charge"), call.params.text("payment_intent")
    if charge_id is None and intent_id is None:
        problem = "One of the following params should be provided for this request: payment_intent or charge."
        raise InvalidParameter(problem, code="parameter_missing")
    if intent_id is not None:
        intent = call.platform.find("payment_intent", intent_id, param="payment_intent")
        if intent["status"] != "succeeded":
            raise NothingToRefund(f"This PaymentIntent ({intent_id})", "payment_intent")
        charge_id = charge_id or intent["latest_charge"]
    charge = call.platform.find("charge", charge_id or "", param="charge")
    if not charge["paid"] or intent_id not in {None, charge["payment_intent"]}:
        raise NothingToRefund(charge["id"], "charge")
    return charge


def _add(platform: Platform, charge: Wire, *, amount: int, reason: str | None, metadata: dict[str, str]) -> Wire:
    id = new_id("re")
    transaction = add_balance_transaction(
        platform, type="refund", amount=-amount, currency=charge["currency"], source=id
    )  # fmt: skip
    card = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    refund = platform.add({
        "id": id, "object": "refund", "amount": amount, "balance_transaction": transaction["id"],
        "charge": charge["id"], "created": platform.now(), "currency": charge["currency"],
        "destination_details": {"card": card, "type": "card"}, "metadata": metadata,
        "payment_intent": charge["payment_intent"], "reason": reason, "receipt_number": None,
        "source_transfer_reversal": None, "status": "succeeded", "transfer_reversal": None,
    }, parent=charge["id"])  # fmt: skip
    platform.emit("refund.created", refund)
    return refund


def _mark(platform: Platform, charge: Wire, amount: int) -> None:
    previous = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    platform.save(charge)
    platform.emit("charge.refunded", charge, previous=previous)
