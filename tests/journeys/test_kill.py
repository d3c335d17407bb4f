"""The house is killed with SIGKILL in the middle of a sale, and the sale goes on or is cancelled: never half of it."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from onebox.actors import Json, Shopper, Told, until
from tests.journeys.mortal import ORDERS
from tests.journeys.one_box import OneBox
from tests.journeys.steps import Market, books_balance, open_market, stock_of

RANDOM_DEATHS = 30
GONE = (httpx.TransportError, TimeoutError)


class Grave:
    """Where the order to die is left, and where commits are written down."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder

    def order(self, after: int) -> None:
        (self.folder / "commits").unlink(missing_ok=True)
        (self.folder / "order").write_text(f"{after} {uuid4()}")

    def withdraw(self) -> None:
        (self.folder / "order").unlink(missing_ok=True)

    def commits(self) -> list[str]:
        file = self.folder / "commits"
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
async def grave(tmp_path: Path) -> Grave:
    return Grave(tmp_path / "grave")


@pytest.fixture
async def box(tmp_path: Path, grave: Grave) -> AsyncIterator[OneBox]:
    opened = OneBox(
        tmp_path / "box",
        launcher="tests.journeys.mortal",
        environment={ORDERS: str(grave.folder), "UNPAID_AFTER": "3600", "LIMIT_LOOPBACK": "false"},
    )
    try:
        opened.start()
        yield opened
    finally:
        opened.close()


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


async def ship_all(member: object) -> Json:
    waiting = [one for one in await member.consignments() if one["state"] == "to_pack"]  # type: ignore[attr-defined]
    for consignment in waiting:
        await member.ship(consignment["id"], "DHL", "JD1")  # type: ignore[attr-defined]
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


@pytest.mark.slow
async def test_a_sale_survives_a_kill_after_each_of_its_commits(box: OneBox, grave: Grave) -> None:
    """The commits are enumerated by a first sale; then there is one sale for each, with a death after that commit."""
    async with AsyncExitStack() as stack:
        market, variants = await stocked_market(stack, box)
        grave.order(10**9)
        await buy(stack, market, variants)
        await asyncio.sleep(3)
        commits = grave.commits()
        grave.withdraw()
        assert len(commits) > 20, "a sale takes more transactions than that"

        for after in range(1, len(commits) + 1):
            grave.order(after)
            await buy(stack, market, variants)
            print(f"{after:3} {commits[after - 1]}")
        grave.withdraw()

        await everything_adds_up(market, sales=len(commits) + 1)
        print(f"\n{len(commits)} commits in a sale, one death after each")


@pytest.mark.slow
async def test_a_sale_survives_the_death_of_the_whole_house_at_random_moments(box: OneBox) -> None:
    """Parent and children are killed together, and the house is opened again on its data."""
    seed = random.randrange(10**6)
    print(f"\nseed {seed}")
    chance = random.Random(seed)
    async with AsyncExitStack() as stack:
        market, variants = await stocked_market(stack, box)
        for _ in range(RANDOM_DEATHS):
            sale = asyncio.create_task(buy(stack, market, variants))
            await asyncio.sleep(chance.uniform(0.0, 0.6))
            box.kill()
            await asyncio.to_thread(box.start)
            await sale
        await everything_adds_up(market, sales=RANDOM_DEATHS)
