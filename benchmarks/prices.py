"""`python -m benchmarks.prices`: how soon a thousand prices that a co-op told are found, while others search."""

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

from benchmarks import box, machine
from benchmarks.market import OPERATOR, PASSWORD, join, upload
from benchmarks.shelves import shelf
from onebox.actors import CoopMember, Operator, Shopper, money
from onebox.visitor import World, until

CHEAPEST = 1  # Below every price on the shelves: whoever searches for it finds what was told, and nothing else.


def main() -> int:
    parser = argparse.ArgumentParser("benchmarks.prices", description=__doc__)
    parser.add_argument("--products", type=int, default=1_000)
    parser.add_argument("--searchers", type=int, default=4)
    given = parser.parse_args()
    about = machine.facts()
    print(f"{about.processor}, {about.cores} cores, load {about.load_before}")
    with (
        tempfile.TemporaryDirectory(prefix="toadlane-bench-") as folder,
        box.opened(Path(folder), 1, "onebox") as running,
    ):
        asyncio.run(_measure(given, running))
    return 0


async def _measure(given: argparse.Namespace, running: box.RunningBox) -> None:
    async with AsyncExitStack() as stack:
        operator = await stack.enter_async_context(Operator(running.world))
        await operator.sign_up(OPERATOR, PASSWORD, "Olive Operator")
        running.make_operator(OPERATOR)
        member = await join(stack, running.world, operator, "bakers")
        await upload(member, shelf("bakers", "Bakers", given.products))
        variants = await _one_of_each(member)
        looker = await stack.enter_async_context(Shopper(running.world))
        searching = [asyncio.create_task(_search(running.world)) for _ in range(given.searchers)]
        told, found = await _tell(member, looker, variants)
        for one in searching:
            one.cancel()
    print(f"{len(variants)} prices told in {told:.2f} s, all of them found {found:.2f} s after the answer")


async def _one_of_each(member: CoopMember) -> list[str]:
    variants, cursor = dict[str, str](), None
    while True:
        asked = {"coop_id": member.coop_id, "limit": 100} | ({"cursor": cursor} if cursor else {})
        page = await member.get("/stock", **asked)
        for level in page["items"]:
            variants.setdefault(level["product_id"], level["variant_id"])
        if (cursor := page["next_cursor"]) is None:
            return list(variants.values())


async def _tell(member: CoopMember, looker: Shopper, variants: list[str]) -> tuple[float, float]:
    items = [{"variant_id": variant, "price": money(CHEAPEST)} for variant in variants]
    begun = time.perf_counter()
    for start in range(0, len(items), 1_000):
        body = {"coop_id": member.coop_id, "items": items[start : start + 1_000]}
        await member.post("/stock", body, headers={"idempotency-key": uuid4().hex})
    answered = time.perf_counter()

    async def everything() -> bool:
        return bool((await looker.search("", max_price=CHEAPEST, limit=1))["total"] >= len(variants))

    await until(everything, seconds=60, every=0.05)
    return answered - begun, time.perf_counter() - answered


async def _search(world: World) -> None:
    async with Shopper(world) as shopper:
        while True:
            await shopper.search("rye")


if __name__ == "__main__":
    sys.exit(main())
