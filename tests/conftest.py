"""Fixtures for every test."""

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["chassis.testing", "tests.engines", "tests.kafka_broker", "tests.chassis.buses"]

# How long an example takes says something about the machine, and nothing about the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "how many products the shelves of a large co-op hold (3000)"
    parser.addoption("--shelf", type=int, default=3000, metavar="PRODUCTS", help=told)


@pytest.fixture(scope="session")
def shelf(request: pytest.FixtureRequest) -> int:
    """How many products a large co-op has: `--shelf 50000` makes it a really large one."""
    size: int = request.config.getoption("--shelf")
    return size
