"""Who gets what of a payment: each co-op its share, the marketplace its fee, and not a cent left over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from ledger.apportion import apportion

Amount = Annotated[int, Field(ge=0, strict=True)]


class Consignment(BaseModel):
    """What one co-op sends of an order; minor units, tax included."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    consignment_id: UUID
    coop_id: UUID
    goods: Amount
    delivery: Amount
    discount: Amount = 0

    @property
    def sold(self) -> int:
        """What the goods fetched; the fee is taken of this, never of the delivery."""
        return self.goods - self.discount

    @property
    def paid(self) -> int:
        """What the shopper pays for this consignment."""
        return self.sold + self.delivery


@dataclass(frozen=True, slots=True)
class Share:
    """How one consignment's money is shared: `amount` to the co-op, `fee` to the marketplace."""

    consignment_id: UUID
    coop_id: UUID
    amount: int
    fee: int


def shares(consignments: Sequence[Consignment], fee_basis_points: int) -> list[Share]:
    """The order's fee, rounded half up once, is apportioned by largest remainder, ties by consignment id."""
    sold = sum(one.sold for one in consignments)
    fee = (sold * fee_basis_points + 5_000) // 10_000
    fees = apportion(fee, {one.consignment_id: one.sold for one in consignments})
    return [
        Share(one.consignment_id, one.coop_id, one.paid - fees[one.consignment_id], fees[one.consignment_id])
        for one in consignments
    ]
