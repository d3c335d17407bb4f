"""A passkey in software, as a browser and a device would answer together."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn import base64url_to_bytes

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40
Json = dict[str, Any]


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class SoftKey:
    """Answers whatever page it is told that it is on, and counts its uses."""

    origin: str
    flags: int = PRESENT | VERIFIED
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    uses: int = 0

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: Json) -> Json:
        """What `navigator.credentials.create` gives."""
        length = len(self.id).to_bytes(2, "big")
        key = bytes(16) + length + self.id + cbor2.dumps(self._public_key())
        data = self._authenticator_data(options["rp"]["id"], WITH_KEY) + key
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        answer = {"attestationObject": base64url(attestation), "transports": ["internal", "pigeon"]}
        return self._credential(answer | {"clientDataJSON": self._client_data("webauthn.create", options)})

    def sign(self, options: Json) -> Json:
        """What `navigator.credentials.get` gives."""
        self.uses += 1
        data, client = self._authenticator_data(options["rpId"], 0), self._client_data("webauthn.get", options)
        signed = data + hashlib.sha256(base64url_to_bytes(client)).digest()
        signature = self._key.sign(signed, ec.ECDSA(hashes.SHA256()))
        answer = {"authenticatorData": base64url(data), "signature": base64url(signature), "clientDataJSON": client}
        return self._credential(answer)

    def _credential(self, answer: Json) -> Json:
        named = base64url(self.id)
        return {"id": named, "rawId": named, "type": "public-key", "response": answer}

    def _client_data(self, kind: str, options: Json) -> str:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return base64url(json.dumps(told).encode())

    def _authenticator_data(self, rp_id: str, more: int) -> bytes:
        flags = (self.flags | more).to_bytes(1, "big")
        return hashlib.sha256(rp_id.encode()).digest() + flags + self.uses.to_bytes(4, "big")

    def _public_key(self) -> dict[int, Any]:
        numbers = self._key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
