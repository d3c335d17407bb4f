"""Where pictures are made anew: a process for each, two at a time, that can be broken without harm to the house."""

import asyncio
import os
import sys
from collections.abc import Sequence
from typing import IO
from uuid import UUID

import orjson

from chassis.errors import Refused, TooMany, Unavailable
from services.catalog.pictures import renditions
from services.catalog.pictures.renditions import Rendered
from services.catalog.pictures.turns import Turns

LONGEST = 120.0  # Seconds, most of which it waits for its turn at the processor: of that it may take few.
MOST_WAITING = 8  # Of one co-op: whoever sends more of them at once hears of it.
LONGEST_WAIT = 20.0  # Seconds until its turn; somebody waits for the answer, and the front door for half a minute.
NOBODY_WAITS = 600.0  # The same for who is fetching.
BUSY = "The marketplace has much to do. Please try again in a few minutes."
COMMAND = (sys.executable, "-I", "-m", renditions.__name__)


class PictureRefused(Refused):
    code = "picture_refused"
    title = "This picture cannot be taken"


class DarkroomBusy(Unavailable):
    """This says nothing of the picture: there was too much else to do."""

    code = "darkroom_busy"
    title = "The picture could not be made just now"


class TooManyPictures(TooMany):
    code = "too_many_pictures"
    title = "Too many pictures at once"


class Darkroom:
    """`command` is handed in by tests, which show what happens without its limits."""

    def __init__(
        self,
        *,
        places: int = 2,
        command: Sequence[str] = COMMAND,
        longest: float = LONGEST,
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        self._turns = Turns(places)
        self._command = command
        self._longest = longest
        self._longest_wait = longest_wait

    async def develop(self, original: IO[bytes], *, turn_of: UUID) -> Rendered:
        """Raises PictureRefused with a sentence for people, for whatever the bytes may be.

        Each co-op has its turn; the picture waits for it on disk, and is read by nobody but the process that makes it.
        Raises DarkroomBusy where the turn does not come in time, TooManyPictures for who has too many in the queue.
        """
        if self._turns.waiting(turn_of) >= MOST_WAITING:
            sentence = f"{MOST_WAITING} of yours are waiting. Send the next one when one of them is answered."
            raise TooManyPictures(sentence, headers={"Retry-After": "2"})
        try:
            async with self._turns.of(turn_of, within=self._longest_wait):
                told = await self._made(original)
        except TimeoutError as late:
            raise DarkroomBusy(BUSY, headers={"Retry-After": "30"}) from late
        return _read(told)

    async def _made(self, original: IO[bytes]) -> bytes:
        descriptor = original.fileno()
        original.flush()
        os.lseek(descriptor, 0, os.SEEK_SET)  # Whoever inherits it reads from where we stand.
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=descriptor, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(self._longest):
                told, _ = await process.communicate()
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
