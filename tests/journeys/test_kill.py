"""The house is killed with SIGKILL in the middle of a sale, and the sale goes on or is cancelled: never half of it."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from onebox.visitor import Json
from tests.journeys.one_box import OneBox
from tests.journeys.steps import Market
from tests.journeys.stubborn import buy, everything_adds_up, mortal_box, stocked_market


class Grave:
    """Where the order to die is left, and where commits are written down."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder

    def order(self, after: int) -> None:
        (self.folder / "commits").unlink(missing_ok=True)
        draft = self.folder / "draft"
        draft.write_text(f"{after} {uuid4()}")
        draft.replace(self.folder / "order")  # Whole or not at all: the house may look at any moment.

    def withdraw(self) -> None:
        (self.folder / "order").unlink(missing_ok=True)

    def commits(self) -> list[str]:
        file = self.folder / "commits"
        return file.read_text().splitlines() if file.exists() else []


HOUSES = 3  # One that died lately is back a little later each time: three die by turns, and nobody waits for nothing.


@dataclass(frozen=True)
class Mortal:
    """A house, where its deaths are ordered, and what it sells."""

    box: OneBox
    grave: Grave
    market: Market
    variants: list[Json]


async def opened(stack: AsyncExitStack, folder: Path) -> Mortal:
    grave = Grave(folder.with_suffix(".grave"))
    box = stack.enter_context(mortal_box(folder, grave.folder).opened())
    return Mortal(box, grave, *await stocked_market(stack, box))


@pytest.mark.slow
async def test_a_sale_survives_a_kill_after_each_of_its_commits(tmp_path: Path) -> None:
    """The commits are enumerated by a first sale; then there is one sale for each, with a death after that commit."""
    async with AsyncExitStack() as stack:
        first, *others = [await opened(stack, tmp_path / f"box{nth}") for nth in range(HOUSES)]
        first.grave.order(10**9)
        await buy(stack, first.market, first.variants)
        await asyncio.sleep(3)
        commits = first.grave.commits()
        first.grave.withdraw()
        assert len(commits) > 20, "a sale takes more transactions than that"

        async def die(house: Mortal, deaths: Sequence[int]) -> None:
            for after in deaths:
                house.grave.order(after)
                await buy(stack, house.market, house.variants)
                print(f"{after:3} {commits[after - 1]}")
            house.grave.withdraw()
            await everything_adds_up(house.market, sales=len(deaths) + (house is first))

        numbers = range(1, len(commits) + 1)
        await asyncio.gather(*(die(one, numbers[nth::HOUSES]) for nth, one in enumerate((first, *others))))
        print(f"\n{len(commits)} commits in a sale, one death after each")
