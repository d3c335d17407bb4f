"""The last unit, wanted by 200 people at once over two processes, and what happens where nobody guards it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from onebox.actors import Shopper, money
from onebox.visitor import Json, Told, World, patient_client
from tests.journeys.box_log import broken
from tests.journeys.one_box import OneBox
from tests.journeys.steps import Market, open_market, stock_of, variants_of

BUYERS = 200
FEWER_BUYERS = 60
BASKETS = 40
AT_ONCE = 5


class Buyer(Shopper):
    """One of very many, who comes again when told so. A connection is let go well before the house would: a request
    must not cross its closing."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.http = patient_client(world.house, limits=httpx.Limits(keepalive_expiry=1))

    async def ask(self, method: str, path: str, **options: Any) -> Any:
        while True:
            try:
                return await super().ask(method, path, **options)
            except Told as told:
                if told.code != "too_busy":
                    raise
                await asyncio.sleep(5)


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OneBox]:
    with OneBox(tmp_path_factory.mktemp("last_unit") / "box", processes=2).opened() as opened:
        yield opened


@pytest.fixture(scope="module")
async def market(house: OneBox) -> AsyncIterator[Market]:
    async with AsyncExitStack() as stack:
        yield await open_market(stack, house)


async def test_of_200_buyers_one_gets_the_last_unit_and_all_get_an_answer(house: OneBox, market: Market) -> None:
    answers = await race_for_the_last_unit(market, BUYERS)

    assert Counter(order["state"] for order in answers) == {"awaiting_payment": 1, "cancelled": BUYERS - 1}
    lost = [order for order in answers if order["state"] == "cancelled"]
    assert {order["cancel_reason"] for order in lost} == {"rejected"}
    told = [[(one["title"], one["reason"], one["available"]) for one in order["rejections"]] for order in lost]
    assert told == [[("Rye Sourdough", "short", 0)]] * (BUYERS - 1)
    async with Buyer(market.world) as anybody:
        assert (await stock_of(anybody, "rye-sourdough"))["Large"] == 0
    assert broken(house) == []


async def test_every_round_for_a_last_unit_has_one_winner(
    house: OneBox, market: Market, rounds: int, buyers: int
) -> None:
    """Each buyer wants another unit in each round; `--rounds 100` is the whole of it."""
    choices = [{"options": {"No": str(nth)}, "price": money(120), "stock": 1} for nth in range(min(rounds, 100))]
    units = [one["id"] for one in (await market.sunrise.offer_choices("Numbered loaf", choices))["variants"]]
    async with Buyer(market.world) as first:
        await first.can_buy(units[-1])

    for some in batched(units, AT_ONCE):
        orders = await sell([[unit] for unit in some for _ in range(buyers)], market.world)

        won = [order["consignments"][0]["lines"][0]["variant_id"] for order in orders if order["state"] != "cancelled"]
        assert sorted(won) == sorted(some)
    assert "is what its journal explains" in house.command("stock", "verify")


async def test_a_bundle_and_its_part_are_sold_as_long_as_there_is_enough_for_both_while_a_till_counts(
    house: OneBox, market: Market
) -> None:
    """Two lines of one basket take of the same loaves, three in all; a till takes loaves away and brings them back."""
    loaf = await market.sunrise.offer("Plain loaf", 300, 10, "bread-and-baking")
    part = loaf["variants"][0]["id"]
    choices = [{"options": {}, "price": money(550), "parts": [{"variant_id": part, "quantity": 2}]}]
    box = await market.sunrise.offer_choices("Box of two", choices)
    async with Buyer(market.world) as first:
        await first.can_buy(box["variants"][0]["id"])

    async def till() -> None:
        for step in (-1, 1) * 10:
            await market.sunrise.post(f"/stock/{part}", {"change": step}, headers={"idempotency-key": uuid4().hex})

    orders, _ = await asyncio.gather(sell([[box["variants"][0]["id"], part]] * 20, market.world), till())

    assert Counter(order["state"] for order in orders) == {"awaiting_payment": 3, "cancelled": 17}
    async with Buyer(market.world) as anybody:
        assert list((await stock_of(anybody, loaf["slug"])).values()) == [1]
    assert "is what its journal explains" in house.command("stock", "verify")


async def test_forty_baskets_of_the_same_goods_in_opposite_order_are_all_reserved(
    house: OneBox, market: Market
) -> None:
    first = await market.sunrise.offer("Poppy Rolls", 120, 1000, "bread-and-baking")
    second = await market.quayside.offer("Filter Papers", 450, 1000, "coffee")
    goods = [product["variants"][0]["id"] for product in (first, second)]

    orders = await sell([goods if nth % 2 else goods[::-1] for nth in range(BASKETS)], market.world)

    assert Counter(order["state"] for order in orders) == {"awaiting_payment": BASKETS}
    async with Buyer(market.world) as anybody:
        for product in (first, second):
            assert list((await stock_of(anybody, product["slug"])).values()) == [1000 - BASKETS]
    assert broken(house) == []


async def test_without_its_guard_the_house_sells_the_last_unit_more_than_once(tmp_path: Path) -> None:
    """The negative control: it is the guard that the tests above see, and not luck."""
    careless = OneBox(tmp_path / "careless", processes=2, launcher="tests.journeys.careless")
    with careless.opened():
        async with AsyncExitStack() as stack:
            answers = await race_for_the_last_unit(await open_market(stack, careless), FEWER_BUYERS)

    assert Counter(order["state"] for order in answers)["awaiting_payment"] > 1


async def race_for_the_last_unit(market: Market, buyers: int) -> list[Json]:
    """What everybody is told who has ordered the one large loaf at the same time."""
    async with Buyer(market.world) as first:
        _, large = await variants_of(first, "sourdough")
        assert large["available"] == 1
        await first.can_buy(large["id"])
    return await sell([[large["id"]]] * buyers, market.world)


def batched(units: Sequence[str], size: int) -> Iterator[list[str]]:
    left = iter(units)
    while some := list(islice(left, size)):
        yield some


async def sell(baskets: Sequence[Sequence[str]], world: World) -> list[Json]:
    """Each basket filled by a buyer of its own, then all ordered at once; the orders as they are decided."""
    async with AsyncExitStack() as stack:
        buyers = [await stack.enter_async_context(Buyer(world)) for _ in baskets]
        await asyncio.gather(*map(fill, buyers, baskets))
        placed = await asyncio.gather(*(buyer.check_out() for buyer in buyers))
        return await asyncio.gather(*map(decided, buyers, placed))


async def fill(buyer: Buyer, basket: Sequence[str]) -> None:
    for variant in basket:
        await buyer.can_buy(variant)


async def decided(buyer: Buyer, placed: Json) -> Json:
    return await buyer.order_in(placed["id"], "awaiting_payment", "cancelled")
