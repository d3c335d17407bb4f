"""Ports for what the tests start: no other process of this or another run is given the same ones.

They lie below those that the system hands out by itself, so that nothing takes the port of a house that a test has
killed and will open again.
"""

import fcntl
import os
import socket
import tempfile
from pathlib import Path
from secrets import choice
from typing import IO

FOLDER = Path(tempfile.gettempdir()) / f"toadlane-ports-{os.getuid()}"
PORTS = range(20_000, 32_000)
KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM)

# Open for as long as this process lives: each holds a port's lock.
_held: list[IO[str]] = []


def free_port() -> int:
    """A port of 127.0.0.1, for TCP and UDP, that is this process's own from now on."""
    while True:
        port = choice(PORTS)
        if _is_unused(port) and _hold(port):
            return port


def _hold(port: int) -> bool:
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    file = (FOLDER / str(port)).open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return False
    _held.append(file)
    return True


def _is_unused(port: int) -> bool:
    for kind in KINDS:
        with socket.socket(type=kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
