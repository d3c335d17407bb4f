"""One spelling per mailbox, so that nobody has two accounts by writing their address differently."""

import hashlib

from email_validator import EmailNotValidError, validate_email

from chassis.errors import Refused


class NotAnEmailAddress(Refused):
    code, title = "invalid_email", "That is not an e-mail address"


def normalised(address: str) -> str:
    """Lower case throughout, the domain in its Unicode form; raises NotAnEmailAddress.

    A mailbox that differs from another by case alone does not exist in practice, and mistakes of case are common.
    """
    try:
        found = validate_email(address.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise NotAnEmailAddress(str(error), field="email") from error
    return found.normalized.lower()


def digest_of(address: str) -> str:
    """By which a room that knows a normalised address recognises it."""
    return hashlib.sha256(address.encode()).hexdigest()[:32]
