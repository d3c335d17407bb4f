"""What the catalogue keeps of the co-ops: whose goods may be shown and sold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Database
from services.catalog.base import Base

ADMITTED = "admitted"
MOST_WITHOUT_A_PLACE = 1000


class Coop(Base):
    """A projection of the producers' facts; `version` is theirs. Where the town lies is None where nobody knows."""

    __tablename__ = "coops"
    __table_args__ = (Index("ix_coops_not_selling", "coop_id", postgresql_where=text("state <> 'admitted' OR paused")),)

    coop_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    slug: Mapped[str] = mapped_column(String)
    name: Mapped[str] = mapped_column(String)
    country: Mapped[str] = mapped_column(String)
    city: Mapped[str] = mapped_column(String, server_default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    state: Mapped[str] = mapped_column(String)
    paused: Mapped[bool] = mapped_column(server_default=false())
    paused_until: Mapped[date | None]
    heard_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


@dataclass(frozen=True, slots=True)
class ClosedShop:
    """A co-op that may not sell, or one that has paused its shop by itself."""

    coop_id: UUID
    slug: str
    name: str
    on_holiday: bool
    until: date | None


async def closed_shops(database: Database) -> list[ClosedShop]:
    """The co-ops whose goods are hidden at once, whatever the index still holds."""
    return [ClosedShop(*row) for row in await database.fetch(_CLOSED)]


def hidden(closed: Sequence[ClosedShop], *, looking_at: Collection[str]) -> list[UUID]:
    """Shops on holiday are shown to whoever looks at those very co-ops (their slugs), and to nobody else."""
    return [shop.coop_id for shop in closed if not (shop.on_holiday and shop.slug in looking_at)]


async def without_a_place(database: Database) -> list[str]:
    """The slugs of the co-ops of which nobody knows where they are."""
    return [row["slug"] for row in await database.fetch(_WITHOUT_A_PLACE, MOST_WITHOUT_A_PLACE)]


async def names_of(database: Database, slugs: Sequence[str]) -> dict[str, str]:
    """By slug, as far as there are such co-ops."""
    return {row["slug"]: row["name"] for row in await database.fetch(_NAMES, list(slugs))}


_CLOSED = """
    SELECT coop_id, slug, name, state = 'admitted' AS on_holiday, paused_until
    FROM coops WHERE state <> 'admitted' OR paused
"""
_WITHOUT_A_PLACE = "SELECT slug FROM coops WHERE latitude IS NULL AND state = 'admitted' LIMIT $1"
_NAMES = "SELECT slug, name FROM coops WHERE slug = ANY($1::text[])"
