"""API keys of co-ops: a prefix that scanners know, a checksum that spares us look-ups, and only a keyed hash kept."""

import hashlib
import hmac
import secrets
import string
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Index, LargeBinary, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.auth import Caller
from chassis.database import Database
from chassis.errors import DomainError
from chassis.ids import new_id
from gateway.base import Base
from gateway.role import Scope
from gateway.visit import Principal

PREFIX = "toad_"
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM_LENGTH = 30
_CHECKSUM_LENGTH = 6
# What a co-op is told at `works_for`: the key acts for it, and is nobody there.
_ROLE = "key"
_USE_NOTED_EVERY = timedelta(minutes=10)


class KeyRefused(DomainError):
    status, code, title = 401, "key_refused", "That API key is not valid"


class ApiKey(Base):
    """`ending` helps people to tell their keys apart; a revoked key stays listed, as who asks what it was expects."""

    __tablename__ = "api_keys"
    __table_args__ = (Index(None, "coop_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    coop_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    ending: Mapped[str] = mapped_column(String(4))
    made_by: Mapped[UUID]
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    def revoke(self, now: datetime) -> bool:
        """For good. False where it was revoked before: it keeps the first moment."""
        news = self.revoked_at is None
        self.revoked_at = self.revoked_at or now
        return news


_FIND = "SELECT id, coop_id, scopes, used_at FROM api_keys WHERE key_hash = $1 AND revoked_at IS NULL"
_NOTE_USE = "UPDATE api_keys SET used_at = $2 WHERE id = $1 RETURNING id"


def new_key() -> str:
    body = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_LENGTH))
    return PREFIX + body + _checksum(body)


def well_formed(key: str) -> bool:
    """Whether prefix, length and checksum fit: a typing error, or a guess, is seen without a look-up."""
    body = key.removeprefix(PREFIX)[:-_CHECKSUM_LENGTH]
    return (
        key.startswith(PREFIX)
        and len(body) == _RANDOM_LENGTH
        and body.isascii()
        and hmac.compare_digest(key[-_CHECKSUM_LENGTH:].encode(), _checksum(body).encode())
    )


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(_CHECKSUM_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Without the secret a stolen table of hashes cannot be checked against anything."""

    secret: bytes

    def hashed(self, key: str) -> bytes:
        return hmac.digest(self.secret, key.encode(), hashlib.sha256)

    def make(
        self, session: AsyncSession, *, coop_id: UUID, name: str, scopes: Sequence[Scope], made_by: UUID, now: datetime
    ) -> tuple[ApiKey, str]:
        """The row, and the key itself, which nobody is shown again."""
        key = new_key()
        row = ApiKey(
            id=new_id(),
            coop_id=coop_id,
            name=name,
            scopes=sorted(set(scopes)),
            key_hash=self.hashed(key),
            ending=key[-4:],
            made_by=made_by,
            made_at=now,
        )
        session.add(row)
        return row, key

    async def find(self, database: Database, key: str, now: datetime) -> Principal:
        """Whom the key speaks for; raises KeyRefused."""
        if not well_formed(key):
            raise KeyRefused("The key is misspelt: keys begin with toad_ and end in a checksum.")
        found = await database.fetch(_FIND, self.hashed(key))
        if not found:
            raise KeyRefused("The key is unknown here or has been revoked.")
        [row] = found
        if row["used_at"] is None or now - row["used_at"] >= _USE_NOTED_EVERY:
            await database.fetch(_NOTE_USE, row["id"], now)
        coop_id, scopes = row["coop_id"], frozenset(row["scopes"])
        return Principal(Caller(id=row["id"], kind="key", works_for={coop_id: _ROLE}, scopes={coop_id: scopes}))


async def keys_of(session: AsyncSession, coop_id: UUID) -> Sequence[ApiKey]:
    found = await session.scalars(select(ApiKey).where(ApiKey.coop_id == coop_id).order_by(ApiKey.id.desc()))
    return found.all()
