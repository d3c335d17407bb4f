"""Pictures that files name: fetched after the import, once, politely, and told of line by line where they were not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chassis.testing import deliver
from services.catalog.pictures.darkroom import Darkroom
from services.catalog.pictures.fetching import WAITS, PictureFetcher
from services.catalog.pictures.intake import Intake
from services.catalog.pictures.sources import FetchPictures
from services.catalog.pictures.store import store_of
from services.catalog.settings import Settings
from tests.catalog.conftest import CoopHere, Room
from tests.catalog.heard import line, placed
from tests.catalog.pictures import photos
from tests.catalog.pictures.handing_in import hung, shown
from tests.catalog.pictures.web import Web
from tests.catalog.sheets import first, sheet

SHOP = "http://shop.example/"


def pictured(handle: str, position: int, path: str, alt: str = "") -> dict[str, str]:
    told = {"Image Src": SHOP + path, "Image Position": str(position), "Image Alt Text": alt}
    return {"Handle": handle} | told


def told(report: dict[str, Any]) -> tuple[int, int, int, int]:
    pictures = report["pictures"]
    return pictures["named"], pictures["fetched"], pictures["waiting"], pictures["failed"]


async def test_the_pictures_of_a_file_are_fetched_and_shown_in_their_order(room: Room, web: Web) -> None:
    web.has("/mug.jpg", photos.photo(400, 300))
    web.has("/mug%20back.png", photos.photo(200, 200, "PNG"))
    coop = await room.coop()
    file = sheet(
        first("mug", **{"Image Src": SHOP + "mug back.png", "Image Position": "2", "Image Alt Text": "Back"}),
        pictured("mug", 1, "mug.jpg", "Front"),
        first("bowl"),
    )

    report = await room.imported(coop, file)

    assert (report["state"], report["rows_rejected"], told(report)) == ("done", 0, (2, 2, 0, 0))
    assert await shown(room, "mug") == [("Front", 400), ("Back", 200)]
    assert await shown(room, "bowl") == []
    mug = await room.get(room.nobody, "/api/v1/products/mug")
    assert mug["picture"] == mug["pictures"][0]["url"]
    assert (await room.search("mug"))["hits"][0]["picture"] == mug["picture"]
    assert (await room.facts("catalog.products"))[-1].data["picture"] == mug["picture"]
    assert (await room.nobody.get(mug["picture"])).headers["content-type"] == "image/jpeg"


async def test_the_same_file_again_fetches_nothing_and_changes_nothing(room: Room, web: Web) -> None:
    web.has("/mug.jpg", photos.photo(200, 200))
    coop = await room.coop()
    file = sheet(first("mug", **{"Image Src": SHOP + "mug.jpg"}))
    await room.imported(coop, file)
    facts = await room.facts("catalog.products")

    again = await room.imported(coop, file)

    assert (again["products_unchanged"], told(again)) == (1, (1, 1, 0, 0))
    assert web.asked() == ["/mug.jpg"]
    assert await room.facts("catalog.products") == facts
    # Nor does a file that says something else of the product.
    dearer = await room.imported(coop, sheet(first("mug", "9.00", **{"Image Src": SHOP + "mug.jpg"})))
    assert (dearer["products_updated"], web.asked()) == (1, ["/mug.jpg"])
    assert await shown(room, "mug") == [("", 200)]


async def test_a_picture_that_many_products_name_is_fetched_and_kept_once(room: Room, web: Web, tmp_path: Path) -> None:
    web.has("/logo.png", photos.photo(200, 200))
    web.has("/copy.png", photos.photo(200, 200))
    coop = await room.coop()
    names = {"mug": "logo.png", "bowl": "logo.png", "jug": "copy.png"}

    await room.imported(coop, sheet(*(first(slug, **{"Image Src": SHOP + path}) for slug, path in names.items())))

    assert [await shown(room, slug) for slug in names] == [[("", 200)]] * 3
    assert sorted(web.asked()) == ["/copy.png", "/logo.png"]
    assert len(list((tmp_path / "pictures").rglob("*.jpg"))) == 1


async def test_what_could_not_be_had_is_told_with_its_line_and_reason_and_never_fails_the_import(
    room: Room, web: Web
) -> None:
    web.has("/good.jpg", photos.photo(200, 200))
    web.has("/gone.jpg", b"", "404 Not Found")
    web.has("/page.jpg", b"<html>Please sign in</html>")
    web.has("/tiny.gif", photos.photo(20, 20, "GIF"))
    web.has("/large.jpg", bytes(16_000_000))
    web.has("/turns.jpg", b"", "302 Found", "Location: http://inside.example/secret.jpg")
    coop = await room.coop()
    paths = ("good.jpg", "gone.jpg", "page.jpg", "tiny.gif", "large.jpg", "turns.jpg")

    report = await room.imported(
        coop, sheet(first("mug"), *(pictured("mug", nth, path) for nth, path in enumerate(paths)))
    )

    assert (report["state"], told(report)) == ("done", (6, 1, 0, 5))
    reasons = {one["line"]: (one["url"].removeprefix(SHOP), one["reason"]) for one in report["pictures"]["failures"]}
    assert {line: path for line, (path, _) in reasons.items()} == dict(zip(range(4, 9), paths[1:], strict=True))
    for at, words in ((4, "status 404"), (5, "web page"), (6, "Each side"), (7, "octets"), (8, "public internet")):
        assert words in reasons[at][1]
    assert await shown(room, "mug") == [("", 200)]
    table = await coop.staff.get(f"/api/v1/imports/{report['id']}/problems.csv")
    assert f"4,,{SHOP}gone.jpg,It answered with status 404." in table.text


async def test_an_address_that_leads_inside_is_left_out_before_anything_is_taken(room: Room) -> None:
    coop = await room.coop()
    file = sheet(first("mug", **{"Image Src": "http://127.0.0.1:8000/admin"}), pictured("mug", 2, "x" * 2000))

    report = await room.imported(coop, file)

    assert (report["state"], report["products_created"], told(report)) == ("done", 1, (0, 0, 0, 0))
    assert [(one["line"], one["column"], one["severity"]) for one in report["problems"]] == [
        (2, "Image Src", "warning"),
        (3, "Image Src", "warning"),
    ]


async def test_a_file_without_pictures_leaves_those_there_are(room: Room, web: Web) -> None:
    web.has("/mug.jpg", photos.photo(200, 200))
    coop = await room.coop()
    await room.imported(coop, sheet(first("mug", **{"Image Src": SHOP + "mug.jpg"})))

    await room.imported(coop, sheet(first("mug", "5.00")))

    assert await shown(room, "mug") == [("", 200)]


async def test_a_picture_that_comes_leaves_what_was_sold_meanwhile_alone(room: Room, web: Web) -> None:
    web.has("/mug.jpg", photos.photo(200, 200))
    coop = await room.coop()
    mug = await room.made(coop, "Mug", stock=5)
    waiting = await hung(coop, mug, {"url": SHOP + "mug.jpg", "alt": "A mug"})
    assert waiting.json()["pictures"] == []
    [one] = (await room.get(coop.staff, f"/api/v1/products/{mug['id']}/pictures"))["items"]
    assert (one["state"], one["url"], one["shown"]) == ("waiting", SHOP + "mug.jpg", None)
    await deliver(room.worker, placed(line(mug, 2)))

    await room.settled()

    assert await shown(room, "mug") == [("A mug", 200)]
    assert await room.available(mug) == 3


class Patient:
    """A fetcher whose clock is told."""

    def __init__(self, room: Room, web: Web, folder: Path) -> None:
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)
        settings = Settings(database_url="postgresql://unused", internal_public_key="", demo=True, data_folder=folder)
        intake = Intake(room.database, Darkroom(), store_of(settings), self.clock)
        self.fetcher = PictureFetcher(room.database, web.client(), intake, self.clock)

    def clock(self) -> datetime:
        return self.now

    async def minutes_later(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)
        await self.fetcher.fetch(FetchPictures(host="shop.example"))


async def imported(room: Room, coop: CoopHere, *paths: str) -> dict[str, Any]:
    return await room.imported(
        coop, sheet(first("mug"), *(pictured("mug", nth, path) for nth, path in enumerate(paths)))
    )


async def test_a_host_that_is_away_is_tried_again_and_again_and_then_no_more(
    room: Room, web: Web, tmp_path: Path
) -> None:
    web.has("/mug.jpg", b"", "500 Internal Server Error")
    coop = await room.coop()
    report = await imported(room, coop, "mug.jpg")
    assert told(report) == (1, 0, 1, 0)
    patient = Patient(room, web, tmp_path)

    for tries, wait in enumerate(WAITS, start=1):
        await patient.minutes_later(wait - 1)
        assert len(web.asked()) == tries
        await patient.minutes_later(2)
        assert len(web.asked()) == tries + 1

    assert told(await room.get(coop.staff, f"/api/v1/imports/{report['id']}")) == (1, 0, 0, 1)
    await patient.minutes_later(10_000)
    assert len(web.asked()) == len(WAITS) + 1
    # The file once more asks once more, although it says nothing new.
    web.has("/mug.jpg", photos.photo(200, 200))
    again = await imported(room, coop, "mug.jpg")
    assert (again["products_unchanged"], told(again)) == (1, (1, 1, 0, 0))
    assert await shown(room, "mug") == [("", 200)]


async def test_a_host_that_asks_for_a_pause_gets_it_for_all_its_pictures(room: Room, web: Web, tmp_path: Path) -> None:
    web.has("/a.jpg", b"", "429 Too Many Requests", "Retry-After: 600")
    web.has("/b.jpg", photos.photo(200, 200))
    coop = await room.coop()

    await imported(room, coop, "a.jpg", "b.jpg")

    assert web.asked() == ["/a.jpg"]
    web.has("/a.jpg", photos.photo(201, 201))
    patient = Patient(room, web, tmp_path)
    await patient.minutes_later(60)
    assert sorted(web.asked()) == ["/a.jpg", "/a.jpg", "/b.jpg"]
    await room.settled()
    assert sorted(await shown(room, "mug")) == [("", 200), ("", 201)]


async def test_a_slow_host_holds_up_no_other(room: Room, web: Web) -> None:
    """Each has a task of its own."""
    coop = await room.coop()
    web.has("/mug.jpg", photos.photo(200, 200))
    rows = [pictured("mug", 1, "mug.jpg"), {"Handle": "mug", "Image Src": "http://away.example/x.jpg"}]

    report = await room.imported(coop, sheet(first("mug"), *rows))

    assert told(report) == (2, 1, 1, 0)
    due = await room.database.fetch("SELECT host, attempts FROM picture_sources WHERE state = 'waiting'")
    assert [tuple(row) for row in due] == [("away.example", 1)]
