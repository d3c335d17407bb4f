"""Signatures as the Standard Webhooks specification has them (v1, HMAC-SHA256), and the secrets behind them."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from chassis.vault import Vault

PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> bytes:
    return secrets.token_bytes(_SECRET_BYTES)


def secrets_vault(key: str) -> Vault:
    """Where they are kept, each for its endpoint."""
    return Vault(key.encode(), "webhook secrets")


def shown(secret: bytes) -> str:
    """As receivers are given it."""
    return PREFIX + base64.b64encode(secret).decode()


def headers(message_id: UUID, at: datetime, body: bytes, secrets_: Iterable[bytes]) -> dict[str, str]:
    """What goes with the body; one signature for each secret, the newest first. `at` is when it is sent, not when
    it happened: an old message that somebody has kept cannot be sent again as a new one.
    """
    timestamp = str(int(at.timestamp()))
    signed = b".".join((str(message_id).encode(), timestamp.encode(), body))
    return {
        "webhook-id": str(message_id),
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(secret, signed) for secret in secrets_),
    }


def _signature(secret: bytes, signed: bytes) -> str:
    return "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
