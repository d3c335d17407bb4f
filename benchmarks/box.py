"""A one box of the benchmark's own, in a folder that goes with it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.processor_time import Processes
from onebox import sandbox_process
from onebox.box import Box, free_port
from onebox.visitor import World

# A quarter of the stand-in's news comes late. A demo shows that with seconds; here they would only be idle.
LATE_SECONDS = 0.2


@dataclass(frozen=True)
class RunningBox:
    """Open for visitors."""

    box: Box
    processes: Processes

    @property
    def world(self) -> World:
        return World(house=self.box.public_url, sandbox=self.box.sandbox_url)

    def make_operator(self, email: str) -> None:
        words = [sys.executable, "-m", "onebox", "operator", email, "--data", str(self.box.folder)]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def opened(folder: Path, processes: int, launcher: str) -> Iterator[RunningBox]:
    """Opens it with empty shelves, and closes it at the end."""
    data = folder / "data"
    data.mkdir()
    box = Box.open(data, free_port())
    with _sandbox(box), (folder / "house.log").open("ab") as log:
        words = ("run", "--no-demo-data", "--data", str(data), "--processes", str(processes))
        house = subprocess.Popen(
            [sys.executable, "-m", launcher, *words],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_environment(),
        )  # fmt: skip
        try:
            _wait(house, box, folder)
            yield RunningBox(box, Processes(house.pid, data))
        finally:
            house.terminate()
            house.wait(60)


def _environment() -> dict[str, str]:
    # Everything must be ours to count: no database, broker or provider of somebody else's.
    named = ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "STRIPE_API_KEY", "SMTP_URL")
    return {name: value for name, value in os.environ.items() if name not in named}


@contextmanager
def _sandbox(box: Box) -> Iterator[None]:
    """Started before the house, which then finds it: so it can be told how late to be."""
    log = (box.folder / "sandbox.log").open("ab")
    words = [*sandbox_process.command(box), "--late-seconds", str(LATE_SECONDS)]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        while not sandbox_process.answers(box):
            if process.poll() is not None:
                raise RuntimeError(f"the sandbox did not start:\n{(box.folder / 'sandbox.log').read_text()[-2000:]}")
            time.sleep(0.05)
        (box.folder / "sandbox.pid").write_text(str(process.pid))
        yield
    finally:
        process.terminate()
        process.wait(30)


def _wait(house: "subprocess.Popen[bytes]", box: Box, folder: Path) -> None:
    deadline = time.monotonic() + 90
    while house.poll() is None and time.monotonic() < deadline:
        with suppress(httpx.HTTPError):
            if httpx.get(f"{box.public_url}/health/ready", timeout=2, trust_env=False).is_success:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the house did not open:\n{(folder / 'house.log').read_text()[-3000:]}")
