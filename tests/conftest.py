"""Fixtures for every test."""

import os
import shutil
import tempfile
from multiprocessing.util import get_temp_dir
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

pytest_plugins = ["chassis.testing", "tests.engines", "tests.kafka_broker", "tests.chassis.buses"]

# How long an example takes says something about the machine, and nothing about the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


# Databases that no test outlives need no disk: on a machine of two processors, writing them took longer than testing.
MEMORY = Path("/dev/shm")
MEMORY_WANTED = 4 * 2**30
OWN = "TOADLANE_TEST_FOLDER"


def pytest_configure() -> None:
    """A folder of this run's own. Those that pytest shares between runs are closed to others by each run that starts.

    PostgreSQL is one of those others where root runs the tests, and then cannot reach what it keeps there.
    """
    if OWN not in os.environ:
        in_memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_WANTED
        os.environ[OWN] = tempfile.mkdtemp(prefix="toadlane-tests-", dir=MEMORY if in_memory else None)
    get_temp_dir()  # multiprocessing takes its own away after the run, when ours is gone.
    os.environ["PYTEST_DEBUG_TEMPROOT"] = tempfile.tempdir = os.environ[OWN]
    # Where rich is installed structlog draws every traceback with it, which takes a second each.
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """The folder goes with the run, unless there is something in it to look at."""
    if exitstatus == pytest.ExitCode.OK and not hasattr(session.config, "workerinput"):
        shutil.rmtree(os.environ[OWN], ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that no process sits over the longest when the others have finished."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "how many products the shelves of a large co-op hold (3000)"
    parser.addoption("--shelf", type=int, default=3000, metavar="PRODUCTS", help=told)
    rounds = "how many last units are fought for, each by many, and how often the database dies (10)"
    parser.addoption("--rounds", type=int, default=10, help=rounds)
    parser.addoption("--buyers", type=int, default=200, help="how many buyers fight for each of those over HTTP (200)")


@pytest.fixture(scope="session")
def rounds(request: pytest.FixtureRequest) -> int:
    """How many last units are fought for, how often the database dies: `--rounds 100` for the whole of it."""
    number: int = request.config.getoption("--rounds")
    return number


@pytest.fixture(scope="session")
def buyers(request: pytest.FixtureRequest) -> int:
    number: int = request.config.getoption("--buyers")
    return number


@pytest.fixture(scope="session")
def shelf(request: pytest.FixtureRequest) -> int:
    """How many products a large co-op has: `--shelf 50000` makes it a really large one."""
    size: int = request.config.getoption("--shelf")
    return size
