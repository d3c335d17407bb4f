"""What opens something for whoever has it, in a link or a cookie; all that is kept of it is a hash."""

import hashlib
import secrets

_BYTES = 32


def new_token() -> str:
    """256 random bits, fit to stand in an address."""
    return secrets.token_urlsafe(_BYTES)


def hashed(token: str) -> bytes:
    """A token is random enough that one plain hash keeps it."""
    return hashlib.sha256(token.encode()).digest()
