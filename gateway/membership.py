"""Who works for which co-op, as producers tells it: the gateway's own copy, never asked back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Index, String, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from gateway.base import Base


class Membership(Base):
    """Somebody who has left keeps their row with no role, so that older news about them is recognised as old."""

    __tablename__ = "memberships"
    __table_args__ = (Index(None, "account_id"),)

    coop_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str | None] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


_RECORD = text("""
    INSERT INTO memberships (coop_id, account_id, role, version)
    VALUES (:coop_id, :account_id, :role, :version)
    ON CONFLICT (coop_id, account_id) DO UPDATE
    SET role = excluded.role, version = excluded.version, changed_at = now()
    WHERE memberships.version < excluded.version
""")


async def record_role(
    session: AsyncSession, *, coop_id: UUID, account_id: UUID, role: str | None, version: int
) -> None:
    """The newest news about somebody at a co-op counts; None says that they have left."""
    await session.execute(_RECORD, {"coop_id": coop_id, "account_id": account_id, "role": role, "version": version})
