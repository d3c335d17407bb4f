"""One measurement: warm up, go, wait until nothing is left to do, and divide the server's CPU time by what was done."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
import httpx
from pydantic import BaseModel

from benchmarks.box import RunningBox
from benchmarks.client import Unexpected
from benchmarks.load import LoadPlan, LoadReport
from benchmarks.processor_time import Spent
from benchmarks.shopping import Bought, Goods
from onebox import database_server
from onebox.actors import Operator
from onebox.rooms import ROOMS

QUIET = 10.0
DRAINED = 120.0

_LEFT = "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM tasks) AS waiting, (SELECT count(*) FROM parked)"
_BEHIND = """
    SELECT count(*) FROM progress JOIN log USING (topic, partition) WHERE log.position > progress.position
"""


class Measured(BaseModel):
    """Times in milliseconds; CPU in milliseconds for each operation."""

    operation: str
    clients: int
    operations: int
    per_second: float
    p50: float
    p95: float
    p99: float
    cpu_server: float
    cpu_house: float
    cpu_database: float
    cpu_sandbox: float
    cpu_load_generator: float


@dataclass(frozen=True)
class Bench:
    """A box with full shelves, and who may look at its books."""

    running: RunningBox
    goods: Goods
    operator: Operator
    clients: int

    async def measure(self, operation: str, operations: int, *, seed: int) -> Measured:
        """Not counted: a warm-up of a tenth, and the verification that every order is paid and the books balance."""
        await self.load(operation, max(operations // 10, self.clients), seed=seed + 1)
        await self.drained()
        before = self.running.processes.spent()
        report = await self.load(operation, operations, seed=seed)
        if operation == "checkout":
            await self.drained()
        spent = self.running.processes.spent() - before
        if operation == "checkout":
            await self._verify(report.bought, operations)
        return _measured(operation, self.clients, report, spent.per(operations))

    async def rest(self) -> Spent:
        """CPU seconds in a second in which nobody comes."""
        await self.drained()
        before, begun = self.running.processes.spent(), time.monotonic()
        await asyncio.sleep(QUIET)
        spent, seconds = self.running.processes.spent() - before, time.monotonic() - begun
        return Spent(spent.house / seconds, spent.database / seconds, spent.sandbox / seconds)

    async def load(self, operation: str, operations: int, *, seed: int) -> LoadReport:
        """So many of them shared among the clients, in a process of their own."""
        plan = LoadPlan(
            house=self.running.world.house, sandbox=self.running.world.sandbox, operation=operation,
            clients=self.clients, operations=operations, seed=seed, goods=self.goods,
        )  # fmt: skip
        return await asyncio.to_thread(_run, plan)

    async def drained(self) -> None:
        """Returns when no fact, event, task or webhook is on its way any more."""
        server, _ = database_server.start(self.running.box.folder)
        urls = {room.name: server.set(database=room.name, drivername="postgresql") for room in ROOMS}
        dsn = {name: url.render_as_string(hide_password=False) for name, url in urls.items()}
        bus = server.set(database="bus", drivername="postgresql").render_as_string(hide_password=False)
        async with asyncio.timeout(DRAINED), httpx.AsyncClient(trust_env=False) as http:
            while await _waiting(http, self.running.world.sandbox, dsn, bus):
                await asyncio.sleep(0.25)

    async def _verify(self, bought: list[Bought], wanted: int) -> None:
        if len(bought) != wanted:
            raise Unexpected(f"{len(bought)} of {wanted} checkouts came to their end")
        async with httpx.AsyncClient(base_url=self.running.world.house, trust_env=False) as http:
            for one in bought:
                answer = await http.get(f"/api/v1/orders/{one.order_id}", headers={"Cookie": one.cookie})
                if answer.json()["state"] != "paid" or len(answer.json()["consignments"]) != 2:
                    raise Unexpected(f"order {one.order_id}: {answer.text[:300]}")
        if not (await self.operator.balances())["balanced"]:
            raise Unexpected("the books do not balance")


async def _waiting(http: httpx.AsyncClient, sandbox: str, databases: dict[str, str], bus: str) -> int:
    waiting = int((await http.get(f"{sandbox}/health")).json()["webhooks_waiting"])
    for name, dsn in databases.items():
        left, parked = await _row(dsn, _LEFT)
        if parked:
            raise Unexpected(f"{parked} events are parked in {name}")
        waiting += left
    (behind,) = await _row(bus, _BEHIND)
    return waiting + behind


async def _row(dsn: str, sql: str) -> tuple[int, ...]:
    connection = await asyncpg.connect(dsn)
    try:
        return tuple(await connection.fetchrow(sql))
    finally:
        await connection.close()


def _run(plan: LoadPlan) -> LoadReport:
    words = [sys.executable, "-m", "benchmarks.load"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(plan.model_dump_json() + "\n")
        process.stdin.flush()
        if process.stdout.readline().strip() != "ready":
            raise Unexpected("the load generator did not start")
        process.stdin.write("go\n")
        process.stdin.flush()
        told = process.stdout.readline()
        if not told:
            raise Unexpected("the load generator broke off; its traceback is above")
        return LoadReport.model_validate_json(told)


def at(ordered: Sequence[float], percent: int) -> float:
    """What so many per cent of them stay below."""
    return ordered[len(ordered) * percent // 100]


def _measured(operation: str, clients: int, report: LoadReport, each: Spent) -> Measured:
    ordered = sorted(report.latencies)
    operations = len(ordered)
    return Measured(
        operation=operation,
        clients=clients,
        operations=operations,
        per_second=operations / report.seconds,
        p50=1_000 * at(ordered, 50),
        p95=1_000 * at(ordered, 95),
        p99=1_000 * at(ordered, 99),
        cpu_server=each.server,
        cpu_house=each.house,
        cpu_database=each.database,
        cpu_sandbox=each.sandbox,
        cpu_load_generator=1_000 * report.cpu / operations,
    )
