"""An import: a file a co-op handed in, and what became of every row of it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.catalog.base import Base


class ImportState(StrEnum):
    """queued → running → done | failed. A failed one has imported nothing."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


FINISHED = {ImportState.DONE, ImportState.FAILED}


class Import(Base):
    """`products_done` is how far it got: after a crash it goes on from there."""

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
        Index("ix_imports_of_coop", "coop_id", "import_id"),
    )

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    coop_id: Mapped[UUID]
    filename: Mapped[str] = mapped_column(String)
    dialect: Mapped[str] = mapped_column(String)
    state: Mapped[str] = mapped_column(String)
    currency: Mapped[str] = mapped_column(String(3))
    rows_total: Mapped[int] = mapped_column(server_default=text("0"))
    rows_done: Mapped[int] = mapped_column(server_default=text("0"))
    rows_rejected: Mapped[int] = mapped_column(server_default=text("0"))
    products_done: Mapped[int] = mapped_column(server_default=text("0"))
    products_created: Mapped[int] = mapped_column(server_default=text("0"))
    products_updated: Mapped[int] = mapped_column(server_default=text("0"))
    products_unchanged: Mapped[int] = mapped_column(server_default=text("0"))
    variants: Mapped[int] = mapped_column(server_default=text("0"))
    failure: Mapped[str | None] = mapped_column(String)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ImportPiece(Base):
    """The file itself, in pieces, kept until the import is finished."""

    __tablename__ = "import_pieces"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.import_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class ImportProblem(Base):
    """One thing to say about one row."""

    __tablename__ = "import_problems"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.import_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int]
    column: Mapped[str] = mapped_column("column_name", String)
    value: Mapped[str] = mapped_column(String)
    reason: Mapped[str] = mapped_column(String)
    severity: Mapped[str] = mapped_column(String)
