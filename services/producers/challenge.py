"""The challenge: a secret which only the account that asked for it can have published under its domain."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.producers.base import Base

LABEL = "_toadlane-challenge"
FILE = "/.well-known/toadlane-challenge.txt"
LIFE = timedelta(days=7)
TOKEN_BYTES = 32


class Way(StrEnum):
    """Where a token may be published; either place is one that only the holder of the domain can write to."""

    DNS = "dns_txt"
    HTTPS = "https_file"


class Challenge(Base):
    """At most one per application, bound to whom it was issued to: a fresh one overwrites the last, whose token can
    then never verify again."""

    __tablename__ = "challenges"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    account_id: Mapped[UUID]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    issued_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    def live(self, now: datetime) -> bool:
        return self.used_at is None and now < self.expires_at

    def published(self, domain: str, records: Iterable[bytes]) -> bool:
        return Binding(self.account_id, domain).published(self.digest, records)


@dataclass(frozen=True)
class Binding:
    """Whom a token belongs to; the same token under another account or domain has another digest."""

    account_id: UUID
    domain: str

    def digest(self, token: bytes) -> bytes:
        return hashlib.sha256(b"\0".join((self.account_id.bytes, self.domain.encode(), token))).digest()

    def published(self, digest: bytes, records: Iterable[bytes]) -> bool:
        """Whether any one of the records is the token behind the digest; how long it takes tells nothing of either."""
        return any(hmac.compare_digest(self.digest(record), digest) for record in records)


def record_name(domain: str) -> str:
    return f"{LABEL}.{domain}"


def file_url(domain: str) -> str:
    return f"https://{domain}{FILE}"


def place(way: Way, domain: str) -> str:
    """Where that way looks for the token: the name of a record, or the address of a file."""
    return record_name(domain) if way is Way.DNS else file_url(domain)


def new_token() -> str:
    """256 random bits, as text which fits one TXT character-string."""
    return secrets.token_urlsafe(TOKEN_BYTES)
