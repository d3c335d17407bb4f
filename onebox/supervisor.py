"""The parent of the one box: starts database, migrations and sandbox, then keeps the house's processes alive."""

import asyncio
import gc
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event
from typing import IO

from sqlalchemy import URL

from chassis.postgres import EmbeddedPostgres
from onebox import budget, database_server, folder, sandbox_process
from onebox.asking import answers
from onebox.box import HOST, Box
from onebox.child import Child
from onebox.house import Share, room_settings, run_house
from onebox.refusal import Refusal
from onebox.rooms import Room
from onebox.seeding import tell_places, tell_sign_ins
from storefront.rendering import compile_templates

OPENS_WITHIN = 180.0  # Seconds; a laptop takes four.


@dataclass(frozen=True)
class Plan:
    """How the house is to be opened. `launcher` is the module that was started, with its table of rooms."""

    data: Path
    launcher: str
    rooms: tuple[Room, ...]
    port: int | None = None
    processes: int = 1
    demo_data: bool = True


def open_house(plan: Plan) -> int:
    """Opens the house and stays until it is told to stop; the exit status is 0 then. Raises Refusal."""
    where = folder.prepare(plan.data)
    with folder.hold(where) as held:
        box = Box.open(where, plan.port)
        listening = bind(box.port)
        box.provide_metrics(plan.processes)
        say("Starting the database …")
        server, embedded = database_server.prepare(where, plan.rooms)
        check_budget(plan, box, server)
        say("Starting the stand-ins for money, mail and names …")
        sandbox_process.ensure(box)
        try:
            return Household(plan, box, server, listening, held, embedded).live()
        finally:
            sandbox_process.stop(box)
            if embedded is not None:
                embedded.stop()


def clear_away(data: Path) -> bool:
    """Stops the database and the sandbox that outlived a killed house; says whether there were any."""
    if not (data / "box.json").exists():
        return False
    sandbox = sandbox_process.stop(Box.open(data, None))
    return database_server.stop_leftover(data) or sandbox


def bind(port: int) -> socket.socket:
    """The listening socket that all processes share; raises Refusal when the port is taken."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for _ in range(30):
        try:
            listening.bind((HOST, port))
        except OSError:
            time.sleep(0.1)  # A house that was just killed needs a moment to let go.
        else:
            listening.listen(1024)
            return listening
    raise Refusal(f"port {port} is taken by another program; choose one with: make run ARGS='--port {port + 1}'")


def check_budget(plan: Plan, box: Box, server: URL) -> None:
    """Raises Refusal when the server would run out of connections."""
    settings = room_settings(plan.rooms[0], server, box.settings(), Share(0, plan.processes))
    try:
        asyncio.run(budget.check(server, budget.needed(plan.processes, len(plan.rooms), settings)))
    except budget.TooFewConnections as error:
        raise Refusal(str(error)) from None


@dataclass
class Household:
    """The running processes. With their parent gone they stop too."""

    plan: Plan
    box: Box
    server: URL
    listening: socket.socket
    held: IO[str]
    embedded: EmbeddedPostgres | None
    stopping: Event = field(default_factory=Event)
    children: list[Child] = field(default_factory=list)

    def live(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        self.children = [self._house(index) for index in range(self.plan.processes)]
        compile_templates()
        gc.freeze()  # What is loaded by now stays for good: no copy of us needs to look through it.
        for child in self.children:
            child.start()
        try:
            self._wait_until_open()
            say(f"\n  Toad Lane is open: {self.box.public_url}\n")
            if self.plan.demo_data:
                self._show_demo()
            else:
                say("  Nobody operates it yet: make an account, then .venv/bin/toadlane operator EMAIL")
            if not self.stopping.is_set():
                tell_places(self.box)
            while not self.stopping.wait(0.2):
                self._look_after()
        finally:
            say("Closing …")
            for child in self.children:
                child.ask_to_stop()
            for child in self.children:
                child.stop()
        return 0

    def _stop(self, *_: object) -> None:
        self.stopping.set()

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", self.plan.launcher, *words, "--data", str(self.box.folder)]

    def _house(self, index: int) -> Child:
        share = Share(index, self.plan.processes)
        life = partial(run_house, self.plan.rooms, self.server, self.box.settings(index), share, self.listening)
        return Child(life, self.box.log, private=[self.held])

    def _look_after(self) -> None:
        for child in self.children:
            if child.has_died() and not self.stopping.is_set():
                say(f"A process of the house ended, {self.box.log} says why. Starting it again …")
                # It may have died of the loss of its database; that comes back first.
                if self.embedded is not None:
                    self.embedded.ensure_running()
                child.start_again()

    def _wait_until_open(self) -> None:
        deadline = time.monotonic() + OPENS_WITHIN
        while not answers(f"{self.box.public_url}/health/ready") and not self.stopping.is_set():
            if time.monotonic() > deadline:
                raise Refusal(f"the house did not come up within three minutes; {self.box.log} says why")
            time.sleep(0.05)
            self._look_after()

    def _show_demo(self) -> None:
        if not self.box.seeded:
            self._fill_shelves()
        if not self.stopping.is_set():
            tell_sign_ins(self.box)

    def _fill_shelves(self) -> None:
        server = self.server.render_as_string(hide_password=False)
        with self.box.log.open("ab") as log:
            seeding = subprocess.Popen(self._command("seed", "--server", server), stderr=log)
        while seeding.poll() is None:
            if self.stopping.is_set():
                seeding.terminate()
            self._look_after()
            time.sleep(0.1)
        if seeding.returncode and not self.stopping.is_set():
            say(f"  The shelves could not all be filled, {self.box.log} says why. The next start goes on from there.")


def say(line: str) -> None:
    """A line for the person who started the house."""
    print(line, flush=True)
