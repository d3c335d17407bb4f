"""Who may see an order, by which door, and how the page waits for the word on its goods."""

import asyncio
import re
from collections.abc import Container
from time import monotonic
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis.auth import Caller
from chassis.testing import ship
from services.orders.guest_link import GuestLink
from services.orders.order import DECIDED, PAID_OR_OVER, OrderState
from services.orders.order_queries import Viewer
from services.orders.waiting import find_order_after
from tests.orders.conftest import Goods, Room, Shopper, ok, problem
from tests.orders.heard import GuestSignedIn, StockRejected


async def token_in_mail(room: Room) -> str:
    await room.do_tasks()
    found = re.search(r"\?token=(\S+)", room.mails.letters[-1].text)
    assert found
    return found[1]


async def test_others_orders_do_not_exist(room: Room, shopper: Shopper, bread: Goods) -> None:
    order = await shopper.paid(bread)
    other = await room.shopper()
    nobody = await room.client(Caller())

    for client in (other.client, nobody):
        problem(await client.get(f"/api/v1/orders/{order['id']}"), 404, "not_found")
        problem(await client.get(f"/api/v1/orders/{order['id']}", params={"wait": "1"}), 404, "not_found")
        problem(await client.get(f"/api/v1/orders/{order['id']}", params={"token": "guess"}), 404, "not_found")
    problem(await other.client.get(f"/api/v1/orders/{uuid4()}"), 404, "not_found")
    problem(await other.client.get(f"/api/v1/orders/{order['number']}"), 422, "invalid")


async def test_the_link_in_the_mail_opens_its_own_order_on_any_device(
    room: Room, shopper: Shopper, bread: Goods
) -> None:
    order, another = await shopper.paid(bread), await shopper.paid(bread)
    token = await token_in_mail(room)
    nobody = await room.client(Caller())

    seen = ok(await nobody.get(f"/api/v1/orders/{another['id']}", params={"token": token}))

    assert seen["number"] == another["number"]
    problem(await nobody.get(f"/api/v1/orders/{order['id']}", params={"token": token}), 404, "not_found")
    cancelled = await nobody.post(f"/api/v1/orders/{another['id']}/cancel", params={"token": token})
    assert ok(cancelled)["state"] == "cancelled"


async def test_the_database_keeps_no_token_once_the_mail_is_out(room: Room, shopper: Shopper, bread: Goods) -> None:
    await shopper.paid(bread)
    token = await token_in_mail(room)

    assert len(token) == 22  # 128 bits in base64
    async with room.database.reading() as session:
        [link] = (await session.scalars(select(GuestLink))).all()
    assert token.encode() not in link.token_hash
    assert len(link.token_hash) == 32


async def test_buyers_list_their_own_orders_and_operators_all(room: Room, shopper: Shopper, bread: Goods) -> None:
    mine = [await shopper.order_of(bread) for _ in range(3)]
    other = await room.shopper()
    theirs = await other.order_of(bread)

    first = ok(await shopper.client.get("/api/v1/orders", params={"limit": "2"}))
    rest = ok(await shopper.client.get("/api/v1/orders", params={"limit": "2", "cursor": first["next_cursor"]}))
    everything = ok(await (await room.operator()).get("/api/v1/orders", params={"scope": "all"}))

    numbers = [order["number"] for order in reversed(mine)]
    assert [item["number"] for item in (*first["items"], *rest["items"])] == numbers
    assert [item["number"] for item in everything["items"]] == [theirs["number"], *numbers]
    problem(await shopper.client.get("/api/v1/orders", params={"scope": "all"}), 403, "forbidden")
    problem(await (await room.client(Caller())).get("/api/v1/orders"), 401, "sign_in_required")
    assert ok(await (await room.operator()).get(f"/api/v1/orders/{theirs['id']}"))["email"] == "ada@example.org"


async def test_a_guest_who_signs_in_keeps_the_basket_and_the_orders(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    order = await shopper.order_of(bread)
    await room.reserve(order["id"])
    await shopper.put_in(bread, 60)
    ok(await shopper.client.put("/api/v1/basket", json={"country": "FR"}))
    account = Caller(id=uuid4(), kind="account")
    signed_in = Shopper(room, account, await room.client(account))
    await signed_in.put_in(bread, 60)
    await signed_in.put_in(honey)

    await room.hear(GuestSignedIn(account_id=signed_in.id, guest_id=shopper.id))

    basket = await signed_in.basket()
    assert [line["quantity"] for line in basket["lines"]] == [99, 1]
    assert basket["country"] == "FR"
    assert (await shopper.basket())["lines"] == []
    assert (await signed_in.see(order))["number"] == order["number"]
    problem(await shopper.client.get(f"/api/v1/orders/{order['id']}"), 404, "not_found")


async def test_an_order_sent_again_after_signing_in_is_the_same_order(
    room: Room, shopper: Shopper, bread: Goods
) -> None:
    await shopper.put_in(bread)
    total = (await shopper.basket())["total"]
    placed = (await shopper.try_to_place(key="one intention", total=total)).json()
    account = Caller(id=uuid4(), kind="account")
    signed_in = Shopper(room, account, await room.client(account))
    await room.hear(GuestSignedIn(account_id=signed_in.id, guest_id=shopper.id))

    again = await signed_in.try_to_place(key="one intention", total=total)

    assert (again.status_code, again.json()["id"]) == (201, placed["id"])


FOR_EVER = 300.0  # Seconds of patience that no test has: whoever waits so long is told nothing before.


async def wait_for(shopper: Shopper, order_id: str, awaited: Container[OrderState]) -> OrderState:
    """The state in which the order is shown; TimeoutError where that took as good as all the patience."""
    viewer = Viewer(principal=shopper.id, operator=False, token=None)
    async with asyncio.timeout(60):
        database = shopper.room.database
        return (await find_order_after(awaited, database, UUID(order_id), viewer, patience=FOR_EVER)).state


async def test_waiting_ends_at_once_when_the_order_is_decided(room: Room, shopper: Shopper, bread: Goods) -> None:
    order = await shopper.awaiting(bread)

    assert await wait_for(shopper, order["id"], DECIDED) == "awaiting_payment"


async def test_waiting_ends_when_the_word_comes(room: Room, shopper: Shopper, bread: Goods) -> None:
    for decide in (room.reserve, lambda id_: room.hear(StockRejected(order_id=UUID(id_), reasons=[]))):
        order = await shopper.order_of(bread)
        waiting = asyncio.create_task(wait_for(shopper, order["id"], DECIDED))
        await asyncio.sleep(0.2)
        assert not waiting.done()

        await decide(order["id"])

        assert await waiting in ("awaiting_payment", "cancelled")


async def test_waiting_for_the_payment_ends_when_it_comes(room: Room, shopper: Shopper, bread: Goods) -> None:
    order = await shopper.awaiting(bread)
    waiting = asyncio.create_task(wait_for(shopper, order["id"], PAID_OR_OVER))
    await asyncio.sleep(0.2)
    assert not waiting.done()

    await room.pay(order)

    assert await waiting == "paid"


@pytest.mark.parametrize("until", ["decided", "paid"])
async def test_an_order_still_open_is_shown_as_it_is_after_a_second(
    until: str, room: Room, shopper: Shopper, bread: Goods
) -> None:
    order = await shopper.order_of(bread)
    started = monotonic()

    seen = ok(await shopper.client.get(f"/api/v1/orders/{order['id']}", params={"wait": "1", "until": until}))

    assert seen["state"] == "placed"
    assert monotonic() - started > 0.9


async def test_those_who_wait_hold_no_connection(room: Room, shopper: Shopper, bread: Goods) -> None:
    order = await shopper.order_of(bread)
    looked: list[object] = []

    class Never:
        def __contains__(self, state: object) -> bool:
            looked.append(state)
            return False

    waiting = [asyncio.create_task(wait_for(shopper, order["id"], Never())) for _ in range(30)]
    async with asyncio.timeout(60):
        while len(looked) < 30 or room.database.connections.lent:
            await asyncio.sleep(0.005)

    assert not any(one.done() for one in waiting), "a connection came free only when the waiting was over"
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await ship(room.worker)
