"""The test cards, by number and by the payment-method names that Stripe gives them."""

from dataclasses import dataclass
from hashlib import sha256

from sandbox.stripe_api.errors import ResourceMissing
from sandbox.stripe_api.platform import Platform, Wire, new_id


@dataclass(frozen=True)
class Decline:
    code: str
    decline_code: str
    message: str


@dataclass(frozen=True)
class Card:
    number: str
    tokens: tuple[str, ...]
    label: str
    brand: str = "visa"
    authenticates: bool = False
    decline: Decline | None = None

    @property
    def fingerprint(self) -> str:
        return sha256(self.number.encode()).hexdigest()[:16]


def _declined(decline_code: str, message: str, code: str = "card_declined") -> Decline:
    return Decline(code, decline_code, message)


NOT_A_TEST_CARD = _declined(
    "test_mode_live_card", "Your card was declined. This is a sandbox: use one of the test cards, never a real one."
)

CARDS = (
    Card("4242424242424242", ("pm_card_visa",), "Pays"),
    Card(
        "4000000000000002", ("pm_card_visa_chargeDeclined", "pm_card_chargeDeclined"), "Is declined",
        decline=_declined("generic_decline", "Your card was declined."),
    ),
    Card(
        "4000002500003155", ("pm_card_authenticationRequiredOnSetup", "pm_card_threeDSecure2Required"),
        "Asks you to confirm (3-D Secure)", authenticates=True,
    ),
    Card("4000002760003184", ("pm_card_authenticationRequired",), "Always asks to confirm", authenticates=True),
    Card(
        "4000000000009995",
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "pm_card_chargeDeclinedInsufficientFunds"),
        "Has no money left",
        decline=_declined("insufficient_funds", "Your card has insufficient funds."),
    ),
    Card(
        "4000008400001629", ("pm_card_threeDSecureRequiredChargeDeclined",), "Asks to confirm, then is declined",
        authenticates=True, decline=_declined("generic_decline", "Your card was declined."),
    ),
    Card(
        "4000000000000069", ("pm_card_chargeDeclinedExpiredCard",), "Has expired",
        decline=_declined("expired_card", "Your card has expired.", "expired_card"),
    ),
    Card(
        "4000000000000127", ("pm_card_chargeDeclinedIncorrectCvc",), "Wrong security code",
        decline=_declined("incorrect_cvc", "Your card's security code is incorrect.", "incorrect_cvc"),
    ),
    Card(
        "4000000000000119", ("pm_card_chargeDeclinedProcessingError",), "Fails at the bank",
        decline=_declined(
            "processing_error", "An error occurred while processing your card. Try again in a little bit.",
            "processing_error",
        ),
    ),
    Card("5555555555554444", ("pm_card_mastercard",), "Pays (Mastercard)", "mastercard"),
    Card("378282246310005", ("pm_card_amex",), "Pays (American Express)", "amex"),
)  # fmt: skip
SHOWN = CARDS[:3] + CARDS[4:5]

_BY_TOKEN = {token: card for card in CARDS for token in card.tokens}
_BY_NUMBER = {card.number: card for card in CARDS}
_BY_FINGERPRINT = {card.fingerprint: card for card in CARDS}


def by_number(number: str) -> Card:
    """Any other number is declined, as in Stripe's test mode."""
    return _BY_NUMBER.get(number) or Card(number[-4:].rjust(16, "0"), (), "Not a test card", decline=NOT_A_TEST_CARD)


def card_of(method: Wire) -> Card:
    stranger = Card(method["card"]["last4"].rjust(16, "0"), (), "Not a test card", decline=NOT_A_TEST_CARD)
    return _BY_FINGERPRINT.get(method["card"]["fingerprint"], stranger)


def payment_method(platform: Platform, id: str) -> Wire:
    """A test name makes a new payment method each time, as Stripe does; another id must exist."""
    card = _BY_TOKEN.get(id)
    if card is not None:
        return add_payment_method(platform, card)
    if id.startswith("pm_card_"):
        raise ResourceMissing("PaymentMethod", id[:80], "payment_method")
    return platform.find("payment_method", id, param="payment_method")


def add_payment_method(platform: Platform, card: Card, name: str | None = None) -> Wire:
    checks = {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"}
    return platform.add({
        "id": new_id("pm"), "object": "payment_method", "allow_redisplay": "unspecified",
        "billing_details": {"address": None, "email": None, "name": name, "phone": None, "tax_id": None},
        "card": {
            "brand": card.brand, "checks": checks, "country": "IE", "display_brand": card.brand, "exp_month": 12,
            "exp_year": 2034, "fingerprint": card.fingerprint, "funding": "credit", "generated_from": None,
            "last4": card.number[-4:], "networks": {"available": [card.brand], "preferred": None},
            "three_d_secure_usage": {"supported": True}, "wallet": None,
        },
        "created": platform.now(), "customer": None, "livemode": False, "metadata": {}, "type": "card",
    })  # fmt: skip
