"""Programs of the house in processes of their own, forked from one that has read all of the code already.

Reading it takes a processor three seconds each time, and the journeys start a hundred of them. What such a process
then does is what `python -m` does; that this works too is for `test_box.py` and the commands to show.
"""

import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_NURSERY = multiprocessing.get_context("forkserver")
_NURSERY.set_forkserver_preload(["tests.journeys.read_already"])


class ForkedProgram:
    """`python -m module words…`, in a session of its own, with no input; what it says is added to the log."""

    def __init__(self, module: str, words: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self._process: ForkServerProcess = _NURSERY.Process(
            target=_live, args=(module, list(words), dict(environment), log)
        )
        self._process.start()

    @property
    def is_running(self) -> bool:
        return self._process.is_alive()

    @property
    def exit_code(self) -> int | None:
        """None while it runs; the signal's number below zero where one ended it."""
        return self._process.exitcode

    def send(self, number: signal.Signals) -> None:
        """To this process alone; one that has ended is sent nothing."""
        if self._process.pid is not None and self.is_running:
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        """With everything it has forked, at once."""
        if self._process.pid is not None and self.is_running:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.join()

    def end(self, patience: float) -> None:
        """Asked to close, and killed where it does not."""
        self.send(signal.SIGTERM)
        self._process.join(patience)
        self.kill()

    def wait(self, patience: float) -> int:
        """The exit code of one that ends by itself; raises TimeoutError where it does not."""
        self._process.join(patience)
        if self._process.exitcode is None:
            self.kill()
            raise TimeoutError
        return self._process.exitcode


def _live(module: str, words: list[str], environment: dict[str, str], log: Path) -> None:
    os.setsid()
    with log.open("ab") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
