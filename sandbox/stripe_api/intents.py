"""PaymentIntents: one amount, asked for until it is paid or canceled."""

from hmac import compare_digest
from typing import NoReturn

from sandbox.stripe_api.call import Call
from sandbox.stripe_api.cards import Card, Decline, card_of, payment_method
from sandbox.stripe_api.charges import add_charge
from sandbox.stripe_api.errors import CardDeclined, InvalidParameter, UnexpectedState
from sandbox.stripe_api.params import Params
from sandbox.stripe_api.platform import Platform, Wire, new_id

CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action", "processing")
CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
REASONS = ("duplicate", "fraudulent", "requested_by_customer", "abandoned")
LEAST_AMOUNT = 50
SHOWN_TO_BUYERS = (
    "id", "object", "amount", "amount_details", "automatic_payment_methods", "canceled_at", "cancellation_reason",
    "capture_method", "client_secret", "confirmation_method", "created", "currency", "description",
    "last_payment_error", "livemode", "next_action", "payment_method", "payment_method_types", "processing",
    "receipt_email", "setup_future_usage", "shipping", "source", "status",
)  # fmt: skip


def create(call: Call) -> Wire:
    params = call.params
    amount, currency = params.amount(), params.currency()
    if amount < LEAST_AMOUNT:
        problem = f"Amount must be at least {LEAST_AMOUNT} in the smallest unit of {currency}"
        raise InvalidParameter(problem, code="amount_too_small", param="amount")
    params.choice("capture_method", ("automatic", "automatic_async"))
    confirms, return_url, method_id = params.flag("confirm"), _return_url(call), params.text("payment_method")
    draft = _draft(call.platform, params, amount=amount, currency=currency)
    if confirms and method_id is None:
        _needs_payment_method()
    method = payment_method(call.platform, method_id) if method_id else None
    if method is not None:
        draft |= {"payment_method": method["id"], "status": "requires_confirmation"}
    intent = call.platform.add(draft)
    call.platform.emit("payment_intent.created", intent)
    return attempt(call.platform, intent, method, return_url=return_url) if confirms and method else intent


def _draft(platform: Platform, params: Params, *, amount: int, currency: str) -> Wire:
    id = new_id("pi")
    types = params.listing("payment_method_types")
    automatic = {"allow_redirects": "always", "enabled": True}
    return {
        "id": id, "object": "payment_intent", "amount": amount, "amount_capturable": 0, "amount_details": {"tip": {}},
        "amount_received": 0, "application": None, "application_fee_amount": None,
        "automatic_payment_methods": None if types else automatic, "canceled_at": None, "cancellation_reason": None,
        "capture_method": params.text("capture_method") or "automatic_async",
        "client_secret": new_id(f"{id}_secret", 25), "confirmation_method": "automatic", "created": platform.now(),
        "currency": currency, "customer": None, "customer_account": None,
        "description": params.text("description", longest=1000), "excluded_payment_method_types": None,
        "last_payment_error": None, "latest_charge": None, "livemode": False, "metadata": params.metadata(),
        "next_action": None, "on_behalf_of": None, "payment_method": None,
        "payment_method_configuration_details": None, "payment_method_options": {},
        "payment_method_types": types or ["card"], "processing": None, "receipt_email": params.text("receipt_email"),
        "review": None, "setup_future_usage": None, "shipping": params.section("shipping") or None, "source": None,
        "statement_descriptor": params.text("statement_descriptor", longest=22),
        "statement_descriptor_suffix": params.text("statement_descriptor_suffix", longest=22),
        "status": "requires_payment_method", "transfer_data": None, "transfer_group": params.text("transfer_group"),
    }  # fmt: skip


def retrieve(call: Call) -> Wire:
    return call.platform.find("payment_intent", call.ids["id"])


def retrieve_public(call: Call) -> Wire:
    return public(_own(call))


def confirm_public(call: Call) -> Wire:
    intent = _own(call)
    return public(attempt(call.platform, intent, _method(call, intent), return_url=_return_url(call)))


def _own(call: Call) -> Wire:
    return with_secret(call.platform, call.ids["id"], call.params.required("client_secret"))


def with_secret(platform: Platform, id: str, client_secret: str) -> Wire:
    """The intent, for whoever holds its client secret: the buyer's browser."""
    intent = platform.find("payment_intent", id)
    if not compare_digest(intent["client_secret"].encode(), client_secret.encode()):
        problem = "The client_secret provided does not match the client_secret associated with the PaymentIntent."
        raise InvalidParameter(problem, code="payment_intent_invalid_parameter", param="client_secret")
    return intent


def public(intent: Wire) -> Wire:
    return {name: intent[name] for name in SHOWN_TO_BUYERS}


def confirm(call: Call) -> Wire:
    intent, return_url = retrieve(call), _return_url(call)
    return attempt(call.platform, intent, _method(call, intent), return_url=return_url)


def _return_url(call: Call) -> str | None:
    url = call.params.text("return_url")
    call.platform.require_house(url, "return_url")
    return url


def _method(call: Call, intent: Wire) -> Wire:
    _require_confirmable(intent)
    method_id = call.params.text("payment_method") or intent["payment_method"]
    return payment_method(call.platform, method_id) if method_id else _needs_payment_method()


def _needs_payment_method() -> NoReturn:
    problem = "You cannot confirm this PaymentIntent because it's missing a payment method."
    raise UnexpectedState(problem, code="payment_intent_unexpected_state")


def _require_confirmable(intent: Wire) -> None:
    if intent["status"] in CONFIRMABLE:
        return
    problem = f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}."
    raise UnexpectedState(problem, code="payment_intent_unexpected_state", payment_intent=intent)


def attempt(platform: Platform, intent: Wire, method: Wire, *, return_url: str | None) -> Wire:
    """Ask the card for the money; a decline raises after it has been recorded."""
    _require_confirmable(intent)
    card = card_of(method)
    if card.authenticates:
        return _ask_for_authentication(platform, intent, method, return_url)
    return _charge(platform, intent, method, card)


def _ask_for_authentication(platform: Platform, intent: Wire, method: Wire, return_url: str | None) -> Wire:
    url = f"{platform.public_url}/pay/{intent['id']}/authenticate?client_secret={intent['client_secret']}"
    redirect = {"return_url": return_url, "url": url}
    intent |= {
        "status": "requires_action", "payment_method": method["id"], "last_payment_error": None,
        "next_action": {"type": "redirect_to_url", "redirect_to_url": redirect},
    }  # fmt: skip
    platform.save(intent)
    platform.emit("payment_intent.requires_action", intent)
    return intent


def authenticate(platform: Platform, intent: Wire) -> Wire:
    """The buyer said yes to their bank: now the card is asked."""
    _require_confirmable(intent)
    method = platform.find("payment_method", intent["payment_method"])
    return _charge(platform, intent, method, card_of(method))


def fail_authentication(platform: Platform, intent: Wire) -> Wire:
    _require_confirmable(intent)
    method = platform.find("payment_method", intent["payment_method"])
    message = "The confirmation with your bank failed. Choose another card, or try again."
    code = "payment_intent_authentication_failure"
    error = {"code": code, "message": message, "payment_method": method, "type": "invalid_request_error"}
    return _refuse(platform, intent, error, "payment_intent.payment_failed")


def _charge(platform: Platform, intent: Wire, method: Wire, card: Card) -> Wire:
    charge = add_charge(platform, intent, method, card.decline)
    intent |= {"latest_charge": charge["id"], "next_action": None}
    if card.decline:
        _decline(platform, intent, method, card.decline)
    return _succeed(platform, intent, method)


def _decline(platform: Platform, intent: Wire, method: Wire, decline: Decline) -> NoReturn:
    error = {
        "charge": intent["latest_charge"], "code": decline.code, "decline_code": decline.decline_code,
        "message": decline.message, "payment_method": method, "type": "card_error",
    }  # fmt: skip
    _refuse(platform, intent, error, "payment_intent.payment_failed")
    extra = {"charge": intent["latest_charge"], "payment_method": method, "payment_intent": intent}
    raise CardDeclined(decline.message, code=decline.code, decline_code=decline.decline_code, **extra)


def _refuse(platform: Platform, intent: Wire, error: Wire, event: str) -> Wire:
    intent |= {
        "status": "requires_payment_method", "payment_method": None, "next_action": None, "last_payment_error": error,
    }  # fmt: skip
    platform.save(intent)
    platform.emit(event, intent)
    return intent


def _succeed(platform: Platform, intent: Wire, method: Wire) -> Wire:
    intent |= {
        "status": "succeeded", "amount_received": intent["amount"], "payment_method": method["id"],
        "last_payment_error": None, "next_action": None,
    }  # fmt: skip
    platform.save(intent)
    platform.emit("payment_intent.succeeded", intent)
    return intent


def cancel(call: Call) -> Wire:
    reason = call.params.choice("cancellation_reason", REASONS)
    intent = retrieve(call)
    if intent["status"] not in CANCELABLE:
        problem = (
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a PaymentIntent "
            f"with one of the following statuses may be canceled: {', '.join(CANCELABLE)}."
        )
        raise UnexpectedState(problem, code="payment_intent_unexpected_state", payment_intent=intent)
    intent |= {
        "status": "canceled", "canceled_at": call.platform.now(), "cancellation_reason": reason, "next_action": None,
    }  # fmt: skip
    call.platform.save(intent)
    call.platform.emit("payment_intent.canceled", intent)
    return intent


def late_success(call: Call) -> Wire:
    """Not Stripe's: the bank pays after all, even a canceled intent, so that a house can prove it gives back."""
    intent = retrieve(call)
    if intent["status"] == "succeeded":
        raise UnexpectedState("This PaymentIntent has succeeded already.", code="payment_intent_unexpected_state")
    method = payment_method(call.platform, "pm_card_visa")
    return _charge(call.platform, intent, method, card_of(method))
