"""The house as separate processes over real Kafka: an API and a worker for each room, a role for each database."""

import os
import signal
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import asyncpg
from sqlalchemy import URL

from onebox import sandbox_process
from onebox.asking import answers
from onebox.box import HOST, Box, Secrets
from onebox.rooms import GATEWAY, ROOMS, Room
from onebox.visitor import World
from tests.journeys.forked import ForkedProgram
from tests.journeys.one_box import own_ports
from tests.ports import free_port


class ManyMachines:
    """Each process is told everything by its environment and sees no other room's settings."""

    def __init__(self, folder: Path, postgres: URL, kafka: str, environment: Mapping[str, str] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.box = Box(folder=folder, port=free_port(), ports=own_ports(), secrets=Secrets.fresh())
        self._postgres, self._kafka, self._extra = postgres, kafka, dict(environment or {})
        self._suffix = uuid4().hex[:8]
        self._ports = {room.name: free_port() for room in ROOMS if room.name != GATEWAY} | {GATEWAY: self.box.port}
        self._processes: list[ForkedProgram] = []

    @property
    def world(self) -> World:
        return World(house=self.box.public_url, sandbox=self.box.sandbox_url)

    def start(self, *, patience: float = 600.0) -> None:
        """Databases, topics, sandbox, then ten processes; returns when the front door is ready."""
        with ThreadPoolExecutor() as side_by_side:
            done = [side_by_side.submit(self._run, "topics", self._kafka)]
            done += [side_by_side.submit(self._run, "migrate", room.name, room=room) for room in ROOMS]
        for each in done:
            each.result()
        sandbox_process.ensure(self.box)
        for room in ROOMS:
            self._spawn(room, "api", room.name, "--port", str(self._ports[room.name]))
            self._spawn(room, "worker", room.name)
        deadline = time.monotonic() + patience
        while not self.is_ready():
            if any(not process.is_running for process in self._processes) or time.monotonic() > deadline:
                raise AssertionError(f"the house did not open:\n{self.log()[-3000:]}")
            time.sleep(0.1)

    async def make_databases(self) -> None:
        """One database and one role for each room; no role may enter another's database."""
        connection = await asyncpg.connect(self._postgres.set(drivername="postgresql").render_as_string(False))
        for room in ROOMS:
            name = self._database(room)
            await connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{name}'")
            await connection.execute(f"CREATE DATABASE {name} OWNER {name}")
            await connection.execute(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
        await connection.close()

    def _database(self, room: Room) -> str:
        return f"{room.name}_{self._suffix}"

    def _environment(self, room: Room) -> dict[str, str]:
        name = self._database(room)
        told = {key.upper(): str(value) for key, value in self.box.settings().items()}
        told["TOADLANE_DEMO"] = str(told.pop("DEMO")).lower()
        if room.name != GATEWAY:
            for secret in ("INTERNAL_PRIVATE_KEY", "COOKIE_SECRET", "KEY_SECRET", "FACTOR_SECRET"):
                del told[secret]
        return {
            **os.environ,
            **told,
            "DATABASE_URL": self._postgres.set(database=name, username=name, password=name).render_as_string(False),
            "KAFKA_BOOTSTRAP_SERVERS": self._kafka,
            "POOL_SIZE": "4",
            **{f"{name.upper()}_URL": f"http://{HOST}:{port}" for name, port in self._ports.items()},
            **self._extra,
        }

    def _run(self, *words: str, room: Room | None = None) -> None:
        log = self.folder / f"{uuid4().hex}.said"
        done = ForkedProgram("onebox", words, self._told(room), log).wait(patience=600)
        assert done == 0, log.read_text()

    def _spawn(self, room: Room, *words: str) -> None:
        self._processes.append(ForkedProgram("onebox", words, self._told(room), self.folder / "log"))

    def _told(self, room: Room | None) -> Mapping[str, str]:
        return os.environ if room is None else self._environment(room)

    def is_ready(self) -> bool:
        """Whether the front door, and every room behind it, answers."""
        return answers(f"{self.world.house}/health/ready")

    def make_operator(self, email: str) -> None:
        room = next(room for room in ROOMS if room.name == GATEWAY)
        # Not the one box that somebody may have opened in the folder where the tests are run.
        self._run("operator", email, "--data", str(self.folder / "no-box"), room=room)

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def close(self) -> None:
        for process in self._processes:
            process.send(signal.SIGTERM)
        for process in self._processes:
            process.end(patience=60)
        sandbox_process.stop(self.box)
