"""The same story in three houses."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import pytest

from onebox.visitor import World
from tests.journeys.many_machines import ManyMachines
from tests.journeys.one_box import OneBox


class AnyHouse(Protocol):
    """What a journey needs of a house: where it is, and its command line."""

    @property
    def world(self) -> World: ...

    def make_operator(self, email: str) -> None: ...

    def log(self) -> str: ...


HOUSES = ["one_box", "two_processes", pytest.param("many_machines", marks=pytest.mark.kafka)]


@pytest.fixture(params=HOUSES)
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AnyHouse]:
    """An empty marketplace, open for visitors."""
    if request.param == "many_machines":
        machines = ManyMachines(
            tmp_path / "machines", request.getfixturevalue("postgres"), request.getfixturevalue("kafka")
        )
        await machines.make_databases()
        opened: OneBox | ManyMachines = machines
    else:
        opened = OneBox(tmp_path / "box", processes=2 if request.param == "two_processes" else 1)
    try:
        opened.start()
        yield opened
    finally:
        opened.close()
