"""`python -m benchmarks.beside`: guests check out before a large import, beside it and after; memory is watched."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks import box, machine
from benchmarks.market import fill, join, upload
from benchmarks.measuring import Bench, at
from benchmarks.shelves import shelf

PROMISED = 1.5
"""How many times as long as before a checkout may take while a file is imported, at the 95th percentile."""


@dataclass
class Uploaded:
    """`largest` is the most that a process of the house ever held, in megabytes."""

    rows: int = 0
    seconds: float = 0.0
    largest: float = 0.0


def main() -> int:
    given = _parser().parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="toadlane-bench-") as folder,
        box.opened(Path(folder), given.processes, "onebox") as running,
    ):
        told = asyncio.run(_measure(given, running))
    print(told)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("benchmarks.beside", description=__doc__)
    parser.add_argument("--products", type=int, default=2_000, help="on the shelves before")
    parser.add_argument("--imported", type=int, default=50_000, help="products of the large file, two rows each")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--checkouts", type=int, default=300, help="before, and in each round beside the import")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1844)
    return parser


async def _measure(given: argparse.Namespace, running: box.RunningBox) -> str:
    about = machine.facts()
    async with AsyncExitStack() as stack:
        operator, stocked = await fill(stack, running.world, running.make_operator, given.products, given.seed)
        member = await join(stack, running.world, operator, "carvers")
        file = shelf(f"carvers{given.seed}", "Carvers", given.imported)
        bench = Bench(running, stocked.goods, operator, given.clients)
        await bench.load("checkout", given.clients * 5, seed=given.seed + 1)
        await bench.drained()
        before = (await bench.load("checkout", given.checkouts, seed=given.seed)).latencies
        await bench.drained()
        rested, uploaded, during = running.processes.resident(), Uploaded(), list[float]()

        async def send() -> None:
            begun = time.monotonic()
            uploaded.rows = await upload(member, file)
            uploaded.seconds = time.monotonic() - begun

        sending = asyncio.create_task(send())
        watching = asyncio.create_task(_watch(running, uploaded))
        nth = 0
        while not sending.done():
            nth += 1
            during += (await bench.load("checkout", given.checkouts, seed=given.seed + 10 + nth)).latencies
        await sending
        watching.cancel()
        await bench.drained()
        after = (await bench.load("checkout", given.checkouts, seed=given.seed + 9)).latencies
    return _report(given, about, uploaded, rested, (before, during, after))


def _report(
    given: argparse.Namespace,
    about: machine.Machine,
    uploaded: Uploaded,
    rested: float,
    latencies: tuple[Sequence[float], Sequence[float], Sequence[float]],
) -> str:
    before, during, after = latencies
    half = len(during) // 2
    rounds = {
        "before": before,
        "beside the import": during,
        "its first half": during[:half],
        "its second half": during[half:],
        "after": after,
    }
    ratio = _percentile(during, 95) / _percentile(before, 95)
    return f"""\
# Checkouts beside an import, {about.measured_at:%Y-%m-%d %H:%M} UTC, commit {about.commit}

{about.cores} cores, {given.processes} process(es) of the house, {given.clients} clients at checkout.
Import: {uploaded.rows} rows in {uploaded.seconds:.0f} s, {uploaded.rows / uploaded.seconds:.0f} rows a second; \
the largest process held {rested:.0f} MB before and {uploaded.largest:.0f} MB at most.

| checkouts | done | p50 ms | p95 ms |
|---|--:|--:|--:|
{"".join(map(_line, rounds, rounds.values()))}
p95 beside it is {ratio:.2f} times that before; promised: {PROMISED}. Afterwards there are more orders and goods than
before, and no import: what is slower then is not its doing.
"""


def _line(when: str, latencies: Sequence[float]) -> str:
    p50, p95 = (1_000 * _percentile(latencies, percent) for percent in (50, 95))
    return f"| {when} | {len(latencies)} | {p50:.0f} | {p95:.0f} |\n"


def _percentile(latencies: Sequence[float], percent: int) -> float:
    return at(sorted(latencies), percent)


async def _watch(running: box.RunningBox, uploaded: Uploaded) -> None:
    while True:
        uploaded.largest = max(uploaded.largest, running.processes.resident())
        await asyncio.sleep(0.25)


if __name__ == "__main__":
    sys.exit(main())
