"""`python -m benchmarks`: opens a box, fills its shelves, measures, prints, and writes the result down."""

import argparse
import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks import box, machine, report
from benchmarks.market import COOPS, fill
from benchmarks.measuring import Bench, Measured

OPERATIONS = {"product": 6_000, "page": 2_000, "search": 6_000, "checkout": 800}
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    given = _parser().parse_args()
    about = machine.facts()
    with (
        tempfile.TemporaryDirectory(prefix="toadlane-bench-") as folder,
        box.opened(Path(folder), given.processes, given.launcher) as running,
    ):
        told = asyncio.run(_measure(given, running, about))
    print("\n" + report.written(told))
    print(f"Written to {report.save(told, given.results)}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("benchmarks", description=__doc__)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--processes", type=int, default=1, help="how many processes of the house share the work")
    parser.add_argument("--only", nargs="*", choices=list(OPERATIONS), default=list(OPERATIONS))
    parser.add_argument("--scale", type=float, default=1.0, help="how many times the usual number of operations")
    parser.add_argument("--seed", type=int, default=1844)
    parser.add_argument("--launcher", default="onebox", help="the module the house is started from, to profile it")
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser


async def _measure(given: argparse.Namespace, running: box.RunningBox, about: machine.Machine) -> report.Report:
    async with AsyncExitStack() as stack:
        before = running.processes.spent()
        _say(f"Filling the shelves with {given.products} products …")
        operator, stocked = await fill(stack, running.world, running.make_operator, given.products, given.seed)
        filled = (running.processes.spent() - before).per(stocked.products)
        bench = Bench(running, stocked.goods, operator, given.clients)
        resting = await bench.rest()
        measured = [await _one(bench, name, round(OPERATIONS[name] * given.scale), given.seed) for name in given.only]
    return report.Report(
        machine=about,
        processes=given.processes,
        filling=report.Filling(
            products=stocked.products, rows=stocked.rows, coops=len(COOPS), seconds=stocked.seconds,
            cpu_server=filled.server,
        ),
        resting=report.Resting(house=1_000 * resting.house, database=1_000 * resting.database),
        measured=measured,
    )  # fmt: skip


async def _one(bench: Bench, name: str, operations: int, seed: int) -> Measured:
    _say(f"Measuring: {report.CALLED[name]}, {operations} times by {bench.clients} clients …")
    one = await bench.measure(name, operations, seed=seed)
    _say(f"  {one.per_second:.1f} a second, p50 {one.p50:.1f} ms, {one.cpu_server:.2f} ms of server CPU each")
    return one


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
