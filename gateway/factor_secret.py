"""The secret behind second factors: it seals what must be read again, and hashes what need only be recognised."""

import hashlib
import hmac
from uuid import UUID

from chassis.vault import Vault, derived_key


class FactorSecret:
    """Without it a stolen table opens nothing; each use has a key of its own."""

    def __init__(self, secret: bytes) -> None:
        self._vault = Vault(secret, "authenticator apps")
        self._hash_key = derived_key(secret, "recovery codes")

    def seal(self, plain: str, owner: UUID) -> bytes:
        return self._vault.seal(plain.encode(), owner)

    def unseal(self, sealed: bytes, owner: UUID) -> str:
        """Raises cryptography's InvalidTag for what was sealed with another secret or for another owner."""
        return self._vault.open(sealed, owner).decode()

    def hashed(self, code: str, owner: UUID) -> bytes:
        return hmac.digest(self._hash_key, owner.bytes + code.encode(), hashlib.sha256)
