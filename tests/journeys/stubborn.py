"""Sales by people who do not give up while the house dies under their hands, and the sum of it all."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import httpx

from onebox.actors import CoopMember, Shopper
from onebox.visitor import Json, Told, until
from tests.journeys.mortal import ORDERS
from tests.journeys.one_box import OneBox
from tests.journeys.steps import Market, books_balance, open_market, stock_of

GONE = (httpx.TransportError, TimeoutError)


def mortal_box(folder: Path, grave: Path) -> OneBox:
    """A house that dies as the grave says; its visitors are many and in a hurry."""
    return OneBox(
        folder,
        launcher="tests.journeys.mortal",
        environment={ORDERS: str(grave), "UNPAID_AFTER": "3600", "LIMIT_LOOPBACK": "false"},
    )


async def stubbornly(do: Callable[[], Awaitable[Json]]) -> Json:
    """Asks again for as long as the house is gone or stumbling, as a person would who reloads the page."""

    async def look() -> Json | None:
        try:
            return await do()
        except GONE:
            return None
        except Told as error:
            if error.status >= 500:
                return None
            raise

    return await until(look, seconds=300, every=0.1)


async def buy(stack: AsyncExitStack, market: Market, variants: list[Json]) -> Json:
    """A whole sale by a new guest: basket, order, payment, parcels. Every call may be repeated."""
    shopper = await stack.enter_async_context(Shopper(market.world))
    for variant in variants:
        path = f"/basket/lines/{variant['id']}"
        await stubbornly(lambda path=path: shopper.ask("PUT", path, json={"quantity": 1}))  # type: ignore[misc]
    form, key = await stubbornly(shopper.checkout_form), uuid4().hex
    placed = await stubbornly(lambda: shopper.place(form, key))
    order_id = placed["id"]
    await stubbornly(lambda: shopper.order_in(order_id, "awaiting_payment"))
    await stubbornly(lambda: paid_at_the_provider(shopper, order_id))
    await stubbornly(lambda: shopper.order_in(order_id, "paid"))
    for member in (market.sunrise, market.quayside):
        await stubbornly(lambda member=member: ship_all(member))  # type: ignore[misc]
    return await stubbornly(lambda: shopper.order_in(order_id, "shipped"))


async def paid_at_the_provider(shopper: Shopper, order_id: str) -> Json:
    opened = await shopper.open_payment(order_id)
    answer = await shopper.confirm(opened, "works")
    # Told twice, the provider says that it has the money already.
    assert answer.status_code in (200, 400), answer.text
    return opened


async def ship_all(member: CoopMember) -> Json:
    waiting = [one for one in await member.consignments() if one["state"] == "to_pack"]
    for consignment in waiting:
        await member.ship(consignment["id"], "DHL", "JD1")
    return {"shipped": len(waiting)}


async def stocked_market(stack: AsyncExitStack, box: OneBox) -> tuple[Market, list[Json]]:
    """Two goods with stock for every sale of the test, in everybody's price book."""
    market = await open_market(stack, box)
    shopper = await stack.enter_async_context(Shopper(market.world))
    loaf = await market.sunrise.offer("Plain Loaf", 300, 500, "bread-and-baking")
    beans = await market.quayside.offer("Plain Beans", 800, 500, "coffee")
    variants = [loaf["variants"][0], beans["variants"][0]]
    for variant in variants:
        await shopper.can_buy(variant["id"])
    return market, variants


async def everything_adds_up(market: Market, sales: int) -> None:
    """Every sale was made once: stock, books, captures and transfers all say the same number."""
    shopper = Shopper(market.world)
    async with shopper:

        async def sold() -> bool:
            loaf, beans = await stock_of(shopper, "plain-loaf"), await stock_of(shopper, "plain-beans")
            return (*loaf.values(), *beans.values()) == (500 - sales, 500 - sales)

        await until(sold, seconds=300)

    async def paid_out() -> bool:
        balances = await books_balance(market.operator)
        members = (market.sunrise, market.quayside)
        owed = [balances.get(f"coop:{member.coop_id}:payable", 0) for member in members]
        return owed == [0, 0] and balances["marketplace:fees"] == -sales * (15 + 40)

    await until(paid_out, seconds=300)
    for member in (market.sunrise, market.quayside):
        payee = await member.get(f"/payees/{member.coop_id}")
        assert len(payee["transfers"]) == sales
