"""The links in our mails: whoever holds one may see its order, so only their hashes are kept."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, Uuid
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.direct import Insertion
from chassis.secret_token import hashed
from services.orders.base import Base

TOKEN_BYTES = 16  # 128 bits: nobody guesses one, so a fast unsalted hash is enough


class GuestLink(Base):
    __tablename__ = "guest_links"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    order_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("orders.id"), index=True)


_MINTED = Insertion(GuestLink)


async def mint(session: AsyncSession, order_ids: Sequence[UUID]) -> dict[UUID, str]:
    """A new link to each of the orders: its token, which is kept nowhere."""
    tokens = {order_id: secrets.token_urlsafe(TOKEN_BYTES) for order_id in order_ids}
    if tokens:
        rows = [{"token_hash": hashed(token), "order_id": order_id} for order_id, token in tokens.items()]
        await _MINTED.write(session, rows)
    return tokens
