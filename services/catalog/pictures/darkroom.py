"""Where pictures are made anew: a process for each, few at a time, that can be broken without harm to the house."""

import asyncio
import sys
from collections.abc import Sequence

import orjson

from chassis.errors import Refused, Unavailable
from services.catalog.pictures import renditions
from services.catalog.pictures.renditions import Rendered

MOST_INSIDE = 8  # Each holds a picture of up to fifteen megabytes; whoever comes beyond them comes again later.
LONGEST = 120.0  # Seconds, most of which it waits for its turn at the processor: of that it may take few.
BUSY = "The marketplace has much to do. Please try again in a few minutes."
COMMAND = (sys.executable, "-I", "-m", renditions.__name__)


class PictureRefused(Refused):
    code = "picture_refused"
    title = "This picture cannot be taken"


class DarkroomBusy(Unavailable):
    """This says nothing of the picture: there was too much else to do."""

    code = "darkroom_busy"
    title = "The picture could not be made just now"


class Darkroom:
    """`command` is handed in by tests, which show what happens without its limits."""

    def __init__(
        self,
        *,
        at_once: int = 1,
        command: Sequence[str] = COMMAND,
        longest: float = LONGEST,
        most_inside: int = MOST_INSIDE,
    ) -> None:
        self._room = asyncio.Semaphore(at_once)
        self._command = command
        self._longest = longest
        self._most_inside = most_inside
        self._inside = 0

    async def develop(self, original: bytes) -> Rendered:
        """Raises PictureRefused with a sentence for people, for whatever the bytes may be, or DarkroomBusy."""
        if self._inside >= self._most_inside:
            raise DarkroomBusy(BUSY, headers={"Retry-After": "30"})
        self._inside += 1
        try:
            async with self._room:
                told = await self._made(original)
        finally:
            self._inside -= 1
        return _read(told)

    async def _made(self, original: bytes) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with asyncio.timeout(self._longest):
                told, _ = await process.communicate(original)
        except TimeoutError as slow:
            raise DarkroomBusy(BUSY) from slow
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            raise PictureRefused("It cannot be read, or only with more memory and time than a picture may take.")
        return told


def _read(told: bytes) -> Rendered:
    line, _, rest = told.partition(b"\n")
    head = orjson.loads(line)
    if refused := head.get("refused"):
        raise PictureRefused(refused)
    files: dict[str, bytes] = {}
    for name, length in head["files"]:
        files[name], rest = rest[:length], rest[length:]
    return Rendered(head["width"], head["height"], files)
