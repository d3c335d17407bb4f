"""PostgreSQL is killed with SIGKILL while people buy: what was said to them holds, and nothing is done twice or half.

Some commits do not wait for the disk (decision 65), and a death takes the last of them along.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import psutil
import pytest

from onebox.visitor import Told, until
from tests.journeys.adding_up import SCARCE_STOCK, everything_agrees, everything_told_holds
from tests.journeys.box_log import written
from tests.journeys.database_death import HEEDLESS, LINGERING, DatabaseServer, gone_back
from tests.journeys.one_box import OneBox
from tests.journeys.restless import Sold, buy_and_buy, order, pack_and_pack
from tests.journeys.stubborn import stocked_market, stubbornly

GUESTS_AT_ONCE = 6


@pytest.fixture
def box(tmp_path: Path) -> Iterator[OneBox]:
    environment = {"UNPAID_AFTER": "3600", "LIMIT_LOOPBACK": "false"}
    with OneBox(tmp_path / "box", environment=environment).opened() as opened:
        yield opened


@pytest.mark.slow
async def test_money_and_stock_add_up_and_what_was_said_holds_however_often_the_database_dies(
    box: OneBox, rounds: int
) -> None:
    """`--rounds 100` is the whole of it: half as many deaths, and more while none of them took anything along."""
    seed = random.randrange(10**6)
    print(f"\nseed {seed}")
    chance = random.Random(seed)
    closing, closed = asyncio.Event(), asyncio.Event()
    losses = 0
    async with AsyncExitStack() as stack:
        market, variants = await stocked_market(stack, box)
        scarce = await market.sunrise.offer("Scarce Loaf", 200, SCARCE_STOCK, "bread-and-baking")
        server = DatabaseServer(box)
        await server.set(LINGERING)
        async with asyncio.TaskGroup() as people:
            for member in (market.sunrise, market.quayside):
                people.create_task(pack_and_pack(member, closed))
            guest = (market, variants, scarce["variants"][0], chance, closing)
            guests = [people.create_task(buy_and_buy(*guest)) for _ in range(GUESTS_AT_ONCE)]
            deaths = 0
            while deaths < rounds // 2 or (not losses and deaths < 5 * rounds):
                await asyncio.sleep(chance.uniform(0.2, 2.0))
                losses += await die(box, server, talking=deaths % 2 == 0)
                deaths += 1
            closing.set()
            orders: list[Sold] = [sold for one in guests for sold in await one]
            closed.set()

        print(f"{losses} of {deaths} deaths took commits along; {Counter(sold.states[-1] for sold in orders)}")
        assert losses > 0, "no death took anything along, so nothing was tried"
        await everything_told_holds(orders)
        await everything_agrees(box, market, orders)
        assert await server.parked() == []
    assert "is what its journal explains" in await asyncio.to_thread(box.command, "stock", "verify")


@pytest.mark.parametrize("heedless", [False, True])
async def test_an_order_is_there_after_a_death_only_because_its_commit_waited_for_the_disk(
    box: OneBox, heedless: bool
) -> None:
    """The negative control: where no commit waits, the house forgets what it has said."""
    async with AsyncExitStack() as stack:
        market, variants = await stocked_market(stack, box)
        server = DatabaseServer(box)
        await server.set(HEEDLESS if heedless else LINGERING)
        sold = await order(market, variants, None)

        await die(box, server, talking=True)
        assert await is_forgotten(sold) is heedless


async def die(box: OneBox, server: DatabaseServer, *, talking: bool) -> bool:
    """The server dies and is back, and the house after it; says whether something was lost that had been committed.

    It dies while the house is talking to it, or in a moment's silence when it has not written down everything yet.
    """
    with box.asleep():  # Nobody opens a house on this database before we have looked into it.
        births = written(box, event="house.started")
        house = psutil.Process(births[-1]["pid"])
        family = await asyncio.to_thread(server.family)
        if not talking:
            await until(lambda: holds_still(house, server))
        before = await server.progress()
        await asyncio.to_thread(server.kill, family)
        house.resume()
        await asyncio.to_thread(server.start_again)
        lost = gone_back(before, await server.progress())
    await until(lambda: is_born_again(box, len(births)), seconds=300)
    return lost


async def is_born_again(box: OneBox, births: int) -> bool:
    """Whether there is a house after that many; the former one may answer for a moment yet."""
    return len(written(box, event="house.started")) > births and await asyncio.to_thread(box.is_ready)


async def holds_still(house: psutil.Process, server: DatabaseServer) -> bool:
    """Stops the house, and lets it go on where everything is written down already."""
    house.suspend()
    await asyncio.sleep(0.02)  # What it has said already is done.
    if await server.has_unwritten():
        return True
    house.resume()
    return False


async def is_forgotten(sold: Sold) -> bool:
    async def look() -> dict[str, bool]:
        try:
            await sold.shopper.order(sold.order_id)
        except Told as told:
            if told.status == 404:
                return {"forgotten": True}
            raise
        return {"forgotten": False}

    return bool((await stubbornly(look))["forgotten"])
