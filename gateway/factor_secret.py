"""The secret behind second factors: it seals what must be read again, and hashes what need only be recognised."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class FactorSecret:
    """Without it a stolen table opens nothing; each use has a key of its own."""

    secret: bytes

    def seal(self, plain: str, owner: UUID) -> bytes:
        """AES-GCM, bound to its owner: moved to another row it cannot be opened."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self._key(b"seal")).encrypt(nonce, plain.encode(), owner.bytes)

    def unseal(self, sealed: bytes, owner: UUID) -> str:
        """Raises cryptography's InvalidTag for what was sealed with another secret or for another owner."""
        nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return AESGCM(self._key(b"seal")).decrypt(nonce, text, owner.bytes).decode()

    def hashed(self, code: str, owner: UUID) -> bytes:
        return hmac.digest(self._key(b"hash"), owner.bytes + code.encode(), hashlib.sha256)

    def _key(self, use: bytes) -> bytes:
        return hmac.digest(self.secret, use, hashlib.sha256)
