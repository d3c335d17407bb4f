"""A house whose unpaid orders live by a clock that a test winds on, so that no test races the time it waits for.

Run as `python -m tests.journeys.wound …`. The seconds by which the clock is ahead stand in a file.
"""

import os
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from chassis.clock import system_clock
from onebox.cli import main
from onebox.rooms import ROOMS
from services.orders.worker import create_worker

AHEAD = "TOADLANE_TEST_CLOCK"


def wind(file: Path, by: timedelta) -> None:
    """Puts the clock of the house that reads this file on."""
    draft = file.with_suffix(".draft")
    draft.write_text(str(_ahead(file) + by.total_seconds()))
    draft.replace(file)


def _ahead(file: Path) -> float:
    return float(file.read_text()) if file.exists() else 0


def wound_clock() -> datetime:
    return system_clock() + timedelta(seconds=_ahead(Path(os.environ[AHEAD])))


if __name__ == "__main__":
    worker = partial(create_worker, clock=wound_clock)
    wound = tuple(replace(room, create_worker=worker) if room.name == "orders" else room for room in ROOMS)
    sys.exit(main(rooms=wound, launcher="tests.journeys.wound"))
