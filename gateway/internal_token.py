"""Our word to a room on who is asking: an Ed25519 token for it alone, short-lived, used again within its life."""

import time
from collections import OrderedDict
from collections.abc import Callable

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from chassis.auth import ISSUER, LIFE, Caller

# A token must outlast the request that carries it: one with less than this left is made anew.
_RESERVE = 30.0


class TokenIssuer:
    """A second request of the same caller to the same room costs one look-up; memory has a bound."""

    def __init__(
        self, private_key_pem: str, *, seconds: Callable[[], float] = time.time, remembered: int = 10_000
    ) -> None:
        key = load_pem_private_key(private_key_pem.encode(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("INTERNAL_PRIVATE_KEY is not an Ed25519 key")
        self._key = key
        self._seconds = seconds
        self._remembered = remembered
        self._issued: OrderedDict[tuple[object, ...], tuple[float, bytes]] = OrderedDict()

    @property
    def kept(self) -> int:
        return len(self._issued)

    def token_for(self, room: str, caller: Caller) -> bytes:
        """A token that is good for another half a minute at least."""
        claims_key = (
            room,
            caller.kind,
            caller.id,
            caller.operator,
            caller.email_verified,
            tuple(sorted(caller.works_for.items())),
            tuple(sorted((tenant, tuple(sorted(held))) for tenant, held in caller.scopes.items())),
            caller.address_digest,
            caller.operator_withheld,
            caller.withheld_from,
        )
        known = self._issued.get(claims_key)
        if known is not None and known[0] - self._seconds() > _RESERVE:
            return known[1]
        expires = self._seconds() + LIFE.total_seconds()
        token = self._sign(room, caller, int(expires))
        self._issued[claims_key] = (int(expires), token)
        self._issued.move_to_end(claims_key)
        if len(self._issued) > self._remembered:
            self._issued.popitem(last=False)
        return token

    def _sign(self, room: str, caller: Caller, expires: int) -> bytes:
        claims = {"iss": ISSUER, "aud": room, "exp": expires, "caller": caller.model_dump(mode="json")}
        return jwt.encode(claims, self._key, algorithm="EdDSA").encode()
