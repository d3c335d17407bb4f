"""Pictures that nothing shows are gone after a good while, files and all; whoever takes one up meanwhile keeps it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis.database import Database
from services.catalog.pictures.renditions import Rendered
from services.catalog.pictures.store import PictureStore, store_of
from services.catalog.pictures.sweep import BEING_WRITTEN, KEPT_UNUSED, EmptyFolder, Sweep
from services.catalog.settings import Settings
from tests.catalog.conftest import Room
from tests.catalog.pictures import photos
from tests.catalog.pictures.handing_in import handed_in, hung, shown
from tests.catalog.pictures.web import Web
from tests.catalog.sheets import first, sheet

MOMENT = timedelta(hours=1)
SHOP = "http://shop.example/"


class Broom:
    """A sweep whose clock is told; what it leaves to be done is done."""

    def __init__(self, room: Room, store: PictureStore) -> None:
        self.now = datetime(2026, 11, 24, 12, tzinfo=UTC)
        self._database, self._sweep = room.database, Sweep(room.database, store, lambda: self.now)

    async def after(self, wait: timedelta) -> None:
        self.now += wait
        await self._sweep.sweep()
        tasks = "DELETE FROM tasks WHERE kind = $1 RETURNING payload"
        for row in await self._database.fetch(tasks, EmptyFolder.kind):
            await self._sweep.empty(EmptyFolder.model_validate_json(row["payload"]))

    async def long_after(self) -> None:
        """First it is found to be unused, then it has been for long."""
        await self.after(MOMENT)
        await self.after(KEPT_UNUSED + MOMENT)


@pytest.fixture
def broom(room: Room, settings: Settings) -> Broom:
    return Broom(room, store_of(settings))


def folders(tmp_path: Path) -> set[str]:
    return {file.parent.name for file in (tmp_path / "pictures").rglob("*.jpg")}


async def known(database: Database) -> set[str]:
    rows = await database.fetch("SELECT digest FROM pictures JOIN picture_folders USING (digest)")
    return {row["digest"] for row in rows}


async def test_what_no_product_shows_is_swept_after_a_while_and_no_sooner(
    room: Room, broom: Broom, tmp_path: Path
) -> None:
    coop = await room.coop()
    loaf, roll = await room.made(coop), await room.made(coop, "Roll")
    kept, gone = await handed_in(coop, photos.photo(200, 200)), await handed_in(coop, photos.photo(300, 300))
    for product in (loaf, roll):
        await hung(coop, product, {"digest": kept["digest"]})
    await hung(coop, loaf, {"digest": gone["digest"]})

    await broom.after(MOMENT)
    await broom.after(KEPT_UNUSED - MOMENT)
    assert folders(tmp_path) == {kept["digest"], gone["digest"]}
    await hung(coop, loaf)
    await broom.long_after()

    # Another product shows the one, although the first no longer does.
    assert folders(tmp_path) == await known(room.database) == {kept["digest"]}
    assert await shown(room, "roll") == [("", 200)]
    assert (await hung(coop, loaf, {"digest": gone["digest"]})).json()["code"] == "no_such_picture"


async def test_what_is_brought_again_meanwhile_is_new(room: Room, broom: Broom, tmp_path: Path) -> None:
    coop = await room.coop()
    one = await handed_in(coop, photos.photo(200, 200))
    await broom.after(MOMENT)
    broom.now += KEPT_UNUSED

    await handed_in(coop, photos.photo(200, 200))
    await broom.after(MOMENT)

    assert folders(tmp_path) == {one["digest"]}


async def test_an_address_is_forgotten_once_no_product_and_no_import_names_it_and_then_its_picture(
    room: Room, web: Web, broom: Broom, tmp_path: Path
) -> None:
    coop = await room.coop()
    for path, width in (("old.jpg", 200), ("new.jpg", 300)):
        web.has("/" + path, photos.photo(width, 300))
        await room.imported(coop, sheet(first("mug", **{"Image Src": SHOP + path})))

    await broom.long_after()
    assert len(folders(tmp_path)) == 2  # An import of these days has named the other.
    await room.database.fetch("DELETE FROM import_pictures")
    await broom.long_after()

    assert len(folders(tmp_path)) == 1
    assert [row["url"] for row in await room.database.fetch("SELECT url FROM picture_sources")] == [SHOP + "new.jpg"]
    assert await shown(room, "mug") == [("", 300)]


async def test_files_of_which_nobody_came_to_know_are_swept_too(
    room: Room, broom: Broom, settings: Settings, tmp_path: Path
) -> None:
    digest = "ab" * 32
    await store_of(settings).put(digest, Rendered(320, 240, {"320.jpg": b"jpeg"}))
    await room.database.fetch("INSERT INTO picture_folders VALUES ($1, $2)", digest, broom.now)

    await broom.after(BEING_WRITTEN - MOMENT)
    assert folders(tmp_path) == {digest}
    await broom.after(2 * MOMENT)

    assert folders(tmp_path) == set()


async def test_a_product_that_takes_it_up_at_that_instant_keeps_it(room: Room, broom: Broom, tmp_path: Path) -> None:
    coop = await room.coop()
    loaf, one = await room.made(coop), await handed_in(coop, photos.photo(200, 200))
    await broom.after(MOMENT)
    async with room.database.transaction() as session:
        hang = text("INSERT INTO product_pictures (product_id, position, digest) VALUES (:product, 0, :digest)")
        await session.execute(hang, {"product": loaf["id"], "digest": one["digest"]})

        await broom.after(KEPT_UNUSED + MOMENT)
    await broom.after(KEPT_UNUSED + MOMENT)

    assert folders(tmp_path) == {one["digest"]}
    assert await shown(room, "rye-loaf") == [("", 200)]


async def test_who_comes_an_instant_too_late_is_told_to_hand_it_in_again(room: Room) -> None:
    coop = await room.coop()
    loaf, one = await room.made(coop), await handed_in(coop, photos.photo(200, 200))
    async with room.database.transaction() as session:
        await session.execute(text("DELETE FROM pictures"))
        late = asyncio.create_task(hung(coop, loaf, {"digest": one["digest"]}))
        while not await room.database.fetch("SELECT FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.01)

    assert (await late).json()["code"] == "no_such_picture"


@dataclass
class Interrupted(PictureStore):
    """A store in which something happens before files are deleted."""

    store: PictureStore
    meanwhile: Callable[[], Awaitable[None]]

    async def forget(self, digest: str) -> None:
        await self.meanwhile()
        await self.store.forget(digest)


class Careless(Sweep):
    """The same without holding the folder's row."""

    async def empty(self, task: EmptyFolder) -> None:
        await self._store.forget(task.digest)


@pytest.mark.parametrize(("sweep", "there"), [(Sweep, True), (Careless, False)])
async def test_what_is_made_anew_while_its_folder_is_emptied_is_written_afterwards(
    room: Room, settings: Settings, tmp_path: Path, sweep: type[Sweep], there: bool
) -> None:
    store, now = store_of(settings), datetime(2026, 11, 24, 12, tzinfo=UTC)
    coop = await room.coop()
    digest = (await handed_in(coop, photos.photo(200, 200)))["digest"]
    await room.database.fetch("DELETE FROM pictures")
    brought: list[asyncio.Task[object]] = []

    async def somebody_brings_it() -> None:
        brought.append(asyncio.create_task(handed_in(coop, photos.photo(200, 200))))
        while not brought[0].done() and not await room.database.fetch("SELECT FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.01)

    sweeper = sweep(room.database, Interrupted(store, somebody_brings_it), lambda: now + BEING_WRITTEN)
    await sweeper.empty(EmptyFolder(digest=digest))
    await brought[0]

    assert digest in await known(room.database)
    assert (await store.get(digest, "200.jpg") is not None) == there
