"""What the front door's own API takes and gives."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from gateway.api_key import ApiKey
from gateway.role import Scope
from gateway.session import Session

# A name for people: no control characters, which a database or a mail would stumble over.
_ONE_LINE = r"^[^\x00-\x1f\x7f]+$"
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_ONE_LINE)]
Email = Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=_ONE_LINE)]
Password = Annotated[SecretStr, Field(max_length=1000)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewAccount(_Request):
    email: Email
    password: Password
    name: Name


class Credentials(_Request):
    email: Email
    password: Password


class ResetRequest(_Request):
    email: Email


class NewPassword(_Request):
    password: Password


class ChangedPassword(_Request):
    current_password: Password
    password: Password


class ChangedAddress(_Request):
    email: Email
    password: Password


class Farewell(_Request):
    password: Password


class NewKey(_Request):
    coop_id: UUID
    name: Annotated[Name, Field(max_length=100)]
    scopes: list[Scope] = Field(min_length=1, max_length=len(Scope))


class Work(BaseModel):
    """`scopes` are what the role, or the key, may do there."""

    coop_id: UUID
    role: str
    scopes: list[str]


class Me(BaseModel):
    """Whoever is asking; `id` is absent for a visitor who has done nothing yet.

    What is withheld is theirs once a second factor is shown in this session.
    """

    id: UUID | None
    kind: Literal["anonymous", "guest", "account", "key"]
    email: str | None = None
    email_verified: bool = False
    name: str | None = None
    operator: bool = False
    works_for: list[Work] = []
    second_factor: Literal["none", "enrolled", "shown"] = "none"
    operator_withheld: bool = False
    withheld_from: list[UUID] = []


class OpenSession(BaseModel):
    """`device` is empty where it told nothing of itself; `current` is the session that asks."""

    id: UUID
    device: str
    opened_at: datetime
    seen_at: datetime
    current: bool

    @classmethod
    def of(cls, row: Session, *, current: UUID | None) -> "OpenSession":
        return cls(
            id=row.id, device=row.device, opened_at=row.opened_at, seen_at=row.seen_at, current=row.id == current
        )


class Key(BaseModel):
    id: UUID
    coop_id: UUID
    name: str
    scopes: list[str]
    ending: str
    made_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: ApiKey) -> "Key":
        return cls.model_validate(row, from_attributes=True)


class MadeKey(Key):
    """`key` is shown in this answer and never again."""

    key: str
