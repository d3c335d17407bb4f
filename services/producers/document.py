"""Papers that go with an application. What they are is told by their first bytes, never by their names."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.errors import Conflict, NotFound, Refused
from chassis.ids import new_id
from services.producers import audit
from services.producers.application import DECIDED, AlreadyDecided, Application
from services.producers.audit import Decision
from services.producers.base import Base

MOST_BYTES = 5_000_000
MOST_DOCUMENTS = 20
LONGEST_NAME = 120
TOO_LARGE = "A paper may have up to {megabytes} MB. Please scan it anew with less detail, or in parts."


class DocumentKind(StrEnum):
    STATUTES = "statutes"
    REGISTER_ENTRY = "register_entry"
    CONTROLLING_COOP = "controlling_coop"
    IDENTITY = "identity"
    OTHER = "other"


class NotAPaper(Refused):
    code: ClassVar[str] = "not_a_paper"
    title: ClassVar[str] = "That is no PDF, PNG or JPEG"


class TooManyPapers(Conflict):
    code: ClassVar[str] = "too_many_papers"
    title: ClassVar[str] = "That is more than one application may hold"


class NoSuchDocument(NotFound):
    code: ClassVar[str] = "document_not_found"
    title: ClassVar[str] = "There is no such paper"


class Document(Base):
    __tablename__ = "documents"
    __table_args__ = (Index("documents_of_application", "application_id", "added_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    kind: Mapped[str]
    name: Mapped[str]
    type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    @property
    def saved_as(self) -> str:
        """A name of our own for whoever takes it away: the uploader's is shown, and never obeyed."""
        return f"{self.kind.replace('_', '-')}-{str(self.id)[-6:]}.{ENDINGS[self.type]}"


BEGINNINGS: Mapping[bytes, str] = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


def sniffed(content: bytes) -> str:
    """The type, by the first bytes; raises NotAPaper."""
    found = next((kind for beginning, kind in BEGINNINGS.items() if content.startswith(beginning)), None)
    if found is None:
        raise NotAPaper("Please send a PDF, or a picture as PNG or JPEG, whatever its name ends in.", field="file")
    return found


async def add(
    session: AsyncSession, application: Application, *, kind: DocumentKind, name: str, content: bytes, now: datetime
) -> Document:
    """The application's row is locked by the caller, so that nobody adds one too many."""
    if application.state in DECIDED:
        raise AlreadyDecided("The application is decided; its papers stay as they are.")
    held = await session.scalar(
        select(func.count()).select_from(Document).where(Document.application_id == application.id)
    )
    if (held or 0) >= MOST_DOCUMENTS:
        raise TooManyPapers(f"An application holds {MOST_DOCUMENTS} papers. Please put several into one PDF.")
    document = Document(
        id=new_id(),
        application_id=application.id,
        kind=kind,
        name=readable(name),
        type=sniffed(content),
        size=len(content),
        digest=hashlib.sha256(content).digest(),
        content=content,
        added_at=now,
    )
    session.add(document)
    by, evidence = application.account_id, document.digest
    audit.record(session, Decision.DOCUMENT_ADDED, subject=application.id, by=by, at=now, why=kind, evidence=evidence)
    return document


def readable(name: str) -> str:
    """The last part of a path, without what would not print."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:LONGEST_NAME].strip() or "paper"


async def content_of(session: AsyncSession, application_id: UUID, document_id: UUID) -> tuple[Document, bytes]:
    found = await session.execute(
        select(Document, Document.content).where(Document.id == document_id, Document.application_id == application_id)
    )
    if (row := found.one_or_none()) is None:
        raise NoSuchDocument("There is no such paper with this application.")
    return row[0], row[1]
