"""A co-op that was admitted: its public face, its proof, and who works for it."""

import unicodedata
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, ForeignKey, Index, String, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.errors import NotFound
from services.producers.base import Base
from services.producers.names import CoopDomain


class CoopState(StrEnum):
    """Only an admitted co-op sells; services/producers/standing.py has the table of who becomes what."""

    ADMITTED = "admitted"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"


class Reason(StrEnum):
    """Why a co-op stands as it stands: a code which may be told to everybody. Somebody's own words never are."""

    DOMAIN_ON_HOLD = "domain_on_hold"
    DOMAIN_EXPIRING = "domain_expiring"
    DOMAIN_CHANGED_HANDS = "domain_changed_hands"
    DOMAIN_GONE = "domain_gone"
    PROOF_EXPIRED = "proof_expired"
    UNDER_REVIEW = "under_review"
    NOT_ELIGIBLE = "not_eligible"
    RULES_BROKEN = "rules_broken"
    DETAILS_MISSING = "details_missing"
    MENDED = "mended"
    PROVED_AGAIN = "proved_again"
    APPEAL_UPHELD = "appeal_upheld"


class Role(StrEnum):
    """What each may do is the gateway's table (gateway/role.py); here only owners decide about staff."""

    OWNER = "owner"
    CATALOGUE = "catalogue"
    FULFILMENT = "fulfilment"
    FINANCE = "finance"


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
    state_since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    state_reason: Mapped[str | None]
    state_by: Mapped[UUID | None]
    state_words: Mapped[str | None]
    admitted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    holder_confirmed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    proof_method: Mapped[str]
    proved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    proof_resolvers: Mapped[list[str]] = mapped_column(ARRAY(String))
    proof_authenticated: Mapped[bool]
    version: Mapped[int] = mapped_column(default=1)
    members_version: Mapped[int] = mapped_column(default=0)
    payee_enabled: Mapped[bool | None]
    payee_version: Mapped[int] = mapped_column(default=0)
    paused_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    paused_until: Mapped[date | None]
    pause_words: Mapped[str] = mapped_column(default="", server_default="")


class Membership(Base):
    """Who works where; the gateway hears of it as facts and puts it into its tokens.

    `email` is how they are known to each other: where they were invited, or what the application says.
    """

    __tablename__ = "memberships"

    coop_id: Mapped[UUID] = mapped_column(ForeignKey("coops.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    role: Mapped[str]
    joined_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


def public_state(coop: Coop) -> dict[str, Any]:
    """What every fact on a co-op tells, besides where it stands."""
    return {
        "coop_id": coop.id,
        "version": coop.version,
        "slug": coop.slug,
        "name": coop.name,
        "domain": coop.domain,
        "country": coop.country,
        "city": coop.city,
        "makes": coop.makes,
        "admitted_at": coop.admitted_at,
        "pause": None if coop.paused_at is None else {"since": coop.paused_at, "until": coop.paused_until},
    }


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


async def locked_coop(session: AsyncSession, coop_id: UUID) -> Coop:
    """The co-op, its row locked until the transaction ends."""
    coop = await session.get(Coop, coop_id, with_for_update=True, populate_existing=True)
    if coop is None:
        raise NotFound("There is no such co-op.")
    return coop
