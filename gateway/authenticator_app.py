"""Authenticator apps: six digits that follow from a shared secret and the time (RFC 6238), none accepted twice."""

import hmac
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pyotp import TOTP
from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, LargeBinary, String, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from gateway.base import Base
from gateway.factor_secret import FactorSecret

ISSUER = "Toad Lane"
# A clock may be half a minute off either way (RFC 6238, section 5.2).
_DRIFT = (0, -1, 1)


class AuthenticatorApp(Base):
    """`last_step` is the half minute of the last code that was taken; until `confirmed_at` it guards nothing."""

    __tablename__ = "authenticator_apps"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    begun_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


def setup_uri(secret: str, email: str) -> str:
    """What an app reads from a QR code."""
    return TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


async def confirmed_apps(session: AsyncSession, account_id: UUID) -> Sequence[AuthenticatorApp]:
    found = await session.scalars(
        select(AuthenticatorApp)
        .where(AuthenticatorApp.account_id == account_id, AuthenticatorApp.confirmed_at.is_not(None))
        .order_by(AuthenticatorApp.id)
    )
    return found.all()


async def take_code(
    session: AsyncSession, apps: Sequence[AuthenticatorApp], secret: FactorSecret, code: str, now: datetime
) -> bool:
    """Uses a code up. Of two who send the same one at the same moment, one waits here and then finds it spent."""
    for app in apps:
        step = _step_of(TOTP(secret.unseal(app.sealed_secret, app.id)), code, now)
        if step is not None:
            spent = await session.scalar(
                update(AuthenticatorApp)
                .where(AuthenticatorApp.id == app.id, AuthenticatorApp.last_step < step)
                .values(last_step=step, used_at=now)
                .returning(AuthenticatorApp.id)
            )
            return spent is not None
    return False


def _step_of(totp: TOTP, code: str, now: datetime) -> int | None:
    """Which half minute a code belongs to; apps show it in two groups, and people type it so."""
    typed = "".join(code.split()).encode()
    steps = (totp.timecode(now) + drift for drift in _DRIFT)
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), typed)), None)
