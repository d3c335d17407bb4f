"""What a test needs of the machine, and what TOADLANE_REQUIRE forbids to be without.

`TOADLANE_REQUIRE=postgres,browser,kafka,s3` turns every skip for want of one of these into a failure.
"""

import os
from collections.abc import Generator
from typing import NoReturn

import pytest

# An engine is wanted by a test that has its marker, or one of these fixtures.
FIXTURES = {
    "postgres": {"postgres", "databases", "database_urls"},
    "browser": {"browser", "page"},
    "kafka": {"kafka", "kafka_broker"},
    "meilisearch": {"meilisearch"},
    "s3": {"real_bucket"},
}
# A server for the tests of a port: by these names it would be the engine of every room, all with one index.
SERVERS = ("MEILI_URL", "MEILI_API_KEY")
_ASIDE = "TOADLANE_TESTED_"


def named(server: str) -> str | None:
    """What this name was given outside."""
    return os.environ.get(_ASIDE + server)


def required() -> set[str]:
    """The engines that this run may not do without."""
    return {name.strip() for name in os.environ.get("TOADLANE_REQUIRE", "").split(",")} - {""}


def missing(engine: str, remedy: str) -> NoReturn:
    """Skips the test, saying how to get the engine; fails it where the engine is required."""
    if engine in required():
        pytest.fail(f"{engine} is required here but missing: {remedy}", pytrace=False)
    pytest.skip(f"{engine}: {remedy}")


def engines_of(item: pytest.Item) -> set[str]:
    """The engines that a test wants."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return {engine for engine, names in FIXTURES.items() if names & fixtures or item.get_closest_marker(engine)}


def pytest_configure() -> None:
    """A misspelt engine would be required of nobody."""
    os.environ.update({_ASIDE + name: os.environ.pop(name) for name in SERVERS if name in os.environ})
    if unknown := required() - FIXTURES.keys():
        raise pytest.UsageError(f"TOADLANE_REQUIRE names {sorted(unknown)}; known are {sorted(FIXTURES)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skip by any other way than `missing` is a skip all the same."""
    report = yield
    forbidden = engines_of(item) & required()
    if report.skipped and forbidden and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although {', '.join(sorted(forbidden))} is required: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module that skips itself hides what its tests would have wanted."""
    report = yield
    if report.skipped and required():
        report.outcome = "failed"
        report.longrepr = f"skipped as a whole while TOADLANE_REQUIRE is set: {report.longrepr}"
    return report
