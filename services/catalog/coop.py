"""What the catalogue keeps of the co-ops: whose goods may be shown and sold."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Database
from services.catalog.base import Base

ADMITTED = "admitted"


class Coop(Base):
    """A projection of the producers' facts; `version` is theirs."""

    __tablename__ = "coops"
    __table_args__ = (Index("ix_coops_not_selling", "coop_id", postgresql_where=text("state <> 'admitted' OR paused")),)

    coop_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    slug: Mapped[str] = mapped_column(String)
    name: Mapped[str] = mapped_column(String)
    country: Mapped[str] = mapped_column(String)
    state: Mapped[str] = mapped_column(String)
    paused: Mapped[bool] = mapped_column(server_default=false())
    paused_until: Mapped[date | None]
    heard_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


async def hidden(database: Database, *, looking_at: str | None) -> list[UUID]:
    """The co-ops whose goods are hidden at once, whatever the index still holds.

    One that has paused its shop is shown to whoever looks at that very co-op (its slug), and to nobody else.
    """
    return [row["coop_id"] for row in await database.fetch(_HIDDEN, looking_at)]


_HIDDEN = "SELECT coop_id FROM coops WHERE state <> 'admitted' OR (paused AND slug IS DISTINCT FROM $1)"
