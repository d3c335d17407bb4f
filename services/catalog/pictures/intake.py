"""Takes a picture in: the same one is made and kept once, whoever brings it."""

import hashlib
from dataclasses import dataclass

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
    """Files are written before the row that makes them known: whatever breaks in between, no page shows a gap."""

    def __init__(self, database: Database, darkroom: Darkroom, store: PictureStore, clock: Clock) -> None:
        self._database = database
        self._darkroom = darkroom
        self._store = store
        self._clock = clock

    async def take(self, original: bytes) -> Kept:
        """Raises PictureRefused. Holds neither session nor connection while the picture is made."""
        digest = hashlib.sha256(original).hexdigest()
        if found := await self._database.fetch(_AGAIN, digest, self._clock()):
            return Kept(digest, found[0]["width"], found[0]["height"])
        rendered = await self._darkroom.develop(original)
        await self._store.put(digest, rendered)
        await self._database.fetch(_KEEP, digest, rendered.width, rendered.height, self._clock())
        return Kept(digest, rendered.width, rendered.height)


# Whoever brings it again will show it soon: it counts as new for the sweep.
_AGAIN = "UPDATE pictures SET made_at = $2 WHERE digest = $1 RETURNING width, height"
_KEEP = "INSERT INTO pictures (digest, width, height, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
