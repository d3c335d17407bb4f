"""A process of the house, started in either way: watched, heard in the log, started again, stopped."""

import fcntl
import multiprocessing
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest

from onebox.child import Child
from tests.demo import lives

Start = Callable[..., Child]


@pytest.fixture(params=["fork", "spawn"])
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Start]:
    way: Literal["fork", "spawn"] = request.param
    started: list[Child] = []
    (tmp_path / "log").touch()

    def begin(life: Callable[[], None], **fields: object) -> Child:
        child = Child(life, tmp_path / "log", context=multiprocessing.get_context(way), **fields)  # type: ignore[arg-type]
        child.start()
        started.append(child)
        return child

    yield begin
    for child in started:
        child.stop()


def until(so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_it_says_is_in_the_log_and_it_ends_when_told_to(start: Start, tmp_path: Path) -> None:
    child = start(lives.sleep)
    until(lambda: (tmp_path / "log").read_text() == "up\n")
    assert not child.has_died()

    child.stop()

    assert child.has_died()


def test_one_that_died_says_why_and_can_be_started_again(start: Start, tmp_path: Path) -> None:
    child = start(lives.die)
    until(child.has_died)
    assert "RuntimeError: of old age" in (tmp_path / "log").read_text()

    child.life = lives.sleep
    child.start_again()

    assert child.starts == 2
    until(lambda: (tmp_path / "log").read_text().endswith("up\n"))


def test_it_does_not_keep_what_is_its_parents_alone(start: Start, tmp_path: Path) -> None:
    """Else a house that was killed could not be opened again before the last of its processes is gone."""
    with (tmp_path / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        start(lives.sleep, private=[held])
        until(lambda: (tmp_path / "log").read_text() == "up\n")
        assert not lives.is_free(tmp_path / "lock")

    assert lives.is_free(tmp_path / "lock")
