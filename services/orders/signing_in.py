"""A guest who signs in keeps what was theirs: basket, orders, wishes, and the answers to repeated requests."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.idempotency import move_answers
from services.orders.basket import move_basket
from services.orders.inbound import GuestSignedIn
from services.orders.order import Order
from services.orders.wishes.wish import Wish


async def move_to_account(session: AsyncSession, sign_ins: Sequence[GuestSignedIn]) -> None:
    for sign_in in sign_ins:
        await move_basket(session, guest=sign_in.guest_id, account=sign_in.account_id)
        await move_answers(session, principal=sign_in.guest_id, to=sign_in.account_id)
        await session.execute(
            update(Order).where(Order.buyer_id == sign_in.guest_id).values(buyer_id=sign_in.account_id)
        )
        await session.execute(update(Wish).where(Wish.asked_by == sign_in.guest_id).values(asked_by=sign_in.account_id))
