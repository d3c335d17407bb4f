"""Who is calling, as the gateway vouches for it: a short-lived Ed25519 token for one room."""

import time
from collections import OrderedDict
from datetime import timedelta
from typing import Literal
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pydantic import BaseModel, ConfigDict

from chassis.errors import DomainError, Forbidden, NotFound, SecondFactorRequired, SignInRequired

LIFE = timedelta(minutes=2)
ISSUER = "gateway"
_REMEMBERED = 10_000


class AddressNotVerified(Forbidden):
    code, title = "address_not_verified", "Please confirm your e-mail address first"


class ScopeMissing(Forbidden):
    """The caller works for the tenant, and this is not among what its role, or its key, lets it do there."""

    code, title = "scope_missing", "That is not yours to do there"


class Caller(BaseModel):
    """The principal behind a request. `works_for` tells its role at each tenant, `scopes` what it may do there.

    Whether somebody came by a role or by a key, scopes alone decide. `address_digest` tells rooms whether an account's
    address is one they know (chassis/email_address.py), and nothing to a room that does not know it. What is withheld
    has been granted, and waits until a second factor is shown in this session.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID | None = None
    kind: Literal["anonymous", "guest", "account", "key"] = "anonymous"
    operator: bool = False
    email_verified: bool = False
    works_for: dict[UUID, str] = {}
    scopes: dict[UUID, frozenset[str]] = {}
    address_digest: str | None = None
    operator_withheld: bool = False
    withheld_from: frozenset[UUID] = frozenset()

    def require_principal(self) -> UUID:
        """The id of a guest or an account."""
        if self.id is None or self.kind == "key":
            raise SignInRequired("This needs a visitor's session; keep the cookie you were given")
        return self.id

    def require_account(self) -> UUID:
        """The id of somebody who has signed in."""
        if self.id is None or self.kind != "account":
            raise SignInRequired("Please sign in first")
        return self.id

    def require_verified_address(self) -> UUID:
        """The id of somebody who has signed in and whose mail address is known to reach them."""
        account_id = self.require_account()
        if not self.email_verified:
            raise AddressNotVerified(
                "Open the link in the mail that we sent to your address; on the page of your account you can ask for "
                "another one. Then send this again."
            )
        return account_id

    def require_operator(self) -> None:
        """Refuses everybody who does not operate this marketplace."""
        if self.operator_withheld:
            raise SecondFactorRequired
        if not self.operator:
            raise Forbidden("Only an operator may do this")

    def may_act_for(self, tenant: UUID, scope: str) -> bool:
        """Whether the caller's role or key at the tenant holds the scope."""
        return scope in self.scopes.get(tenant, ())

    def require_acting_for(self, tenant: UUID, scope: str) -> None:
        """Other people's things do not exist, so as not to tell which of them do; who lacks a scope is told which."""
        if tenant not in self.works_for:
            raise self.not_theirs("There is nothing here, or it is not yours", tenant)
        if not self.may_act_for(tenant, scope):
            raise ScopeMissing(self._without(tenant, scope), scope=scope)

    def _without(self, tenant: UUID, scope: str) -> str:
        if self.kind == "key":
            return f"This key lacks the scope {scope}. An owner can make one that has it."
        role = self.works_for[tenant]
        return f"Your role there, {role}, does not hold the scope {scope}. Ask an owner to do it, or for another role."

    def not_theirs(self, detail: str, tenant: UUID | None = None) -> DomainError:
        """How what does not exist for this caller is refused: what may be theirs with a second factor asks for one."""
        waits = self.operator_withheld or tenant in self.withheld_from
        return SecondFactorRequired() if waits else NotFound(detail)


ANONYMOUS = Caller()


class BadToken(DomainError):
    """The request did not come through the gateway, or its token is too old or made for another room."""

    status, code, title = 401, "internal_token_refused", "This request did not come through the front door"


class Gatekeeper:
    """Verifies tokens for one room. A token seen before is not verified again until it expires."""

    def __init__(self, room: str, public_key_pem: str) -> None:
        key = load_pem_public_key(public_key_pem.encode())
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("INTERNAL_PUBLIC_KEY is not an Ed25519 key")
        self._room, self._key = room, key
        self._seen: OrderedDict[str, tuple[float, Caller]] = OrderedDict()

    def caller(self, authorization: str | None) -> Caller:
        """The caller named by an `Authorization: Bearer` header; raises BadToken."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise BadToken("No internal token came with the request")
        known = self._seen.get(token)
        if known and known[0] > time.time():
            return known[1]
        return self._verify(token)

    def _verify(self, token: str) -> Caller:
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=["EdDSA"],
                audience=self._room,
                issuer=ISSUER,
                options={"require": ["exp", "aud", "iss"]},
            )
        except jwt.InvalidTokenError as error:
            raise BadToken("The internal token was refused") from error
        caller = Caller.model_validate(claims["caller"])
        self._seen[token] = (claims["exp"], caller)
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return caller
