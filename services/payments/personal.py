"""What payments holds of whoever asks, for the front door alone: what they were charged, by ids and amounts."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import select

from chassis.http import CurrentCaller, Reading
from chassis.money import Money
from chassis.personal import HELD
from services.payments.charge import Charge
from services.payments.payee import Guest

router = APIRouter(include_in_schema=False)


class KeptCharge(BaseModel):
    """`payment` is what the processor calls it; card and bank are known to the processor alone."""

    order_id: UUID
    state: str
    amount: Money
    refunded: Money
    captured_at: datetime | None
    failure: str | None
    payment: str | None

    @classmethod
    def of(cls, charge: Charge) -> "KeptCharge":
        return cls(
            order_id=charge.order_id,
            state=charge.state,
            amount=Money(amount=charge.amount, currency=charge.currency),
            refunded=Money(amount=charge.refunded, currency=charge.currency),
            captured_at=charge.captured_at,
            failure=charge.failure,
            payment=charge.intent_ref,
        )


class Held(BaseModel):
    """`guests` are the ids under which they ordered before they signed in."""

    guests: list[UUID]
    charges: list[KeptCharge]


@router.get(HELD)
async def held(session: Reading, caller: CurrentCaller) -> Held:
    account_id = caller.require_account()
    guests = (await session.scalars(select(Guest.guest_id).where(Guest.account_id == account_id))).all()
    theirs = select(Charge).where(Charge.buyer_id.in_([account_id, *guests])).order_by(Charge.id)
    return Held(guests=list(guests), charges=[KeptCharge.of(charge) for charge in await session.scalars(theirs)])
