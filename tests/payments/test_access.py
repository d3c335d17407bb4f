"""Who may see and do what."""

import asyncio
from uuid import uuid4

import pytest

from chassis.auth import Caller
from services.payments.charge import State
from services.payments.opening import open_charge
from tests.payments import facts
from tests.payments.room import OPERATOR, Order, Room

STRANGER = Caller(id=uuid4(), kind="account")


async def test_only_the_buyer_may_open_a_charge(room: Room) -> None:
    order = await room.expected()

    for caller in (STRANGER, OPERATOR, Caller(id=uuid4(), kind="guest")):
        assert (await room.open(order, caller)).status_code == 404
    assert (await room.open(order, Caller())).json()["code"] == "sign_in_required"
    assert room.stripe.intents == {}


async def test_a_page_that_asks_a_moment_too_early_waits_for_word_of_its_order(room: Room) -> None:
    order = Order()

    asked = asyncio.create_task(
        open_charge(room.database, room.stripe, order.order_id, order.buyer, room.clock(), patience=60)
    )
    await asyncio.sleep(0.05)
    await room.hear(order.awaiting_payment())

    charge, intent = await asked
    assert charge.state is State.OPEN
    assert intent.ref in room.stripe.intents


async def test_a_charge_nobody_has_heard_of_is_not_yet_there(room: Room) -> None:
    answer = await room.open(Order())

    assert (answer.status_code, answer.json()["code"]) == (409, "not_yet")


async def test_what_is_paid_cannot_be_opened_again(room: Room) -> None:
    order, _ = await room.paid()

    answer = await room.open(order)

    assert (answer.status_code, answer.json()["code"], answer.json()["state"]) == (409, "not_payable", "captured")


async def test_a_charge_is_shown_to_its_buyer_and_to_operators(room: Room) -> None:
    order, _ = await room.paid()
    path = f"/charges/{order.order_id}"

    seen = (await room.call(order.buyer, "GET", path)).json()

    assert seen == {
        "state": "captured",
        "amount": {"amount": 4734, "currency": "EUR"},
        "captured_at": "2026-11-23T12:00:00Z",
        "refunded": {"amount": 0, "currency": "EUR"},
        "failure": None,
    }
    assert (await room.call(OPERATOR, "GET", path)).json() == seen
    assert (await room.call(STRANGER, "GET", path)).status_code == 404


async def test_an_account_may_pay_what_it_ordered_as_a_guest(room: Room) -> None:
    order = await room.expected()
    account = Caller(id=uuid4(), kind="account")
    assert (await room.open(order, account)).status_code == 404
    assert account.id is not None

    await room.hear(facts.GuestSignedIn(account_id=account.id, guest_id=order.buyer_id))

    assert (await room.open(order, account)).status_code == 200
    assert (await room.open(order, STRANGER)).status_code == 404


@pytest.mark.parametrize("path", ["/ledger/entries", "/ledger/balances"])
async def test_the_books_are_for_operators(room: Room, path: str) -> None:
    assert (await room.call(STRANGER, "GET", path)).status_code == 403
    assert (await room.call(OPERATOR, "GET", path)).status_code == 200


async def test_a_co_op_sees_what_it_is_owed_and_others_do_not(room: Room) -> None:
    order, _ = await room.paid()
    await room.hear(*order.admitted(), order.shipped(1))
    await room.settle_down()
    first, second = (one.coop_id for one in order.consignments)
    staff = Caller(id=uuid4(), kind="account", works_for={first: "finance"}, scopes={first: frozenset({"money:read"})})
    packer = Caller(id=uuid4(), kind="account", works_for={first: "packer"}, scopes={first: frozenset({"orders:read"})})

    seen = (await room.call(staff, "GET", f"/payees/{first}")).json()

    assert (seen["enabled"], seen["balance"]["amount"]) == (True, 3350)
    assert [(one["amount"]["amount"], one["state"]) for one in seen["transfers"]] == [(3350, "held")]
    assert (await room.call(staff, "GET", f"/payees/{second}")).status_code == 404
    assert (await room.call(packer, "GET", f"/payees/{first}")).json()["code"] == "scope_missing"
    paid_out = (await room.call(OPERATOR, "GET", f"/payees/{second}")).json()
    assert (paid_out["balance"]["amount"], paid_out["transfers"][0]["state"]) == (0, "made")


async def test_the_books_are_read_page_by_page(room: Room) -> None:
    await room.paid()
    await room.paid()

    first = (await room.call(OPERATOR, "GET", "/ledger/entries?limit=3")).json()
    rest = (await room.call(OPERATOR, "GET", f"/ledger/entries?limit=3&cursor={first['next_cursor']}")).json()

    references = [one["reference"] for one in [*first["items"], *rest["items"]]]
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (3, 1, None)
    assert len(set(references)) == 4
    assert (await room.call(OPERATOR, "GET", "/ledger/entries?cursor=x")).json()["code"] == "bad_cursor"


async def test_a_processor_that_is_down_is_told_as_such(room: Room) -> None:
    order = await room.expected()
    room.stripe.down = True

    answer = await room.open(order)

    assert (answer.status_code, answer.json()["code"]) == (503, "processor_unavailable")
