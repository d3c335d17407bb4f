"""Consignments: each co-op sees its own, packs it, and says how it travels."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx

from chassis.auth import Caller
from tests.orders.conftest import Goods, Room, Shopper, ok, problem
from tests.orders.heard import TransferMade

PARCEL = {"carrier": "DHL", "tracking_number": "JD014600003RU"}


async def ship(staff: httpx.AsyncClient, consignment_id: str, **changes: str) -> httpx.Response:
    return await staff.post(f"/api/v1/consignments/{consignment_id}/ship", json={**PARCEL, **changes})


async def listed(staff: httpx.AsyncClient, goods: Goods, **query: str) -> list[dict[str, Any]]:
    answer = ok(await staff.get("/api/v1/consignments", params={"coop_id": str(goods.coop_id), **query}))
    items: list[dict[str, Any]] = answer["items"]
    return items


async def test_a_coop_sees_its_own_consignment_when_it_is_paid_and_nothing_of_the_others(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    staff = await room.staff(bread.coop_id)
    order = await shopper.awaiting(bread, honey)
    assert await listed(staff, bread) == []
    consignment_id = order["consignments"][0]["id"]
    problem(await staff.get(f"/api/v1/consignments/{consignment_id}"), 404, "not_found")

    await room.pay(order)

    [shown] = await listed(staff, bread, state="to_pack")
    assert shown["id"] == consignment_id
    assert (shown["name"], shown["address"]["city"], shown["order_number"]) == ("Ada", "Rochdale", order["number"])
    assert [line["title"] for line in shown["lines"]] == ["Rye bread"]
    assert "Honey" not in str(shown)
    assert "example.org" not in str(shown)
    assert ok(await staff.get(f"/api/v1/consignments/{consignment_id}")) == shown


async def test_other_coops_consignments_do_not_exist(room: Room, shopper: Shopper, bread: Goods, honey: Goods) -> None:
    order = await shopper.paid(bread, honey)
    breads, honeys = order["consignments"][0]["id"], order["consignments"][1]["id"]
    staff = await room.staff(bread.coop_id)

    problem(await staff.get("/api/v1/consignments", params={"coop_id": str(honey.coop_id)}), 404, "not_found")
    problem(await staff.get(f"/api/v1/consignments/{honeys}"), 404, "not_found")
    problem(await ship(staff, honeys), 404, "not_found")
    problem(await ship(shopper.client, breads), 404, "not_found")
    problem(await ship(staff, str(uuid4())), 404, "not_found")
    problem(await staff.get(f"/api/v1/orders/{order['id']}"), 404, "not_found")


async def test_keys_need_their_scope(room: Room, shopper: Shopper, bread: Goods) -> None:
    order = await shopper.paid(bread)
    works_for = {bread.coop_id: "owner"}
    reader = await room.client(
        Caller(id=uuid4(), kind="key", works_for=works_for, scopes={bread.coop_id: frozenset({"orders:read"})})
    )

    assert len(await listed(reader, bread)) == 1
    problem(await ship(reader, order["consignments"][0]["id"]), 403, "scope_missing")


async def test_a_shipped_consignment_is_told_once_and_shown_to_the_buyer(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    order = await shopper.paid(bread, honey)
    staff = await room.staff(bread.coop_id)
    consignment_id = order["consignments"][0]["id"]

    first, second = ok(await ship(staff, consignment_id)), ok(await ship(staff, consignment_id))

    assert first == second
    assert (first["state"], first["carrier"], first["tracking_number"]) == ("shipped", *PARCEL.values())
    seen = await shopper.see(order)
    assert seen["state"] == "part_shipped"
    assert [part["state"] for part in seen["consignments"]] == ["shipped", "to_pack"]
    assert seen["consignments"][0]["tracking_number"] == PARCEL["tracking_number"]
    told = [data for name, data in await room.told() if name == "ConsignmentShipped"]
    assert [(fact["consignment_id"], fact["coop_id"]) for fact in told] == [(consignment_id, str(bread.coop_id))]
    assert await listed(staff, bread, state="to_pack") == []
    assert len(await listed(staff, bread, state="shipped")) == 1


async def test_another_number_for_a_shipped_consignment_is_refused(room: Room, shopper: Shopper, bread: Goods) -> None:
    order = await shopper.paid(bread)
    staff = await room.staff(bread.coop_id)
    await ship(staff, order["consignments"][0]["id"])

    problem(await ship(staff, order["consignments"][0]["id"], tracking_number="2"), 409, "already_shipped")
    problem(await ship(staff, order["consignments"][0]["id"], carrier=" "), 422, "invalid")
    problem(await ship(staff, order["consignments"][0]["id"], carrier="D\x00"), 422, "invalid")


async def test_two_coops_that_ship_at_the_same_moment_leave_the_order_shipped(
    room: Room, shopper: Shopper, bread: Goods, honey: Goods
) -> None:
    for _ in range(5):
        order = await shopper.paid(bread, honey)
        bakers, keepers = await room.staff(bread.coop_id), await room.staff(honey.coop_id)
        first, second = [part["id"] for part in order["consignments"]]

        answers = await asyncio.gather(ship(bakers, first), ship(keepers, second), ship(bakers, first))

        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert (await shopper.see(order))["state"] == "shipped"
    assert [name for name, _ in await room.told()].count("ConsignmentShipped") == 10


async def test_what_the_coop_was_paid_is_shown_with_its_consignment(room: Room, shopper: Shopper, bread: Goods) -> None:
    order = await shopper.paid(bread)
    consignment_id = order["consignments"][0]["id"]
    staff = await room.staff(bread.coop_id)

    await room.hear(
        TransferMade(order_id=UUID(order["id"]), consignment_id=UUID(consignment_id), coop_id=bread.coop_id, amount=927)
    )

    [shown] = await listed(staff, bread)
    assert shown["transferred"] == {"amount": 927, "currency": "EUR"}


async def test_a_long_list_comes_in_pages(room: Room, shopper: Shopper, bread: Goods) -> None:
    orders = [await shopper.paid(bread) for _ in range(3)]
    staff = await room.staff(bread.coop_id)
    query = {"coop_id": str(bread.coop_id), "limit": "2"}

    first = ok(await staff.get("/api/v1/consignments", params=query))
    second = ok(await staff.get("/api/v1/consignments", params={**query, "cursor": first["next_cursor"]}))

    shown = [item["order_number"] for item in (*first["items"], *second["items"])]
    assert shown == [order["number"] for order in reversed(orders)]
    assert second["next_cursor"] is None
    problem(await staff.get("/api/v1/consignments", params={**query, "cursor": "nonsense"}), 400, "bad_cursor")


async def test_delivery_prices_are_set_by_the_coop_and_read_by_everybody(room: Room, bread: Goods) -> None:
    await room.deliver_for(bread.coop_id, {"FR": 900, "*": 1500, "GB": 300})
    await room.deliver_for(bread.coop_id, {"*": 1400, "GB": 300})
    path = f"/api/v1/deliveries/{bread.coop_id}"
    anybody = await room.client(Caller())

    assert ok(await anybody.get(path))["rates"] == [
        {"country": "GB", "price": {"amount": 300, "currency": "EUR"}},
        {"country": "*", "price": {"amount": 1400, "currency": "EUR"}},
    ]
    staff = await room.staff(bread.coop_id)
    price = {"amount": 300, "currency": "EUR"}
    for rates, code in [
        ([{"country": "XX", "price": price}], "invalid"),
        ([{"country": "GB", "price": price}] * 2, "invalid"),
        ([{"country": "GB", "price": {"amount": -1, "currency": "EUR"}}], "invalid"),
        ([{"country": "GB", "price": {"amount": 10**12, "currency": "EUR"}}], "invalid"),
        ([{"country": "GB", "price": {"amount": 1, "currency": "USD"}}], "wrong_currency"),
    ]:
        problem(await staff.put(path, json={"rates": rates}), 422, code)
    stranger = await room.staff(uuid4())
    problem(await stranger.put(path, json={"rates": []}), 404, "not_found")
    assert len(ok(await anybody.get(path))["rates"]) == 2
    assert ok(await staff.put(path, json={"rates": []}))["rates"] == []
