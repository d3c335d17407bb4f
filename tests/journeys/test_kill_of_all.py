"""The whole house is killed with SIGKILL in the middle of a sale, and the sale is made once it is open again."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.journeys.one_box import OneBox
from tests.journeys.stubborn import buy, everything_adds_up, mortal_box, stocked_market

RANDOM_DEATHS = 30


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[OneBox]:
    with mortal_box(tmp_path / "box", tmp_path / "no order").opened() as opened:
        yield opened


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
