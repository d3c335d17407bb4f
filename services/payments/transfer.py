"""A transfer: one co-op's share of an order, held until its consignment is shipped."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CHAR, ForeignKey, Index, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.payments.base import Base, one_of
from services.payments.charge import Charge, OutOfTurn
from services.payments.split import Share


class TransferState(StrEnum):
    HELD = "held"
    DUE = "due"
    MADE = "made"
    DROPPED = "dropped"


class Transfer(Base):
    __tablename__ = "transfers"

    consignment_id: Mapped[UUID] = mapped_column(primary_key=True)
    charge_id: Mapped[UUID] = mapped_column(ForeignKey("charges.id"), index=True)
    order_id: Mapped[UUID]
    coop_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(CHAR(3))
    amount: Mapped[int]
    fee: Mapped[int]
    state: Mapped[TransferState] = mapped_column(one_of(TransferState))
    created_at: Mapped[datetime]
    key: Mapped[str | None]
    key_since: Mapped[datetime | None]
    transfer_ref: Mapped[str | None]

    __table_args__ = (Index(None, "coop_id", "consignment_id"),)

    def ship(self, now: datetime) -> bool:
        """Whether this was news; the key is stored before the processor is first asked."""
        if self.state is TransferState.DROPPED:
            raise OutOfTurn(f"consignment {self.consignment_id} is shipped, and its payment is given back")
        if self.state is not TransferState.HELD:
            return False
        self.state, self.key, self.key_since = TransferState.DUE, f"transfer:{self.consignment_id}", now
        return True

    def drop(self) -> None:
        """The co-op gets nothing for what it will not ship."""
        if self.state not in (TransferState.HELD, TransferState.DROPPED):
            raise OutOfTurn(f"order {self.order_id} is cancelled, and consignment {self.consignment_id} is shipped")
        self.state = TransferState.DROPPED

    def make(self, ref: str | None) -> bool:
        """Whether this was news."""
        if self.state is TransferState.MADE:
            return False
        self.state, self.transfer_ref = TransferState.MADE, ref
        return True


def held(charge: Charge, share: Share, now: datetime) -> Transfer:
    """The co-op's share, frozen at the capture; it goes when the consignment does."""
    return Transfer(
        consignment_id=share.consignment_id,
        charge_id=charge.id,
        order_id=charge.order_id,
        coop_id=share.coop_id,
        currency=charge.currency,
        amount=share.amount,
        fee=share.fee,
        state=TransferState.HELD,
        created_at=now,
    )


async def transfers_of(session: AsyncSession, charge_ids: Sequence[UUID]) -> list[Transfer]:
    """The transfers of these charges, nobody else's until the commit."""
    query = select(Transfer).where(Transfer.charge_id.in_(charge_ids))
    return list(await session.scalars(query.order_by(Transfer.consignment_id).with_for_update()))
