"""The house is killed with SIGKILL in the middle of a sale, and the sale goes on or is cancelled: never half of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from tests.journeys.one_box import OneBox
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


@pytest.fixture
async def grave(tmp_path: Path) -> Grave:
    return Grave(tmp_path / "grave")


@pytest.fixture
async def box(tmp_path: Path, grave: Grave) -> AsyncIterator[OneBox]:
    with mortal_box(tmp_path / "box", grave.folder).opened() as opened:
        yield opened


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
