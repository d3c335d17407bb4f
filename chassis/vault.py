"""Secrets kept in the database under lock: for what must be read again, and so cannot be kept as a hash."""

import secrets
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES = 32
_NONCE_BYTES = 12


def derived_key(secret: bytes, use: str) -> bytes:
    """Each use of a secret has a key of its own, from which neither the secret nor another key can be told."""
    return HKDF(SHA256(), length=_KEY_BYTES, salt=None, info=f"toadlane {use}".encode()).derive(secret)


class Vault:
    """Seals with AES-256-GCM; what was sealed for one row opens for no other, and under no other secret or use."""

    def __init__(self, secret: bytes, use: str) -> None:
        self._cipher = AESGCM(derived_key(secret, use))

    def seal(self, plain: bytes, row_id: UUID) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, row_id.bytes)

    def open(self, sealed: bytes, row_id: UUID) -> bytes:
        """Raises cryptography's InvalidTag for what was sealed otherwise, or tampered with since."""
        return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], row_id.bytes)
