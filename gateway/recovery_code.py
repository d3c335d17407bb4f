"""Recovery codes: ten on paper for the day on which no other factor is at hand, each good once."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, LargeBinary, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from gateway.base import Base
from gateway.factor_secret import FactorSecret

COUNT = 10
# Sixty bits, and no character that looks like another when it is read from paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz023456789"
_GROUPS, _GROUP_LENGTH = 3, 4


class RecoveryCode(Base):
    """A code that was used has no row any more."""

    __tablename__ = "recovery_codes"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


async def renew(session: AsyncSession, account_id: UUID, secret: FactorSecret, now: datetime) -> list[str]:
    """Ten new codes, which nobody is shown again; the old ones are worth nothing."""
    await forget(session, account_id)
    codes = [_new_code() for _ in range(COUNT)]
    session.add_all(
        RecoveryCode(account_id=account_id, code_hash=_hashed(secret, code, account_id), made_at=now) for code in codes
    )
    return codes


async def use(session: AsyncSession, account_id: UUID, secret: FactorSecret, code: str) -> bool:
    """Uses a code up, however it was spaced and whatever its case."""
    used = await session.scalar(
        delete(RecoveryCode)
        .where(RecoveryCode.account_id == account_id, RecoveryCode.code_hash == _hashed(secret, code, account_id))
        .returning(RecoveryCode.account_id)
    )
    return used is not None


async def codes_left(session: AsyncSession, account_id: UUID) -> int:
    return await session.scalar(select(func.count()).where(RecoveryCode.account_id == account_id)) or 0


async def forget(session: AsyncSession, account_id: UUID) -> None:
    await session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def _new_code() -> str:
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def _hashed(secret: FactorSecret, code: str, account_id: UUID) -> bytes:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return secret.hashed(plain, account_id)
