"""One process of the house, as its parent holds it: started, watched, started again, stopped."""

import multiprocessing
import os
import platform
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import IO

# A process of the house that dies at once is not started again in a tight circle.
PAUSES = (0.1, 0.1, 0.5, 2.0, 5.0)
LIVED = 4.0  # Seconds after which a death was no death at once.


def way_to_start() -> ForkContext | SpawnContext:
    """On Linux a copy of the parent, which has loaded every room already; elsewhere a copy may not be safe to use."""
    if platform.system() == "Linux":
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


@dataclass
class Child:
    """`life` is what the process does. What is `private` to the parent, the copy lets go of at once."""

    life: Callable[[], None]
    log: Path
    private: Sequence[IO[str]] = ()
    context: ForkContext | SpawnContext = field(default_factory=way_to_start)
    starts: int = 0
    process: BaseProcess | None = None
    started_at: float = 0.0

    def start(self) -> None:
        self.starts += 1
        self.started_at = time.monotonic()
        private = self.private if self.context.get_start_method() == "fork" else ()
        self.process = self.context.Process(target=_live, args=(self.life, self.log, private))
        self.process.start()

    def has_died(self) -> bool:
        return self.process is not None and not self.process.is_alive()

    def start_again(self) -> None:
        if time.monotonic() - self.started_at > LIVED:
            self.starts = 1
        time.sleep(PAUSES[min(self.starts, len(PAUSES)) - 1])
        self.start()

    def ask_to_stop(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def stop(self, patience: float = 10.0) -> None:
        if self.process is None:
            return
        self.process.terminate()
        self.process.join(patience)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def _live(life: Callable[[], None], log: Path, private: Sequence[IO[str]]) -> None:
    # The parent's own way of stopping is not ours.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for file in private:
        file.close()
    with log.open("ab") as written:
        os.dup2(written.fileno(), sys.stderr.fileno())
    life()
