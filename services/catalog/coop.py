"""What the catalogue keeps of the co-ops: whose goods may be shown and sold."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Database
from services.catalog.base import Base

ADMITTED = "admitted"


class Coop(Base):
    """A projection of the producers' facts; `version` is theirs."""

    __tablename__ = "coops"
    __table_args__ = (Index("ix_coops_not_selling", "coop_id", postgresql_where=text("state <> 'admitted'")),)

    coop_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    slug: Mapped[str] = mapped_column(String)
    name: Mapped[str] = mapped_column(String)
    country: Mapped[str] = mapped_column(String)
    state: Mapped[str] = mapped_column(String)
    heard_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


async def not_selling(database: Database) -> list[UUID]:
    """The co-ops whose goods are hidden at once, whatever the index still holds."""
    return [row["coop_id"] for row in await database.fetch(_NOT_SELLING)]


_NOT_SELLING = "SELECT coop_id FROM coops WHERE state <> 'admitted'"
