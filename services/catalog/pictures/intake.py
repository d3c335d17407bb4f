"""Takes a picture in: the same one is made and kept once, whoever brings it."""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import IO
from uuid import UUID

from chassis.clock import Clock
from chassis.database import Database
from services.catalog.pictures.darkroom import Darkroom
from services.catalog.pictures.store import PictureStore


@dataclass(frozen=True)
class Kept:
    digest: str
    width: int
    height: int


class Intake:
    """Files are written before the row that makes them known: whatever breaks in between, no page shows a gap.

    And after the row of their folder: whatever breaks in between, the sweep finds them.
    """

    def __init__(self, database: Database, darkroom: Darkroom, store: PictureStore, clock: Clock) -> None:
        self._database = database
        self._darkroom = darkroom
        self._store = store
        self._clock = clock

    async def take(self, original: IO[bytes], *, turn_of: UUID) -> Kept:
        """`original` is a file on disk. Raises what the darkroom raises.

        Holds neither session nor connection while the picture is made.
        """
        digest = await asyncio.to_thread(_digest, original)
        if found := await self._database.fetch(_AGAIN, digest):
            return Kept(digest, found[0]["width"], found[0]["height"])
        rendered = await self._darkroom.develop(original, turn_of=turn_of)
        await self._database.fetch(_OPEN_FOLDER, digest, self._clock())
        await self._store.put(digest, rendered)
        await self._database.fetch(_KEEP, digest, rendered.width, rendered.height, self._clock())
        return Kept(digest, rendered.width, rendered.height)


def _digest(original: IO[bytes]) -> str:
    told = hashlib.sha256()
    original.seek(0)
    while part := original.read(1 << 20):
        told.update(part)
    return told.hexdigest()


# Whoever brings it again will show it soon.
_AGAIN = "UPDATE pictures SET unused_since = NULL WHERE digest = $1 RETURNING width, height"
# Waits for the sweep where that is emptying this very folder.
_OPEN_FOLDER = """
    INSERT INTO picture_folders (digest, written_at) VALUES ($1, $2) ON CONFLICT (digest) DO UPDATE SET written_at = $2
"""
_KEEP = "INSERT INTO pictures (digest, width, height, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
