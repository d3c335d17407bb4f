"""A co-op that was admitted: its public face, its proof, and who works for it."""

import unicodedata
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, ForeignKey, Index, String, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.producers.base import Base
from services.producers.names import CoopDomain


class CoopState(StrEnum):
    ADMITTED = "admitted"


class Role(StrEnum):
    OWNER = "owner"


class Coop(Base):
    """It keeps the id of the application it was admitted on, so that one id names it from its first day."""

    __tablename__ = "coops"
    __table_args__ = (
        Index("one_admitted_per_domain", "domain", unique=True, postgresql_where=text("state = 'admitted'")),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    domain: Mapped[str]
    country: Mapped[str]
    city: Mapped[str]
    makes: Mapped[str]
    state: Mapped[str] = mapped_column(default=CoopState.ADMITTED)
    admitted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    proof_method: Mapped[str]
    proved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    proof_resolvers: Mapped[list[str]] = mapped_column(ARRAY(String))
    proof_authenticated: Mapped[bool]
    version: Mapped[int] = mapped_column(default=1)
    members_version: Mapped[int] = mapped_column(default=0)
    payee_enabled: Mapped[bool | None]
    payee_version: Mapped[int] = mapped_column(default=0)


class Membership(Base):
    """Who works where; the gateway hears of it as facts and puts it into its tokens."""

    __tablename__ = "memberships"

    coop_id: Mapped[UUID] = mapped_column(ForeignKey("coops.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str]
    joined_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


async def mint_slug(session: AsyncSession, domain: CoopDomain, name: str) -> str:
    """A slug nobody has had before; it stays with the co-op for ever, even if the domain changes hands."""
    wanted = _wanted_slug(domain, name)
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("coops.slug"))))
    taken = set(await session.scalars(select(Coop.slug).where(Coop.slug.startswith(wanted, autoescape=True))))
    if wanted not in taken:
        return wanted
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{wanted}-{n}") not in taken)


def _wanted_slug(domain: CoopDomain, name: str) -> str:
    if not domain.label.startswith("xn--"):
        return domain.label
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "".join(letter if letter.isalnum() else " " for letter in plain).split()
    return "-".join(words)[:60].strip("-") or "coop"
