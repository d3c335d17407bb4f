"""Order numbers: what people read to each other over the phone."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O or U to mistake for another
GROUPS = 3
GROUP_LENGTH = 3


def new_number() -> str:
    """45 random bits as `7K3-F9Q-XM2`: tells nothing about how many orders there are, and opens nothing."""
    return "-".join(_group() for _ in range(GROUPS))


def _group() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH))
