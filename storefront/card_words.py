"""Why a card was not charged, in its owner's words: the bank's codes are for shops."""

from typing import Final

SAID_NO: Final = "Your bank said no."
CARD_WORDS: Final = {
    "insufficient_funds": "There is not enough money on the card.",
    "card_velocity_exceeded": "The card has been used too often for now.",
    "withdrawal_count_limit_exceeded": "The card has been used too often for now.",
    "expired_card": "The card has expired.",
    "invalid_expiry_month": "The card's date was not right.",
    "invalid_expiry_year": "The card's date was not right.",
    "incorrect_cvc": "The security code was not right.",
    "invalid_cvc": "The security code was not right.",
    "incorrect_number": "The card's number was not right.",
    "invalid_number": "The card's number was not right.",
    "card_not_supported": "The card cannot be used for this.",
    "currency_not_supported": "The card cannot be used in this currency.",
    "authentication_required": "The payment was not confirmed with your bank.",
    "payment_intent_authentication_failure": "The payment was not confirmed with your bank.",
    "processing_error": "The bank could not be reached.",
    "issuer_not_available": "The bank could not be reached.",
}


def card_words(code: str) -> str:
    return CARD_WORDS.get(code, SAID_NO)
