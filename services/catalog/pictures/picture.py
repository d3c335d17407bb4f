"""Pictures as the catalogue knows them: what was made, which products show it, and where it is to be had from."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.catalog.base import Base

MOST_PICTURES = 20  # Of one product; a page shows them all.


class Picture(Base):
    """`digest` is the SHA-256 of the bytes that came; `width` and `height` are those of the largest file made of them.

    A row is there only once its files are. `unused_since` is when the sweep first found that nothing refers to it.
    """

    __tablename__ = "pictures"
    __table_args__ = (Index("ix_pictures_unused", "unused_since", postgresql_where=text("unused_since IS NOT NULL")),)

    digest: Mapped[str] = mapped_column(String, primary_key=True)
    width: Mapped[int]
    height: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    unused_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PictureFolder(Base):
    """Where files may lie in the store: there before the first of them is, and until the last is gone."""

    __tablename__ = "picture_folders"

    digest: Mapped[str] = mapped_column(String, primary_key=True)
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SourceState(StrEnum):
    WAITING = "waiting"
    FETCHED = "fetched"
    FAILED = "failed"


class PictureSource(Base):
    """An address that a file or a form of this co-op named last.

    `due_at` is when to try (again), `reason` what came of the last try, `digest` what came last, whatever came of it
    since. `asked_at` is when that was settled; `etag` and `last_modified` are how to ask whether it is still the same.
    """

    __tablename__ = "picture_sources"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in SourceState)})", name="state"),
        Index("ix_picture_sources_due", "host", "coop_id", "due_at", "url", postgresql_where=text("state = 'waiting'")),
        Index("ix_picture_sources_asked", "asked_at", postgresql_where=text("state <> 'waiting'")),
        Index("ix_picture_sources_of_digest", "digest"),
    )

    url: Mapped[str] = mapped_column(String, primary_key=True)
    host: Mapped[str] = mapped_column(String)
    coop_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String, server_default=SourceState.WAITING)
    digest: Mapped[str | None] = mapped_column(ForeignKey("pictures.digest"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    etag: Mapped[str | None] = mapped_column(String)
    last_modified: Mapped[str | None] = mapped_column(String)
    reason: Mapped[str | None] = mapped_column(String)


class ProductPicture(Base):
    """One of a product's pictures, the first first; without a digest while it is still to be fetched."""

    __tablename__ = "product_pictures"
    __table_args__ = (
        Index("ix_product_pictures_of_address", "url"),
        Index("ix_product_pictures_of_digest", "digest"),
        CheckConstraint("digest IS NOT NULL OR url IS NOT NULL", name="from_somewhere"),
    )

    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.product_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str | None] = mapped_column(ForeignKey("pictures.digest"))
    url: Mapped[str | None] = mapped_column(ForeignKey("picture_sources.url"))
    alt: Mapped[str] = mapped_column(String, server_default=text("''"))
    # The variants that it is a picture of, by what tells them apart; of none it shows the product as such.
    variants: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"))


class ImportPicture(Base):
    """A line of an import's file names this address."""

    __tablename__ = "import_pictures"
    __table_args__ = (Index("ix_import_pictures_of_address", "url"),)

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.import_id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(ForeignKey("picture_sources.url"), primary_key=True)


def address(digest: str, width: int) -> str:
    """Where the largest JPEG lies, for ever the same.

    Beside it lie AVIF and WebP of that width, and all three of each of our widths that is smaller.
    """
    return f"/pictures/{digest}/{width}.jpg"
