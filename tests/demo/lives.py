"""What a process may do with its life; found by name, so that either way of starting one finds it."""

import fcntl
import sys
import time
from pathlib import Path


def sleep() -> None:
    sys.stderr.write("up\n")
    sys.stderr.flush()
    time.sleep(600)


def die() -> None:
    raise RuntimeError("of old age")


def is_free(lock: Path) -> bool:
    """Whether nobody holds the file's lock."""
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
