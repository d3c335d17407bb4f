"""The one box as a thing one owns: it survives, it is found again, and it says in one line what is wrong."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from onebox.actors import Shopper
from onebox.visitor import until
from tests.journeys.box_log import written
from tests.journeys.one_box import OneBox
from tests.journeys.steps import PASSWORD, open_market, variants_of


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "onebox", *words], capture_output=True, text=True, timeout=180, check=False
    )


async def test_what_is_sold_and_who_signed_up_is_there_after_a_kill_and_after_a_restart(tmp_path: Path) -> None:
    box = OneBox(tmp_path / "box")
    box.start()
    try:
        async with AsyncExitStack() as stack:
            market = await open_market(stack, box)
            shopper = await stack.enter_async_context(Shopper(market.world))
            await variants_of(shopper, "sourdough")
            for end in (box.kill, box.close):
                end()
                box.start()
                again = await stack.enter_async_context(Shopper(box.world))
                await again.sign_in("staff@sunrise.coop", PASSWORD)
                assert (await variants_of(again, "sourdough"))[0]["available"] == 12
    finally:
        box.close()


async def test_stopping_a_killed_house_leaves_nothing_running(tmp_path: Path) -> None:
    box = OneBox(tmp_path / "box")
    box.start()
    box.kill()

    assert "left behind" in run("stop", "--data", str(box.folder)).stdout
    assert not (box.folder / "postgres" / "postmaster.pid").exists()
    assert run("stop", "--data", str(box.folder)).stdout == "The house is not open.\n"


async def test_a_process_that_died_is_back_even_where_somebody_took_its_port_for_numbers(tmp_path: Path) -> None:
    box = OneBox(tmp_path / "box")
    box.start()
    try:
        [died] = written(box, event="house.started")
        with box.asleep():
            os.kill(died["pid"], signal.SIGKILL)
            taken = await until(lambda: listening(box.box.ports.metrics[0]))
        with taken:
            await until(lambda: has_started_again(box))
    finally:
        box.close()

    assert len(written(box, event="metrics.port_taken")) == 1


async def listening(port: int) -> socket.socket | None:
    """Takes the port, as soon as it is free."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        return None


async def has_started_again(box: OneBox) -> bool:
    return len(written(box, event="house.started")) == 2 and box.is_ready()


async def test_a_second_house_in_the_same_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    box = OneBox(tmp_path / "box")
    box.start()
    try:
        second = run("run", "--data", str(box.folder))
    finally:
        box.close()

    assert second.returncode == 1
    assert "already open" in second.stderr
    assert len(second.stderr.splitlines()) == 1


def test_a_taken_port_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("run", "--data", str(tmp_path / "box"), "--port", str(port))

    assert refused.returncode == 1
    assert f"port {port} is taken" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = run("run", "--data", str(tmp_path / "file" / "box"))

    assert refused.returncode == 1
    assert "cannot write" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize("room", ["orders", "payments", "gateway"])
def test_outside_the_demo_a_missing_setting_stops_the_start_and_is_named(room: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    refused = subprocess.run(
        [sys.executable, "-m", "onebox", "api", room], capture_output=True, text=True, env=environment, check=False
    )

    assert refused.returncode == 1
    assert refused.stderr.startswith("toadlane: ")
    assert "Traceback" not in refused.stderr
