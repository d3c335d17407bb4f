"""Transfers to connected accounts, and their reversals."""

from sandbox.stripe_api.balance import add_balance_transaction, available
from sandbox.stripe_api.call import Call
from sandbox.stripe_api.errors import StripeError
from sandbox.stripe_api.platform import Platform, Wire, new_id


class SourceExceeded(StripeError):
    def __init__(self, source: int, existing: int) -> None:
        super().__init__(
            f"Transfers using this transaction as a source must not exceed the source amount of {source}. "
            f"(There are already existing transfers that use this source, amounting to a total of {existing}.)",
            param="amount",
        )


class SourceUnusable(StripeError):
    pass


class CannotReceive(StripeError):
    def __init__(self) -> None:
        super().__init__(
            "Your destination account needs to have at least one of the following capabilities enabled: transfers",
            code="insufficient_capabilities_for_transfer",
        )


class BalanceInsufficient(StripeError):
    def __init__(self) -> None:
        super().__init__("You have insufficient available funds in your Stripe account.", code="balance_insufficient")


class ReversalExceeded(StripeError):
    def __init__(self, amount: int, left: int) -> None:
        super().__init__(f"Reversal amount ({amount}) is greater than unreversed amount ({left})", param="amount")


def create(call: Call) -> Wire:
    platform, params = call.platform, call.params
    amount, currency, metadata = params.amount(), params.currency(), params.metadata()
    account = platform.find("account", params.required("destination"), param="destination")
    source_id, group = params.text("source_transaction"), params.text("transfer_group")
    if account["capabilities"].get("transfers") != "active":
        raise CannotReceive
    if source_id is not None:
        group = _covered_by(platform, source_id, amount=amount, currency=currency, group=group)
    elif available(platform, currency) < amount:
        raise BalanceInsufficient
    description = params.text("description")
    drawn = _drawn(platform, amount, currency, account=account["id"], source=source_id, group=group)
    transfer = platform.add(drawn | {"description": description, "metadata": metadata}, parent=source_id)
    platform.emit("transfer.created", transfer)
    return transfer


def _covered_by(platform: Platform, source_id: str, *, amount: int, currency: str, group: str | None) -> str:
    """Check that the charge still covers the transfer; answer the transfer group that both belong to."""
    charge = platform.find("charge", source_id, param="source_transaction")
    if not charge["paid"]:
        raise SourceUnusable(f"The charge {source_id} did not succeed.", param="source_transaction")
    if charge["currency"] != currency:
        problem = f"The currency of source_transaction ({charge['currency']}) and of the transfer ({currency}) differ."
        raise SourceUnusable(problem, code="transfer_source_balance_parameters_mismatch", param="currency")
    existing = sum(transfer["amount"] for transfer in platform.children("transfer", source_id))
    if existing + amount > charge["amount"]:
        raise SourceExceeded(charge["amount"], existing)
    own: str = charge["transfer_group"] or group or f"group_{charge['payment_intent']}"
    if group not in {None, own}:
        problem = f"The source_transaction belongs to another transfer_group: {own}"
        raise SourceUnusable(problem, param="transfer_group")
    return own


def _drawn(
    platform: Platform, amount: int, currency: str, *, account: str, source: str | None, group: str | None
) -> Wire:
    id = new_id("tr")
    transaction = add_balance_transaction(platform, type="transfer", amount=-amount, currency=currency, source=id)
    return {
        "id": id, "object": "transfer", "amount": amount, "amount_reversed": 0,
        "balance_transaction": transaction["id"], "created": platform.now(), "currency": currency,
        "destination": account, "destination_payment": new_id("py"), "livemode": False,
        "reversals": {
            "object": "list", "data": [], "has_more": False, "total_count": 0, "url": f"/v1/transfers/{id}/reversals",
        },
        "reversed": False, "source_transaction": source, "source_type": "card", "transfer_group": group,
    }  # fmt: skip


def retrieve(call: Call) -> Wire:
    return call.platform.find("transfer", call.ids["id"])


def reverse(call: Call) -> Wire:
    asked, metadata = call.params.integer("amount"), call.params.metadata()
    transfer = retrieve(call)
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = left if asked is None else asked
    if amount > left or left == 0:
        raise ReversalExceeded(amount, left)
    reversal = _add_reversal(call.platform, transfer, amount, metadata)
    previous = {"amount_reversed": transfer["amount_reversed"], "reversed": transfer["reversed"]}
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    transfer["reversals"]["data"].insert(0, reversal)
    transfer["reversals"]["total_count"] += 1
    call.platform.save(transfer)
    call.platform.emit("transfer.reversed", transfer, previous=previous)
    return reversal


def _add_reversal(platform: Platform, transfer: Wire, amount: int, metadata: dict[str, str]) -> Wire:
    id = new_id("trr")
    transaction = add_balance_transaction(
        platform, type="transfer_refund", amount=amount, currency=transfer["currency"], source=id
    )  # fmt: skip
    return platform.add({
        "id": id, "object": "transfer_reversal", "amount": amount, "balance_transaction": transaction["id"],
        "created": platform.now(), "currency": transfer["currency"], "destination_payment_refund": new_id("pyr"),
        "metadata": metadata, "source_refund": None, "transfer": transfer["id"],
    }, parent=transfer["id"])  # fmt: skip


def retrieve_reversal(call: Call) -> Wire:
    reversal = call.platform.find("transfer_reversal", call.ids["reversal"])
    call.platform.find("transfer", call.ids["id"])
    return reversal
