"""The gateway's tables, and how they came to be."""

from gateway import (
    account,
    address_verification,
    api_key,
    authenticator_app,
    membership,
    passkey,
    password_reset,
    recovery_code,
    session,
)
from gateway.base import Base

__all__ = [
    "account",
    "address_verification",
    "api_key",
    "authenticator_app",
    "membership",
    "metadata",
    "passkey",
    "password_reset",
    "recovery_code",
    "session",
]

metadata = Base.metadata
