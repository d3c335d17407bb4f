"""The audit log: what the registry decided and what was done to accounts, in a chain that shows every alteration.

Ids, codes and digests only. What is personal, such as the words of a reason, lies in a table beside it and can be
erased: the chain holds no more of it than a salted digest. The database itself refuses to change or delete an entry.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, LargeBinary, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.pending import before_commit
from services.producers.base import Base

BEGINNING = bytes(32)
"""What the first entry follows."""

_QUEUED = "audit log"


class Decision(StrEnum):
    APPLIED = "applied"
    CHALLENGE_ISSUED = "challenge_issued"
    PROVED = "proved"
    PROOF_TAKEN_BACK = "proof_taken_back"
    ADMITTED = "admitted"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    LAPSED = "lapsed"
    ASKED = "asked"
    ANSWERED = "answered"
    APPEALED = "appealed"
    APPEAL_UPHELD = "appeal_upheld"
    APPEAL_DISMISSED = "appeal_dismissed"
    STATED = "stated"
    DOCUMENT_ADDED = "document_added"
    PAUSED = "paused"
    RESUMED = "resumed"
    VERIFIED = "verified"
    WAIVED = "waived"
    OVERRIDDEN = "overridden"
    WORDS_ERASED = "words_erased"
    INVITED = "invited"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    JOINED = "joined"
    ROLE_CHANGED = "role_changed"
    LEFT = "left"
    REMOVED = "removed"
    WEBHOOK_REGISTERED = "webhook_registered"
    WEBHOOK_CHANGED = "webhook_changed"
    WEBHOOK_SECRET_CHANGED = "webhook_secret_changed"  # noqa: S105 - what was done, not a secret
    WEBHOOK_REMOVED = "webhook_removed"
    ADDRESS_VERIFIED = "address_verified"
    ADDRESS_CHANGED = "address_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - what was done, not a password
    SESSIONS_ENDED = "sessions_ended"
    SECOND_FACTOR_ADDED = "second_factor_added"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    API_KEY_MADE = "api_key_made"
    API_KEY_REVOKED = "api_key_revoked"
    OPERATOR_MADE = "operator_made"
    ACCOUNT_CLOSED = "account_closed"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One decision, before it has its place in the chain. `by` is None for the house itself."""

    what: Decision
    subject: UUID
    by: UUID | None
    at: datetime
    why: str | None
    evidence: bytes | None
    words: str | None


class Entry(Base):
    """One link. `words` is the digest of what lies beside it, `evidence` that of what the decision rests on."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("audit_of_subject", "subject", "position"),)

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    what: Mapped[str]
    subject: Mapped[UUID]
    by: Mapped[UUID | None]
    why: Mapped[str | None]
    evidence: Mapped[bytes | None] = mapped_column(LargeBinary)
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)

    def computed(self) -> bytes:
        """SHA-256 of the JSON array of all the other columns in their order: UTC times, bytes in hex, no spaces."""
        return hashlib.sha256(orjson.dumps(list(self.told().values()))).digest()

    def told(self) -> dict[str, int | str | None]:
        """What the digest is made of, in this order."""
        return {
            "position": self.position,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "what": self.what,
            "subject": str(self.subject),
            "by": None if self.by is None else str(self.by),
            "why": self.why,
            "evidence": _hex(self.evidence),
            "words": _hex(self.words),
            "previous": _hex(self.previous),
        }


class Words(Base):
    """What is personal about an entry. The salt goes with it, so that nobody can guess the words by their digest."""

    __tablename__ = "audit_words"

    position: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("audit_entries.position"), primary_key=True, autoincrement=False
    )
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    said: Mapped[str]

    def computed(self) -> bytes:
        return _digest_of_words(self.salt, self.said)


class Head(Base):
    """The one row that says where the chain ends; whoever appends holds its lock."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


def record(
    session: AsyncSession,
    what: Decision,
    *,
    subject: UUID,
    by: UUID | None,
    at: datetime,
    why: str | None = None,
    evidence: bytes | None = None,
    words: str | None = None,
) -> None:
    """The decision is in the log if, and only if, this transaction commits.

    It gets its place just before the commit, so that the head of the chain is locked for that moment alone, and after
    every other lock of the transaction.
    """
    queued: list[Recorded] = session.info.setdefault(_QUEUED, [])
    before_commit(session, _QUEUED, _append)
    queued.append(Recorded(what, subject, by, at, why, evidence, words))


async def _append(session: AsyncSession) -> None:
    head = (await session.scalars(select(Head).with_for_update().execution_options(populate_existing=True))).one()
    position, digest = head.position, head.digest
    entries, beside = [], []
    for one in session.info.pop(_QUEUED):
        entry, words = _link(one, position + 1, digest)
        position, digest = entry.position, entry.digest
        entries.append(_columns(entry))
        beside += [] if words is None else [_columns(words)]
    await session.execute(insert(Entry), entries)
    if beside:
        await session.execute(insert(Words), beside)
    await session.execute(update(Head).values(position=position, digest=digest))


def _link(one: Recorded, position: int, previous: bytes) -> tuple[Entry, Words | None]:
    words = Words(position=position, salt=secrets.token_bytes(16), said=one.words) if one.words else None
    entry = Entry(
        position=position,
        at=one.at,
        what=one.what,
        subject=one.subject,
        by=one.by,
        why=one.why,
        evidence=one.evidence,
        words=None if words is None else words.computed(),
        previous=previous,
    )
    entry.digest = entry.computed()
    return entry, words


def _columns(row: Base) -> dict[str, object]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def evidence_of(value: object) -> bytes:
    """The digest of something that can be told as JSON."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).digest()


def _digest_of_words(salt: bytes, said: str) -> bytes:
    return hashlib.sha256(salt + said.encode()).digest()


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()


async def concerning(
    session: AsyncSession, *, by: UUID, subjects: Sequence[UUID], limit: int
) -> Sequence[tuple[Entry, str | None]]:
    """Oldest first: what somebody did, and what was done about these."""
    found = select(Entry, Words.said).outerjoin(Words, Words.position == Entry.position)
    found = found.where(or_(Entry.by == by, Entry.subject.in_(subjects))).order_by(Entry.position).limit(limit)
    return [(entry, said) for entry, said in await session.execute(found)]


async def newest(
    session: AsyncSession, *, subject: UUID | None, before: int | None, limit: int
) -> Sequence[tuple[Entry, str | None]]:
    """Newest first, each with its words where they are not erased; of one application or co-op, or of all."""
    found = select(Entry, Words.said).outerjoin(Words, Words.position == Entry.position)
    found = found.order_by(Entry.position.desc()).limit(limit)
    if subject is not None:
        found = found.where(Entry.subject == subject)
    if before is not None:
        found = found.where(Entry.position < before)
    return [(entry, said) for entry, said in await session.execute(found)]


async def entries_after(session: AsyncSession, position: int, limit: int) -> Sequence[Entry]:
    """In the order of the chain."""
    found = select(Entry).where(Entry.position > position).order_by(Entry.position).limit(limit)
    return (await session.scalars(found.execution_options(populate_existing=True))).all()
