"""What payments holds of a person: charges by ids and amounts, and which guest they were."""

from uuid import UUID, uuid4

from chassis.auth import Caller
from chassis.personal import HELD
from chassis.testing import client_for
from tests.payments import facts
from tests.payments.room import Order, Room


async def held(room: Room, account: Caller) -> dict[str, list[object]]:
    async with client_for(room.app, "payments", account) as client:
        told: dict[str, list[object]] = (await client.get(HELD)).json()
        return told


async def a_guest_who_signed_in(room: Room, account_id: UUID) -> Order:
    order, _ = await room.paid()
    await room.hear(facts.GuestSignedIn(account_id=account_id, guest_id=order.buyer_id))
    return order


async def test_somebody_sees_what_they_were_charged_as_a_guest_too_and_nobody_else_does(room: Room) -> None:
    account = Caller(id=uuid4(), kind="account")
    assert account.id is not None
    order = await a_guest_who_signed_in(room, account.id)

    told = await held(room, account)

    [charge] = told["charges"]
    assert isinstance(charge, dict)
    assert (charge["order_id"], charge["state"]) == (str(order.order_id), "captured")
    assert charge["amount"] == {"amount": 4734, "currency": "EUR"}
    assert told["guests"] == [str(order.buyer_id)]
    assert await held(room, Caller(id=uuid4(), kind="account")) == {"guests": [], "charges": []}


async def test_when_they_have_left_nothing_says_which_guest_they_were(room: Room) -> None:
    account = Caller(id=uuid4(), kind="account")
    assert account.id is not None
    await a_guest_who_signed_in(room, account.id)

    await room.hear(facts.AccountClosed(account_id=account.id))

    assert await held(room, account) == {"guests": [], "charges": []}
