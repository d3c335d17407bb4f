"""The load generator, a process of its own: reads a plan, says that it is ready, and goes when it is told to."""

import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable, Iterator

import uvloop
from pydantic import BaseModel

from benchmarks.shopping import OPERATIONS, Bought, Goods, Visitor


class LoadPlan(BaseModel):
    """So many clients do one thing again and again, each `operations` in turn shared among them."""

    house: str
    sandbox: str
    operation: str
    clients: int
    operations: int
    seed: int
    goods: Goods


class LoadReport(BaseModel):
    """Seconds from the first request to the last answer, seconds of each operation, and this process's CPU seconds."""

    seconds: float
    latencies: list[float]
    cpu: float
    bought: list[Bought]


async def carry_out(plan: LoadPlan, ready: Callable[[], None]) -> LoadReport:
    visitors = [
        Visitor(plan.house, plan.sandbox, plan.goods, random.Random(plan.seed * 1_000 + nth))
        for nth in range(plan.clients)
    ]
    ready()
    latencies: list[float] = []
    left = iter(range(plan.operations))
    begun, spent = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as clients:
        for visitor in visitors:
            clients.create_task(_client(OPERATIONS[plan.operation], visitor, left, latencies))
    seconds, cpu = time.perf_counter() - begun, time.process_time() - spent
    return LoadReport(
        seconds=seconds, latencies=latencies, cpu=cpu, bought=[one for visitor in visitors for one in visitor.bought]
    )


async def _client(
    operation: Callable[[Visitor], Awaitable[None]], visitor: Visitor, left: Iterator[int], latencies: list[float]
) -> None:
    for _ in left:
        begun = time.perf_counter()
        await operation(visitor)
        latencies.append(time.perf_counter() - begun)
    visitor.house.close()
    visitor.sandbox.close()


def main() -> None:
    plan = LoadPlan.model_validate_json(sys.stdin.readline())

    def ready() -> None:
        print("ready", flush=True)
        sys.stdin.readline()

    report = uvloop.run(carry_out(plan, ready))
    print(report.model_dump_json(), flush=True)


if __name__ == "__main__":
    main()
