"""Takes away what nothing refers to any more: addresses, pictures a good while later, and then their files."""

from datetime import timedelta
from typing import ClassVar

from chassis.clock import Clock
from chassis.database import Database
from chassis.direct import fetch
from chassis.tasks import Task, enqueue
from services.catalog.pictures.store import PictureStore

EVERY = timedelta(hours=6)
# Orders, and other sites' copies of our pages, show a picture for longer than its product does.
KEPT_UNUSED = timedelta(days=90)
# Longer than anybody takes from a picture's first file to its row.
BEING_WRITTEN = timedelta(days=1)
AT_ONCE = 1_000
FOLDERS_AT_ONCE = 5_000


class EmptyFolder(Task):
    """No picture is here any more: its files are taken from the store."""

    kind: ClassVar[str] = "catalog.empty_picture_folder"

    digest: str


class Sweep:
    def __init__(self, database: Database, store: PictureStore, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._clock = clock

    async def sweep(self) -> None:
        """Safe beside whoever takes a picture up at this moment: that one stays, or is not there for them any more."""
        while await self._drop(_UNNAMED, _FORGET_ADDRESSES):
            pass
        now = self._clock()
        await self._database.fetch(_USED)
        while await self._database.fetch(_UNUSED, now, AT_ONCE):
            pass
        while await self._drop(_LONG_UNUSED, _FORGET_PICTURES, now - KEPT_UNUSED):
            pass
        async with self._database.transaction() as session:
            for row in await fetch(session, _FOLDERS, now - BEING_WRITTEN, FOLDERS_AT_ONCE):
                enqueue(session, EmptyFolder(digest=row["digest"]), key=row["digest"])

    async def _drop(self, which: str, forget: str, *values: object) -> int:
        """Locks a few and looks at them once more: only then nobody can take one up whom we have not seen."""
        async with self._database.transaction() as session:
            keys = [row[0] for row in await fetch(session, which, AT_ONCE, *values)]
            return len(await fetch(session, forget, keys))

    async def empty(self, task: EmptyFolder) -> None:
        """Its row is held as long as files are deleted: whoever makes this picture anew writes them afterwards."""
        async with self._database.transaction() as session:
            if await fetch(session, _HOLD, task.digest, self._clock() - BEING_WRITTEN):
                await self._store.forget(task.digest)
                await fetch(session, _CLOSE_FOLDER, task.digest)


_NO_ADDRESS = """
    NOT EXISTS (SELECT FROM product_pictures WHERE url = s.url)
    AND NOT EXISTS (SELECT FROM import_pictures WHERE url = s.url)
"""
_NO_PICTURE = """
    NOT EXISTS (SELECT FROM product_pictures WHERE digest = p.digest)
    AND NOT EXISTS (SELECT FROM picture_sources WHERE digest = p.digest)
"""
_NO_USE = "NOT EXISTS (SELECT FROM pictures WHERE digest = f.digest)"

_UNNAMED = f"SELECT url FROM picture_sources s WHERE {_NO_ADDRESS} LIMIT $1 FOR UPDATE SKIP LOCKED"  # noqa: S608
_FORGET_ADDRESSES = f"DELETE FROM picture_sources s WHERE url = ANY($1) AND {_NO_ADDRESS} RETURNING url"  # noqa: S608
_USED = f"UPDATE pictures p SET unused_since = NULL WHERE unused_since IS NOT NULL AND NOT ({_NO_PICTURE})"  # noqa: S608
_UNUSED = f"""
    UPDATE pictures SET unused_since = $1
    WHERE digest IN (SELECT digest FROM pictures p WHERE unused_since IS NULL AND {_NO_PICTURE} LIMIT $2)
    RETURNING digest
"""  # noqa: S608
_LONG_UNUSED = "SELECT digest FROM pictures WHERE unused_since < $2 LIMIT $1 FOR UPDATE SKIP LOCKED"
_FORGET_PICTURES = f"DELETE FROM pictures p WHERE digest = ANY($1) AND {_NO_PICTURE} RETURNING digest"  # noqa: S608
_FOLDERS = f"SELECT digest FROM picture_folders f WHERE written_at < $1 AND {_NO_USE} LIMIT $2"  # noqa: S608
_HOLD = f"SELECT digest FROM picture_folders f WHERE digest = $1 AND written_at < $2 AND {_NO_USE} FOR UPDATE"  # noqa: S608
_CLOSE_FOLDER = "DELETE FROM picture_folders WHERE digest = $1"
