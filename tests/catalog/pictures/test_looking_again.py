"""An address is asked again, at most once a day and by what it said of its picture; nobody waits for another's host."""

from datetime import datetime, timedelta
from typing import IO, Any, NoReturn
from uuid import UUID

import pytest

from chassis.testing import deliver, do_tasks
from services.catalog.pictures import fetching
from services.catalog.pictures.calling_up import HOSTS_EACH, LOOK_AGAIN_AFTER, CallingUp
from services.catalog.pictures.darkroom import BUSY, Darkroom, DarkroomBusy
from services.catalog.pictures.fetching import WAITS, PictureFetcher
from services.catalog.pictures.intake import Intake
from services.catalog.pictures.sources import FetchPictures
from services.catalog.pictures.store import store_of
from services.catalog.settings import Settings
from tests.catalog.conftest import CoopHere, Room
from tests.catalog.heard import CoopSuspended
from tests.catalog.pictures import photos
from tests.catalog.pictures.handing_in import hung, shown
from tests.catalog.pictures.web import Web
from tests.catalog.sheets import first, sheet

SHOP = "http://shop.example/"
MUG = sheet(first("mug", **{"Image Src": SHOP + "mug.jpg"}))


async def a_day_passes(room: Room) -> None:
    """As far as addresses are concerned."""
    await room.database.fetch(
        "UPDATE picture_sources SET asked_at = asked_at - interval '1 day', due_at = due_at - interval '2 days'"
    )


async def settled_whatever_fails(room: Room) -> None:
    """As if all waits were over."""
    for _ in range(len(WAITS) + 1):
        await a_day_passes(room)
        await CallingUp(room.database, room.worker.clock).all()
        await room.settled()


async def test_a_file_that_names_it_again_brings_the_picture_that_lies_there_now(room: Room, web: Web) -> None:
    web.has("/mug.jpg", photos.photo(200, 200), "200 OK", 'ETag: "1"', "Last-Modified: Mon, 23 Nov 2026 09:00:00 GMT")
    coop = await room.coop()
    await room.imported(coop, MUG)
    before = await room.get(room.nobody, "/api/v1/products/mug")
    web.has("/mug.jpg", photos.photo(300, 300), "200 OK", 'ETag: "2"')

    await room.imported(coop, MUG)
    assert await shown(room, "mug") == [("", 200)]  # It was asked only just now.
    await a_day_passes(room)
    report = await room.imported(coop, MUG)

    assert (report["products_unchanged"], report["pictures"]["fetched"]) == (1, 1)
    assert await shown(room, "mug") == [("", 300)]
    now = await room.get(room.nobody, "/api/v1/products/mug")
    assert now["picture"] == now["pictures"][0]["url"] != before["picture"]
    assert (await room.search("mug"))["hits"][0]["picture"] == now["picture"]
    again = web.server.heard[-1].decode()
    assert 'If-None-Match: "1"\r\n' in again
    assert "If-Modified-Since: Mon, 23 Nov 2026 09:00:00 GMT\r\n" in again


class BusyDarkroom(Darkroom):
    async def develop(self, original: IO[bytes], *, turn_of: UUID) -> NoReturn:
        raise DarkroomBusy(BUSY)


async def test_a_busy_house_says_nothing_of_the_address(room: Room, web: Web, settings: Settings) -> None:
    web.has("/mug.jpg", photos.photo(200, 200))
    await wanted(room, await room.coop(), SHOP + "mug.jpg")
    clock = room.worker.clock
    intake = Intake(room.database, BusyDarkroom(), store_of(settings), clock)

    with pytest.raises(DarkroomBusy):
        await PictureFetcher(room.database, web.client(), intake, clock).fetch(FetchPictures(host="shop.example"))

    [source] = await room.database.fetch("SELECT state, attempts, reason FROM picture_sources")
    assert tuple(source) == ("waiting", 0, None)


@pytest.mark.parametrize("answer", ["304 Not Modified", "200 OK"])
async def test_what_has_not_changed_changes_nothing(room: Room, web: Web, answer: str) -> None:
    picture = photos.photo(200, 200)
    web.has("/mug.jpg", picture, "200 OK", 'ETag: "1"')
    coop = await room.coop()
    await room.imported(coop, MUG)
    facts = await room.facts("catalog.products")
    web.has("/mug.jpg", b"" if answer.startswith("304") else picture, answer, 'ETag: "1"')
    await a_day_passes(room)

    report = await room.imported(coop, MUG)

    assert (report["pictures"]["fetched"], web.asked()) == (1, ["/mug.jpg"] * 2)
    assert await room.facts("catalog.products") == facts


@pytest.mark.parametrize("answer", ["404 Not Found", "500 Internal Server Error"])
async def test_an_address_that_fails_later_leaves_what_came_before_and_its_coop_is_told(
    room: Room, web: Web, answer: str
) -> None:
    web.has("/mug.jpg", photos.photo(200, 200))
    coop = await room.coop()
    await room.imported(coop, MUG)
    web.has("/mug.jpg", b"", answer)
    await a_day_passes(room)

    begun = await room.imported(coop, MUG)
    await settled_whatever_fails(room)

    report = await room.get(coop.staff, f"/api/v1/imports/{begun['id']}")
    [failure] = report["pictures"]["failures"]
    assert failure["reason"] == f"It answered with status {answer[:3]}.{fetching.STILL_SHOWN}"
    assert await shown(room, "mug") == [("", 200)]
    mug = await room.get(room.nobody, "/api/v1/products/mug")
    [staff_see] = (await room.get(coop.staff, f"/api/v1/products/{mug['id']}/pictures"))["items"]
    assert (staff_see["state"], staff_see["reason"]) == ("shown", failure["reason"])


async def test_what_nobody_names_again_is_looked_at_every_week_for_as_long_as_it_is_on_sale(
    room: Room, web: Web
) -> None:
    web.has("/mug.jpg", photos.photo(200, 200))
    web.has("/jug.jpg", b"", "404 Not Found")
    coop, stopped = await room.coop(), await room.coop("stopped")
    await wanted(room, coop, SHOP + "mug.jpg", SHOP + "jug.jpg")
    await wanted(room, stopped, SHOP + "cup.jpg")
    await room.settled()
    await deliver(room.worker, CoopSuspended(coop_id=stopped.id, version=2, slug="stopped"))
    fetched = room.worker.clock()

    async def due(at: datetime) -> list[str]:
        await CallingUp(room.database, lambda: at).look_again()
        rows = await room.database.fetch("SELECT url FROM picture_sources WHERE state = 'waiting' ORDER BY url")
        return [row["url"] for row in rows]

    assert await due(fetched + LOOK_AGAIN_AFTER - timedelta(hours=1)) == []
    assert await due(fetched + LOOK_AGAIN_AFTER) == [SHOP + "jug.jpg", SHOP + "mug.jpg"]


async def wanted(room: Room, coop: CoopHere, *urls: str) -> dict[str, Any]:
    answer = await hung(coop, await room.made(coop, f"Goods of {coop.slug}"), *({"url": url} for url in urls))
    return dict(answer.json())


@pytest.mark.parametrize("alike", [False, True])
async def test_at_a_host_that_two_coops_name_each_has_its_turn(room: Room, web: Web, alike: bool) -> None:
    """Were it the same co-op's, the last picture would come last."""
    greedy = await room.coop("greedy")
    modest = greedy if alike else await room.coop("modest")
    paths = [f"/{nth:02}.jpg" for nth in range(12)]
    for path in [*paths, "/one.jpg"]:
        web.has(path, b"", "404 Not Found")
    await wanted(room, greedy, *("http://cdn.example" + path for path in paths))
    await wanted(room, modest, "http://cdn.example/one.jpg")

    await room.settled()

    assert len(web.asked()) == 13
    assert web.asked().index("/one.jpg") == (12 if alike else 1)


async def test_however_many_hosts_one_names_another_has_not_to_wait_for_them(room: Room, web: Web) -> None:
    greedy, modest = await room.coop("greedy"), await room.coop("modest")
    web.has("/x.jpg", b"", "404 Not Found")
    hosts = [f"host{nth:02}.example" for nth in range(HOSTS_EACH + 3)]
    await wanted(room, greedy, *(f"http://{host}/x.jpg" for host in hosts))
    await wanted(room, modest, "http://modest.example/x.jpg")

    await CallingUp(room.database, room.worker.clock).all()

    rows = await room.database.fetch("SELECT key FROM tasks WHERE kind = $1 ORDER BY id", FetchPictures.kind)
    assert sorted(row["key"] for row in rows) == [*hosts[:HOSTS_EACH], "modest.example"]
    while await do_tasks(room.worker):
        pass
    assert len(web.asked()) == len(hosts) + 1
