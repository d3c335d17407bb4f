"""An import's file goes through the house and leaves no memory behind, however many steps it takes."""

import asyncio
import re
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from onebox.actors import CoopMember, Operator
from tests.journeys.box_log import written
from tests.journeys.one_box import OneBox
from tests.journeys.steps import PASSWORD, SUNRISE, join

LEAST = 4_000
WARM_UP = 100
ALLOWED = 40  # Megabytes; of 4,000 products some 20 are seen, and 88 where nothing is given back.


async def grown_by_an_import(house: OneBox, products: int) -> int:
    """Megabytes that the house held at most, beyond what it held after a small file."""
    async with AsyncExitStack() as stack:
        operator = await stack.enter_async_context(Operator(house.world))
        await operator.sign_up("operator@toadlane.example", PASSWORD, "Olive Operator")
        house.make_operator("operator@toadlane.example")
        member = await join(stack, house.world, operator, SUNRISE)
        await imported(member, WARM_UP)
        [process] = written(house, event="house.started")
        before, most = held(process["pid"]), 0

        async def watch() -> None:
            nonlocal most
            while True:
                most = max(most, held(process["pid"]))
                await asyncio.sleep(0.05)

        watching = asyncio.create_task(watch())
        await imported(member, products)
        watching.cancel()
    return most - before


async def imported(member: CoopMember, products: int) -> None:
    rows = "".join(f"loaf-{nth},Loaf No. {nth},Bread,true,4.50\n" for nth in range(products))
    header = "Handle,Title,Type,Published,Variant Price\n"
    report = await member.upload("shelf.csv", (header + rows).encode(), seconds=240, every=0.5)
    assert (report["state"], report["rows_total"], report["rows_rejected"]) == ("done", products, 0)


def held(pid: int) -> int:
    """Of its own alone: what is mapped of files is the kernel's, which takes it back when it needs it."""
    told = re.search(r"Anonymous:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text())
    assert told is not None
    return int(told[1]) // 1024


@pytest.mark.slow
async def test_the_house_holds_little_more_during_an_import_and_would_without_the_guard(
    tmp_path: Path, shelf: int
) -> None:
    if shelf < LEAST:
        pytest.skip(f"takes a minute: --shelf {LEAST} measures it; tests/chassis/test_malloc.py guards it in every run")
    with (
        OneBox(tmp_path / "box").opened() as house,
        OneBox(tmp_path / "hoarding", launcher="tests.journeys.hoarding").opened() as hoarding,
    ):
        guarded, unguarded = await asyncio.gather(*(grown_by_an_import(each, shelf) for each in (house, hoarding)))

    print(f"\n{guarded} MB more during the import; {unguarded} where nothing is given back")
    assert guarded < ALLOWED < unguarded
