"""Sessions: a random token in the visitor's cookie, its hash with us, an end that moves while they come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, String, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.auth import Caller
from chassis.database import Database
from chassis.email_address import digest_of
from chassis.ids import new_id
from chassis.secret_token import hashed, new_token
from gateway.base import Base
from gateway.role import NEED_A_SECOND_FACTOR, scopes_of
from gateway.visit import Principal


class Session(Base):
    """Says when its visitor last gave the password, and when they last showed a second factor, if ever."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "account_id"), Index(None, "expires_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    device: Mapped[str] = mapped_column(String(100), default="", server_default="")
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    password_given_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    factor_shown_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    def factor_shown(self, now: datetime) -> str:
        """The session's new token: with more rights come a new one, so that a cookie taken before has none of them."""
        token = new_token()
        self.token_hash, self.factor_shown_at = hashed(token), now
        return token


@dataclass(frozen=True, slots=True)
class SessionRules:
    """A session ends when nobody comes for `idle`, and in any case after `life`; it is touched once per `renewal`."""

    idle: timedelta
    life: timedelta
    renewal: timedelta

    def open(self, session: AsyncSession, account_id: UUID, now: datetime, *, device: str = "") -> str:
        """The new session's token, which nobody is shown again."""
        token = new_token()
        session.add(
            Session(
                id=new_id(),
                account_id=account_id,
                token_hash=hashed(token),
                device=device,
                opened_at=now,
                seen_at=now,
                expires_at=now + min(self.idle, self.life),
                password_given_at=now,
            )
        )
        return token


_FIND = """
    SELECT sessions.id, sessions.account_id, sessions.seen_at, sessions.factor_shown_at, accounts.operator,
           accounts.email, accounts.email_verified_at IS NOT NULL AS email_verified,
           (SELECT jsonb_object_agg(coop_id, role) FROM memberships
            WHERE memberships.account_id = sessions.account_id AND role IS NOT NULL) AS works_for
    FROM sessions JOIN accounts ON accounts.id = sessions.account_id
    WHERE token_hash = $1 AND expires_at > $2
"""

_RENEW = """
    UPDATE sessions SET seen_at = $2, expires_at = least($4::timestamptz, opened_at + $5::interval)
    WHERE id = $1 AND seen_at <= $3 RETURNING id
"""


async def find_session(database: Database, rules: SessionRules, token: str, now: datetime) -> Principal | None:
    """Whose session it is, in one statement; a second one when its end is due to be moved."""
    found = await database.fetch(_FIND, hashed(token), now)
    if not found:
        return None
    [row] = found
    if now - row["seen_at"] >= rules.renewal:
        await database.fetch(_RENEW, row["id"], now, now - rules.renewal, now + rules.idle, rules.life)
    return Principal(_caller(row), session_id=row["id"], factor_shown=row["factor_shown_at"] is not None)


def _caller(row: Any) -> Caller:
    """Until a second factor is shown an account is an ordinary one: what needs it is withheld, and named as such."""
    shown = row["factor_shown_at"] is not None
    roles: dict[UUID, str] = {UUID(coop): role for coop, role in (row["works_for"] or {}).items()}
    withheld = frozenset(coop for coop, role in roles.items() if role in NEED_A_SECOND_FACTOR and not shown)
    works_for = {coop: role for coop, role in roles.items() if coop not in withheld}
    return Caller(
        id=row["account_id"],
        kind="account",
        operator=row["operator"] and shown,
        email_verified=row["email_verified"],
        works_for=works_for,
        scopes={coop: scopes_of(role) for coop, role in works_for.items()},
        address_digest=digest_of(row["email"]),
        operator_withheld=row["operator"] and not shown,
        withheld_from=withheld,
    )


async def password_given(session: AsyncSession, session_id: UUID, now: datetime) -> None:
    """Whoever has the session knows the password too."""
    await session.execute(update(Session).where(Session.id == session_id).values(password_given_at=now))


async def sessions_of(session: AsyncSession, account_id: UUID, now: datetime) -> Sequence[Session]:
    """Those that have not ended, the one last seen first."""
    found = select(Session).where(Session.account_id == account_id, Session.expires_at > now)
    return (await session.scalars(found.order_by(Session.seen_at.desc(), Session.id.desc()))).all()


async def end_session(session: AsyncSession, session_id: UUID) -> None:
    await session.execute(delete(Session).where(Session.id == session_id))


async def end_sessions(
    session: AsyncSession, account_id: UUID, *, only: UUID | None = None, but: UUID | None = None
) -> int:
    """Ends one of an account's sessions, or all of them but the one that asks; says how many that were."""
    ended = delete(Session).where(Session.account_id == account_id)
    if only is not None:
        ended = ended.where(Session.id == only)
    if but is not None:
        ended = ended.where(Session.id != but)
    return len((await session.scalars(ended.returning(Session.id))).all())


async def forget_ended_sessions(session: AsyncSession, now: datetime) -> None:
    await session.execute(delete(Session).where(Session.expires_at <= now))
