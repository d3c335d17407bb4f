"""A one box of a test's own: started as a person starts it, and killed as the world kills things."""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from uuid import uuid4

from onebox.asking import answers
from onebox.box import NAME_SERVERS, Box, Ports, Secrets
from onebox.visitor import World
from tests.journeys.forked import ForkedProgram
from tests.ports import free_port


def own_ports(processes: int = 0) -> Ports:
    """Ports for the stand-ins, and for the numbers of so many processes, that no other house of the tests is given."""
    metrics = [free_port() for _ in range(processes)]
    names = [free_port() for _ in range(NAME_SERVERS)]
    return Ports(sandbox=free_port(), dns=names, smtp=free_port(), web=free_port(), metrics=metrics)


class OneBox:
    """`launcher` is the module the house is started from: another one may bring another table of rooms."""

    def __init__(
        self,
        folder: Path,
        *,
        processes: int = 1,
        launcher: str = "onebox",
        demo_data: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        Box(folder=folder, port=free_port(), ports=own_ports(processes), secrets=Secrets.fresh()).save()
        self._launcher = launcher
        shelves = [] if demo_data else ["--no-demo-data"]
        self._words = ["run", "--data", str(folder), "--processes", str(processes), *shelves]
        self._environment = {**os.environ, **(environment or {})}
        self._process: ForkedProgram | None = None

    @contextmanager
    def opened(self) -> Iterator[Self]:
        """Started, and closed in the end whatever happens."""
        try:
            self.start()
            yield self
        finally:
            self.close()

    def start(self, *, patience: float = 300.0) -> None:
        """Opens the house and waits until it takes visitors."""
        self._process = ForkedProgram(self._launcher, self._words, self._environment, self._said)
        deadline = time.monotonic() + patience
        while not self.is_ready():
            if not self._process.is_running or time.monotonic() > deadline:
                raise AssertionError(f"the house did not open:\n{self.log()[-3000:]}")
            time.sleep(0.05)

    def is_ready(self) -> bool:
        """Whether the house takes visitors."""
        return answers(f"{self.world.house}/health/ready")

    @property
    def _said(self) -> Path:
        return self.folder.parent / f"{self.folder.name}.log"

    @property
    def box(self) -> Box:
        return Box.model_validate_json((self.folder / "box.json").read_text()).model_copy(
            update={"folder": self.folder}
        )

    @property
    def world(self) -> World:
        box = self.box
        return World(house=box.public_url, sandbox=box.sandbox_url)

    def kill(self) -> None:
        """Every process of the house at once, without a chance to tidy up; database and sandbox live on."""
        assert self._process is not None
        self._process.kill()

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """The parent looks after nobody meanwhile."""
        assert self._process is not None
        self._process.send(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send(signal.SIGCONT)

    def close(self) -> None:
        """As a person closes it; what a killed one has left behind is cleared away."""
        if self._process is not None:
            self._process.end(patience=120)
        left_behind = (self.folder / "postgres" / "postmaster.pid", self.folder / "sandbox.pid")
        if any(file.exists() for file in left_behind):
            self.command("stop")

    def command(self, *words: str) -> str:
        """Runs a command against this box, and returns what it said."""
        said = self.folder.parent / f"{self.folder.name}.{uuid4().hex}.said"
        done = ForkedProgram("onebox", [*words, "--data", str(self.folder)], self._environment, said).wait(patience=180)
        assert done == 0, said.read_text()
        return said.read_text()

    def make_operator(self, email: str) -> None:
        self.command("operator", email)

    def log(self) -> str:
        """What the house has said so far: to its log, then to the terminal."""
        files = (self.folder / "house.log", self._said)
        return "".join(file.read_text() for file in files if file.exists())
