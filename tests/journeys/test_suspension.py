"""A large co-op is suspended: its goods in three baskets, one order waiting for its money, and one paid."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from onebox.actors import CoopMember, Shopper
from onebox.visitor import Json, Told, until
from tests.journeys.box_log import broken
from tests.journeys.one_box import OneBox
from tests.journeys.steps import Market, books_balance, open_market, settled_books

AT_ONCE = 2.0  # seconds from the operator's word until nothing is shown or sold
HEADER = "Handle,Title,Vendor,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,"
HEADER += "Variant Inventory Qty,Variant Inventory Policy,Variant Price,Status"


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OneBox]:
    with OneBox(tmp_path_factory.mktemp("suspension") / "box", environment={"EXPIRE_EVERY": "0.5"}).opened() as opened:
        yield opened


@pytest.fixture(scope="module")
async def market(house: OneBox) -> AsyncIterator[Market]:
    async with AsyncExitStack() as stack:
        yield await open_market(stack, house)


def many_rolls(number: int) -> bytes:
    row = "roll-{n},Roll {n},Sunrise,bread,true,Title,Default Title,R-{n},shopify,9,deny,0.90,active"
    rows = (row.format(n=n) for n in range(number))
    return "\n".join([HEADER, *rows, ""]).encode()


async def shopper_with(stack: AsyncExitStack, market: Market, variant_id: str) -> Shopper:
    """A shopper with one roll in the basket."""
    shopper = await stack.enter_async_context(Shopper(market.world))
    await shopper.can_buy(variant_id)
    return shopper


async def holds_within(seconds: float, look: Callable[[], Awaitable[bool]]) -> float:
    """How long it took until it was so; fails where it took longer."""
    began = time.monotonic()
    while not await look():
        assert time.monotonic() - began < seconds, "not so in time"
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def refused_for_its_co_op(shopper: Shopper) -> bool:
    """Whether checkout says no because the co-op may not sell; an order that came through first is rejected."""
    try:
        order = await shopper.check_out()
    except Told as told:
        return (told.code, problems(told.problem)) == ("basket_stale", ["coop_unavailable"])
    cancelled = await shopper.order_in(order["id"], "cancelled")
    assert {one["reason"] for one in cancelled["rejections"]} == {"coop_unavailable"}
    return False


async def finds_all(looker: Shopper, shelf: int) -> None:
    async def all_of_them() -> bool:
        return bool((await looker.search("roll"))["total"] >= shelf)

    await until(all_of_them, seconds=600)


def problems(basket: Json) -> list[str]:
    return [line["problem"] for line in basket["lines"]]


async def test_a_large_co_op_is_suspended_and_comes_back(house: OneBox, market: Market, shelf: int) -> None:
    sunrise, operator = market.sunrise, market.operator
    report = await sunrise.upload("rolls.csv", many_rolls(shelf), seconds=600)
    assert report["products_created"] == shelf
    async with AsyncExitStack() as stack:
        looker = await stack.enter_async_context(Shopper(market.world))
        await finds_all(looker, shelf)
        roll = (await looker.get("/products/roll-7"))["variants"][0]["id"]
        paying, waiting, *browsing = [await shopper_with(stack, market, roll) for _ in range(5)]
        paid = await paying.order_in((await paying.check_out())["id"], "awaiting_payment")
        await paying.pay(paid["id"])
        await paying.order_in(paid["id"], "paid")
        unpaid = await waiting.order_in((await waiting.check_out())["id"], "awaiting_payment")

        await operator.suspend(sunrise.coop_id, "rules_broken", "Somebody else's rolls.")

        async def nothing_found() -> bool:
            found = await looker.search("roll")
            facets = {one["value"] for one in found["facets"]["coop"]}
            return found["total"] == 0 and not found["hits"] and "sunrise" not in facets

        await holds_within(AT_ONCE, nothing_found)
        await holds_within(AT_ONCE, lambda: refused_for_its_co_op(browsing[0]))
        assert all([await refused_for_its_co_op(shopper) for shopper in browsing])
        assert problems(await browsing[1].get("/basket")) == ["coop_unavailable"]
        cancelled = await waiting.order_in(unpaid["id"], "cancelled")
        assert (cancelled["cancel_reason"], cancelled["can_pay"]) == ("coop_unavailable", False)
        await looker.mail("ada@example.org", "was cancelled")
        await sees_why(sunrise)

        await ships_and_is_paid_out(market, paid["id"])

        await operator.reinstate(sunrise.coop_id)
        await finds_all(looker, shelf)
        await browsing[0].order_in((await browsing[0].check_out())["id"], "awaiting_payment")
    assert broken(house) == []


async def sees_why(staff: CoopMember) -> None:
    standing = await staff.get(f"/coops/{staff.coop_id}/standing")
    assert (standing["state"], standing["words"]) == ("suspended", "Somebody else's rolls.")


async def ships_and_is_paid_out(market: Market, order_id: str) -> None:
    async def to_pack() -> str | None:
        return next((one["id"] for one in await market.sunrise.consignments() if one["state"] == "to_pack"), None)

    await market.sunrise.ship(await until(to_pack), "DHL", "JD014600")
    await settled_books(market.operator, order_id, "transfer")
    await books_balance(market.operator)
