"""CPU seconds that the server has used, the house's processes and PostgreSQL's, those that have ended included."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil


@dataclass(frozen=True)
class Spent:
    """CPU seconds, user and system, since these processes began."""

    house: float
    database: float
    sandbox: float

    @property
    def server(self) -> float:
        """What the marketplace costs: its own processes and the database's, without the outside world."""
        return self.house + self.database

    def __sub__(self, other: Self) -> "Spent":
        return Spent(self.house - other.house, self.database - other.database, self.sandbox - other.sandbox)

    def per(self, operations: int) -> "Spent":
        """The same in milliseconds for each operation."""
        return Spent(*(1_000 * one / operations for one in (self.house, self.database, self.sandbox)))


class Processes:
    """Those of one box. A process counts its ended children as soon as it has waited for them; both of ours do."""

    def __init__(self, house: int, data: Path) -> None:
        self._house = psutil.Process(house)
        self._postmaster = psutil.Process(int((data / "postgres" / "postmaster.pid").read_text().split()[0]))
        self._sandbox = psutil.Process(int((data / "sandbox.pid").read_text()))

    def spent(self) -> Spent:
        """So far."""
        return Spent(_tree(self._house, without=self._sandbox.pid), _tree(self._postmaster), _tree(self._sandbox))

    def resident(self) -> float:
        """Megabytes of memory that the largest of the house's processes holds of its own at this moment.

        What it maps of files, as of the search index, is the kernel's, which takes it back when it needs it.
        """
        houses = [one for one in self._house.children() if one.pid != self._sandbox.pid] or [self._house]
        told = [one.memory_info() for one in houses]
        return max(one.rss - one.shared for one in told) / 2**20


def _tree(process: psutil.Process, without: int | None = None) -> float:
    total = _own(process)
    for child in process.children():
        if child.pid != without:
            try:
                total += _tree(child)
            except psutil.NoSuchProcess:
                continue
    return total


def _own(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)
