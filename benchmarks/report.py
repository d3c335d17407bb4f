"""The figures for people and for programs, with what we promised beside them."""

from pathlib import Path

from pydantic import BaseModel

from benchmarks.machine import Machine
from benchmarks.measuring import Measured

PROMISED = {"product": 2.0, "page": 4.0, "search": 2.0, "checkout": 30.0}
"""Server CPU milliseconds for each operation, database included, without the sandbox."""

CALLED = {
    "product": "product over the API",
    "page": "product page",
    "search": "search with facets",
    "checkout": "guest checkout, two co-ops, up to paid",
}


class Resting(BaseModel):
    """CPU milliseconds in each second in which nobody comes."""

    house: float
    database: float


class Filling(BaseModel):
    """How the shelves were filled: through the import of files, until the last product could be found."""

    products: int
    rows: int
    coops: int
    seconds: float
    cpu_server: float
    """Milliseconds for each product."""


class Report(BaseModel):
    """One run."""

    machine: Machine
    processes: int
    filling: Filling
    resting: Resting
    measured: list[Measured]


def written(report: Report) -> str:
    """The run as Markdown."""
    machine, filling = report.machine, report.filling
    rows = "\n".join(_row(one) for one in report.measured)
    libraries = ", ".join(f"{name} {version}" for name, version in machine.libraries.items())
    return f"""\
# {machine.measured_at:%Y-%m-%d %H:%M} UTC, commit {machine.commit}

{machine.processor}, {machine.cores} cores, {machine.memory_gb} GB, {machine.system}; {machine.python}; {libraries}.
Load before the run: {machine.load_before}. {report.processes} process(es) of the house, {filling.products} products of
{filling.coops} co-ops; clients, database and stand-ins share the machine. Times in milliseconds.

| | clients | done | per second | p50 | p95 | p99 | **server CPU each** | promised | house | database | sandbox |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
{rows}

Filled by import: {filling.rows} rows in {filling.seconds:.1f} s until the last product was found, \
{filling.cpu_server:.2f} ms of server CPU for each product.
At rest: {report.resting.house:.1f} ms of CPU a second in the house, {report.resting.database:.1f} in the database.
"""


def _row(one: Measured) -> str:
    times = f"{one.p50:.1f} | {one.p95:.1f} | {one.p99:.1f}"
    cpu = f"**{one.cpu_server:.2f}** | {PROMISED[one.operation]:.0f} | {one.cpu_house:.2f} | {one.cpu_database:.2f}"
    name = CALLED[one.operation]
    done = f"{one.clients} | {one.operations} | {one.per_second:.1f}"
    return f"| {name} | {done} | {times} | {cpu} | {one.cpu_sandbox:.2f} |"


def save(report: Report, folder: Path) -> Path:
    """Both files of the run; the answer is the one for people."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{report.machine.measured_at:%Y-%m-%dT%H%M}-{report.processes}p"
    (folder / f"{name}.json").write_text(report.model_dump_json(indent=2) + "\n")
    page = folder / f"{name}.md"
    page.write_text(written(report))
    return page
