"""Fixtures for every test."""

import os
import tempfile

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["chassis.testing", "tests.engines", "tests.kafka_broker", "tests.chassis.buses"]

# How long an example takes says something about the machine, and nothing about the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_configure() -> None:
    """Folders of this run's own. Those that pytest shares between runs are closed to others by each run that starts.

    PostgreSQL is one of those others where root runs the tests, and then cannot reach what it keeps there.
    """
    if "PYTEST_DEBUG_TEMPROOT" not in os.environ:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = tempfile.mkdtemp(prefix="toadlane-tests-")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that no process sits over the longest when the others have finished."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "how many products the shelves of a large co-op hold (3000)"
    parser.addoption("--shelf", type=int, default=3000, metavar="PRODUCTS", help=told)


@pytest.fixture(scope="session")
def shelf(request: pytest.FixtureRequest) -> int:
    """How many products a large co-op has: `--shelf 50000` makes it a really large one."""
    size: int = request.config.getoption("--shelf")
    return size
