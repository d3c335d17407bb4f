"""Signatures as the Standard Webhooks specification has them (v1, HMAC-SHA256), and secrets kept under lock."""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PREFIX = "whsec_"
_SECRET_BYTES = 32
_NONCE_BYTES = 12


def new_secret() -> bytes:
    return secrets.token_bytes(_SECRET_BYTES)


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


class Vault:
    """Seals secrets for the database (AES-256-GCM); each opens for the endpoint it was sealed for and no other."""

    def __init__(self, key: str) -> None:
        derived = HKDF(SHA256(), length=32, salt=None, info=b"toadlane webhook secrets").derive(key.encode())
        self._cipher = AESGCM(derived)

    def seal(self, secret: bytes, endpoint_id: UUID) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, endpoint_id.bytes)

    def open(self, sealed: bytes, endpoint_id: UUID) -> bytes:
        """Raises cryptography's InvalidTag where the key is another, or the row was tampered with."""
        return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], endpoint_id.bytes)
