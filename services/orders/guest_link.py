"""The links in our mails: whoever holds one may see its order, so only their hashes are kept."""

import hashlib
import secrets
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.orders.base import Base

TOKEN_BYTES = 16  # 128 bits: nobody guesses one, so a fast unsalted hash is enough


class GuestLink(Base):
    __tablename__ = "guest_links"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)


def hash_token(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def mint(session: AsyncSession, order_id: UUID) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(GuestLink(token_hash=hash_token(token), order_id=order_id))
    return token
