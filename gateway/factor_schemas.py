"""What the API takes and gives about second factors."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from gateway.events import FactorKind
from gateway.schemas import Name, Password
from gateway.second_factor import Factors

# What devices give is some hundred bytes; an attestation that nobody asked for may be longer.
Base64Url = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+=*$", max_length=16_000)]
FactorName = Annotated[Name, Field(max_length=100)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewApp(_Request):
    name: FactorName = "Authenticator app"


class FirstCode(_Request):
    code: Code


class GivenPassword(_Request):
    password: Password


class _Answer(BaseModel):
    """What a browser gives of a device's answer, as WebAuthn names it; what else it says is nobody's business here."""

    clientDataJSON: Base64Url  # noqa: N815


class Attestation(_Answer):
    attestationObject: Base64Url  # noqa: N815
    transports: list[Annotated[str, StringConstraints(max_length=40)]] = Field(default=[], max_length=10)


class Assertion(_Answer):
    authenticatorData: Base64Url  # noqa: N815
    signature: Base64Url


class _Credential(BaseModel):
    id: Base64Url
    rawId: Base64Url  # noqa: N815
    type: str


class MadeCredential(_Credential):
    response: Attestation


class SignedCredential(_Credential):
    response: Assertion


class NewPasskey(_Request):
    name: FactorName = "Passkey"
    credential: MadeCredential


class ShownFactor(_Request):
    """One of the three."""

    code: Code | None = None
    recovery_code: Code | None = None
    credential: SignedCredential | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if len(self.model_fields_set) != 1 or not any((self.code, self.recovery_code, self.credential)):
            raise ValueError("give one of code, recovery_code and credential")
        return self


class Factor(BaseModel):
    id: UUID
    kind: FactorKind
    name: str
    added_at: datetime
    used_at: datetime | None


class FactorList(BaseModel):
    """`confirmed` says whether they may be changed in this session right now."""

    items: list[Factor]
    recovery_codes_left: int
    confirmed: bool


class BegunApp(BaseModel):
    """What the app has to be told: `uri` as a QR code, or `secret` by hand."""

    id: UUID
    name: str
    account: str
    secret: str
    uri: str


class RecoveryCodes(BaseModel):
    """Shown in this answer and never again; none where the old ones still count."""

    recovery_codes: list[str]


class PasskeyOptions(BaseModel):
    """For the browser's `navigator.credentials`, which takes them as they are."""

    options: dict[str, Any]


def listed(factors: Factors) -> list[Factor]:
    return sorted(_each(factors), key=lambda factor: factor.added_at)


def _each(factors: Factors) -> Iterator[Factor]:
    for app in factors.apps:
        added = app.confirmed_at or app.begun_at
        yield Factor(id=app.id, kind="totp", name=app.name, added_at=added, used_at=app.used_at)
    for key in factors.passkeys:
        yield Factor(id=key.id, kind="passkey", name=key.name, added_at=key.added_at, used_at=key.used_at)
