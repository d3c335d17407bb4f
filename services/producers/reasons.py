"""What each reason for a co-op's standing means: to everybody, and to the staff who can do something about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.producers.coop import Reason


@dataclass(frozen=True, slots=True)
class Told:
    public: str
    to_do: str


_ASK = "Read what the operator wrote and put it right, then write below that it is done, or why it is wrong."

REASONS: Mapping[Reason, Told] = {
    Reason.DOMAIN_ON_HOLD: Told(
        "Its domain is on hold at the registry.",
        "Ask your registrar why the domain is on hold, and have that lifted. We look again every day.",
    ),
    Reason.DOMAIN_EXPIRING: Told(
        "The registration of its domain has run out.",
        "Renew the domain at your registrar within its time of grace. We look again every day.",
    ),
    Reason.DOMAIN_CHANGED_HANDS: Told(
        "Its domain was transferred, and control of it has to be proved anew.",
        "If the domain is still yours, ask for a fresh record and publish it, as when you applied. Where the domain "
        "was registered anew, a person looks before your shop opens: write below that it is still you.",
    ),
    Reason.DOMAIN_GONE: Told(
        "Its domain is not registered any more.",
        "Register the domain again if you can, publish a fresh record, and write below that it is still you: a person "
        "looks before your shop opens.",
    ),
    Reason.PROOF_EXPIRED: Told(
        "The proof that it controls its domain is too old.",
        "Ask for a fresh record and publish it, as when you applied.",
    ),
    Reason.UNDER_REVIEW: Told("The marketplace is looking into something about it.", _ASK),
    Reason.NOT_ELIGIBLE: Told("It is not settled that it may sell here.", _ASK),
    Reason.RULES_BROKEN: Told("The marketplace is looking into something about it.", _ASK),
    Reason.DETAILS_MISSING: Told("Something that a seller has to state is missing.", _ASK),
    Reason.MENDED: Told("What was wrong has been put right.", ""),
    Reason.PROVED_AGAIN: Told("It has proved control of its domain anew.", ""),
    Reason.APPEAL_UPHELD: Told("Its appeal was upheld.", ""),
}


def public_sentence(reason: str | None) -> str | None:
    return None if reason is None else REASONS[Reason(reason)].public


def to_do(reason: str | None) -> str | None:
    """What the co-op's staff can do about it; None where nothing has to be done."""
    return None if reason is None else REASONS[Reason(reason)].to_do or None
