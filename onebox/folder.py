"""The data folder: ours to write, and held by one house at a time."""

import fcntl
import os
from pathlib import Path
from typing import IO

from onebox.box import Box
from onebox.refusal import Refusal

USUAL = Path(".data")


def prepare(folder: Path) -> Path:
    """The folder, made where it is missing; raises Refusal where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Refusal(f"cannot write to the data folder {folder}: {error.strerror}; name another with --data") from None
    return folder.resolve()


def hold(folder: Path) -> IO[str]:
    """Keeps other houses out of the folder for as long as the answer stays open; raises Refusal if one is there."""
    file = (folder / "house.pid").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        raise Refusal(
            f"the house in {folder} is already open{_where(folder)} (process {file.read()}); "
            "close it with Ctrl-C where it runs, or with: make stop"
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _where(folder: Path) -> str:
    file = folder / "box.json"
    return f" at {Box.model_validate_json(file.read_text()).public_url}" if file.exists() else ""


def holder(folder: Path) -> int | None:
    """The process that has the house open, None where nobody has."""
    path = folder / "house.pid"
    if not path.exists():
        return None
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            return int(file.read())
    return None
