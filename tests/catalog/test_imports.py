"""An import tells the truth: every row accounted for, sales never undone, a crash not noticed."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from chassis.auth import Caller
from chassis.database import Database
from chassis.testing import deliver, do_tasks
from services.catalog.categories import load_categories
from services.catalog.imports.run_import import Importer, RunImport
from tests.catalog import heard
from tests.catalog.conftest import SCOPES, CoopHere, Room
from tests.catalog.heard import line, paid, placed
from tests.catalog.sheets import NEW, OLD, first, later, picture, sheet, sized, tracked

PRODUCTS = "catalog.products"


def numbers(report: dict[str, Any]) -> dict[str, int]:
    names = (
        "rows_total",
        "rows_done",
        "rows_rejected",
        "products_created",
        "products_updated",
        "products_unchanged",
        "variants",
    )
    return {name.removeprefix("products_").removeprefix("rows_"): report[name] for name in names}


async def stock_of(room: Room, slug: str) -> int | None:
    found = await room.get(room.nobody, f"/api/v1/products/{slug}")
    stock: int | None = found["variants"][0]["available"]
    return stock


@pytest.mark.parametrize("header", [OLD, NEW], ids=["old", "new"])
async def test_good_rows_become_products_and_bad_ones_come_back(room: Room, header: list[str]) -> None:
    coop = await room.coop()
    report = await room.imported(
        coop,
        sheet(
            sized("shirt", "S", **tracked("4"), Type="Shirts"),
            later("shirt", "M", "x"),
            picture("shirt", 2),
            first("mug", Title=""),
            picture("mug", 2),
            first("rye-bread", "3.20"),
            header=header,
        ),
    )

    assert (report["state"], report["currency"], report["failure"]) == ("done", "EUR", None)
    assert numbers(report) == {
        "total": 6,
        "done": 6,
        "rejected": 3,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "variants": 2,
    }
    assert [(one["line"], one["severity"]) for one in report["problems"]] == [
        (3, "rejected"),
        (5, "rejected"),
        (6, "rejected"),
    ]
    shirt = await room.get(room.nobody, "/api/v1/products/shirt")
    assert shirt["category"] == {"slug": "tops", "name": "Shirts, tops and knitwear"}
    assert shirt["picture"] == "tops/shirt"
    assert (shirt["variants"][0]["options"], shirt["variants"][0]["available"]) == ({"Size": "S"}, 4)
    assert (await room.search("rye"))["total"] == 1


async def test_running_a_file_again_changes_nothing_and_says_so(room: Room) -> None:
    coop = await room.coop()
    file = sheet(sized("shirt", "S", **tracked("4")), later("shirt", "M", **tracked("2")), first("mug"))
    await room.imported(coop, file)
    before = await room.facts(PRODUCTS)

    report = await room.imported(coop, file)

    assert (report["products_created"], report["products_updated"], report["products_unchanged"]) == (0, 0, 2)
    assert await room.facts(PRODUCTS) == before


async def test_a_sale_in_between_is_not_undone_by_the_same_file_nor_by_one_with_another_price(room: Room) -> None:
    coop = await room.coop()
    await room.imported(coop, sheet(first("mug", "3.00", **tracked("10"))))
    mug = await room.get(room.nobody, "/api/v1/products/mug")
    order = placed(line(mug, 4))
    await deliver(room.worker, order)
    await deliver(room.worker, paid(order))

    await room.imported(coop, sheet(first("mug", "3.00", **tracked("10"))))
    assert await stock_of(room, "mug") == 6
    report = await room.imported(coop, sheet(first("mug", "3.50", **tracked("10"))))

    assert await stock_of(room, "mug") == 6
    assert report["products_updated"] == 1


async def test_another_quantity_is_a_new_count_of_the_shelf_and_promises_stay_deducted(room: Room) -> None:
    coop = await room.coop()
    await room.imported(coop, sheet(first("mug", "3.00", **tracked("10"))))
    mug = await room.get(room.nobody, "/api/v1/products/mug")
    await deliver(room.worker, placed(line(mug, 4)))

    await room.imported(coop, sheet(first("mug", "3.00", **tracked("20"))))

    assert await stock_of(room, "mug") == 16


async def test_what_staff_changed_here_outlives_the_same_file(room: Room) -> None:
    coop = await room.coop()
    file = sheet(first("mug"))
    await room.imported(coop, file)
    mug = await room.get(room.nobody, "/api/v1/products/mug")
    await coop.staff.delete(f"/api/v1/products/{mug['id']}")

    await room.imported(coop, file)
    await room.imported(coop, sheet(first("mug", "9.99")))

    assert (await coop.staff.get("/api/v1/products/mug")).json()["state"] == "archived"


async def test_drafts_are_kept_and_not_listed_until_the_file_says_so(room: Room) -> None:
    coop = await room.coop()
    report = await room.imported(coop, sheet(first("mug", Status="draft"), first("bowl", Published="false")))

    assert report["products_created"] == 2
    assert (await room.nobody.get("/api/v1/products/mug")).status_code == 404
    assert (await room.search())["total"] == 0
    assert await room.facts(PRODUCTS) == []

    await room.imported(coop, sheet(first("mug"), first("bowl", Published="false")))
    assert [hit["slug"] for hit in (await room.search())["hits"]] == ["mug"]
    await room.imported(coop, sheet(first("mug", Status="archived")))
    assert (await room.search())["total"] == 0
    assert [(fact.type, fact.data["version"]) for fact in await room.facts(PRODUCTS)] == [
        ("catalog.ProductPublished", 2),
        ("catalog.ProductWithdrawn", 3),
    ]


async def test_a_variant_that_left_the_file_is_gone_but_not_one_that_could_not_be_read(room: Room) -> None:
    coop = await room.coop()
    sizes = sized("shirt", "S", **tracked("1")), later("shirt", "M", **tracked("2")), later("shirt", "L")
    await room.imported(coop, sheet(*sizes))
    ids = {one["title"]: one["id"] for one in (await room.get(room.nobody, "/api/v1/products/shirt"))["variants"]}

    await room.imported(coop, sheet(sizes[0], later("shirt", "M", "broken"), sizes[2]))
    kept = (await room.get(room.nobody, "/api/v1/products/shirt"))["variants"]
    assert {one["title"]: one["id"] for one in kept} == ids

    await room.imported(coop, sheet(sizes[0], sizes[2]))
    left = (await room.get(room.nobody, "/api/v1/products/shirt"))["variants"]
    assert {one["title"]: one["id"] for one in left} == {size: ids[size] for size in ("S", "L")}


async def test_descriptions_are_sanitised_and_no_remote_picture_is_shown(room: Room) -> None:
    coop = await room.coop()
    evil = '<p onclick="x()">Good <img src="https://x/y.png"><script>x()</script><a href="javascript:x()">a</a></p>'
    await room.imported(coop, sheet(first("mug", **{"Body (HTML)": evil}), picture("mug", 1)))

    mug = await room.get(room.nobody, "/api/v1/products/mug")

    assert mug["description_html"] == '<p>Good <a rel="nofollow ugc noopener noreferrer">a</a></p>'
    assert "://" not in mug["picture"]


async def test_slugs_never_change_and_two_co_ops_may_have_the_same_title(room: Room) -> None:
    sunrise, harbour = await room.coop(), await room.coop("harbour")
    await room.imported(sunrise, sheet(first("mug", Title="Blue mug")))
    await room.imported(harbour, sheet(first("mug", Title="Blue mug")))
    await room.imported(sunrise, sheet(first("mug", Title="Red mug")))

    hits = (await room.search())["hits"]
    assert {hit["title"]: hit["slug"] == "blue-mug" for hit in hits} == {"Red mug": True, "Blue mug": False}
    assert len({hit["id"] for hit in hits}) == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xff\xfe\x00", "not_utf8"),
        (b"Handle,Title,Variant Price\r\na,\xc3\xa9\xff,1", "not_utf8"),
        (b"PK\x03\x04\x00", "not_a_csv"),
        (b"hello", "unknown_format"),
        (b"Handle,Title,Title,Variant Price\r\n", "duplicate_column"),
    ],
)
async def test_what_is_no_catalogue_is_told_at_once(room: Room, content: bytes, code: str) -> None:
    coop = await room.coop()
    answer = await coop.staff.post("/api/v1/imports", params={"coop_id": str(coop.id)}, content=content)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await room.get(coop.staff, "/api/v1/imports", coop_id=str(coop.id)))["items"] == []


async def test_quoting_that_breaks_far_down_imports_nothing_and_names_the_line(room: Room) -> None:
    coop = await room.coop()
    report = await room.imported(coop, sheet(first("mug")) + 'bowl,"Bowl,3\r\nmore\r\n')

    assert report["state"] == "failed"
    assert "line 3" in report["failure"]
    assert (await room.search())["total"] == 0


async def test_a_file_above_the_cap_is_refused_while_it_comes(room: Room) -> None:
    coop = await room.coop()

    async def endless() -> Any:
        while True:
            yield b"x" * 10_000

    for content in (b"x" * 200_001, endless()):
        answer = await coop.staff.post("/api/v1/imports", params={"coop_id": str(coop.id)}, content=content)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_form_brings_its_files_name_along(room: Room) -> None:
    coop = await room.coop()
    params = {"coop_id": str(coop.id)}
    answer = await coop.staff.post("/api/v1/imports", params=params, files={"file": ("my.csv", sheet(first("mug")))})
    missing = await coop.staff.post("/api/v1/imports", params=params, files={"other": ("my.csv", "x")})
    large = await coop.staff.post("/api/v1/imports", params=params, files={"file": ("my.csv", b"x" * 200_001)})

    assert (answer.status_code, answer.json()["filename"], answer.json()["state"]) == (202, "my.csv", "queued")
    assert (missing.status_code, missing.json()["code"]) == (422, "file_missing")
    assert large.status_code == 413


async def test_only_the_co_ops_own_staff_import_and_read_reports(room: Room) -> None:
    sunrise, harbour = await room.coop(), await room.coop("harbour")
    report = await room.imported(sunrise, sheet(first("mug")))
    params = {"coop_id": str(sunrise.id)}
    reader = Caller(kind="key", works_for={sunrise.id: "key"}, scopes={sunrise.id: frozenset({"catalog:read"})})

    for client, expected in ((harbour.staff, 404), (room.nobody, 404), (room.connect(reader), 403)):
        answer = await client.post("/api/v1/imports", params=params, content=sheet(first("bowl")))
        assert answer.status_code == expected
    assert (await harbour.staff.get(f"/api/v1/imports/{report['id']}")).status_code == 404
    assert (await room.connect(reader).get(f"/api/v1/imports/{report['id']}")).status_code == 200
    writer = Caller(kind="key", works_for={sunrise.id: "key"}, scopes={sunrise.id: SCOPES})
    assert (await room.connect(writer).post("/api/v1/imports", params=params, content=sheet())).status_code == 202


async def test_a_co_op_the_catalogue_has_not_heard_of_is_asked_to_wait(room: Room) -> None:
    unheard = UUID(int=1)
    answer = await room.staff_of(unheard).post(
        "/api/v1/imports", params={"coop_id": str(unheard)}, content=sheet(first("mug"))
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "coop_unknown")


class Crash(BaseException):
    """As a kill would end it: nothing in between may catch it."""


class CrashingImporter(Importer):
    """Dies after each committed step but the last ones."""

    def __init__(self, room: Room, after: int) -> None:
        super().__init__(room.database, load_categories(), room.worker.clock)
        self.left = after

    async def step(self, import_id: UUID) -> bool:
        if self.left == 0:
            raise Crash
        self.left -= 1
        return await super().step(import_id)


@pytest.mark.parametrize(
    ("steps", "state", "done"),
    [(0, "queued", 0), (1, "checking", 0), (2, "checking", 1), (3, "running", 1), (4, "running", 26)],
)
async def test_a_killed_import_goes_on_where_it_was(room: Room, steps: int, state: str, done: int) -> None:
    coop = await room.coop()
    file = sheet(*(first(f"mug-{nth}") for nth in range(120)), first("bad", "x"))
    begun = await coop.staff.post("/api/v1/imports", params={"coop_id": str(coop.id)}, content=file)
    import_id = begun.json()["id"]
    with pytest.raises(Crash):
        await CrashingImporter(room, steps).run(RunImport(import_id=UUID(import_id)))

    midway = await room.get(coop.staff, f"/api/v1/imports/{import_id}")
    assert (midway["state"], midway["rows_done"]) == (state, done)
    await room.settled()

    report = await room.get(coop.staff, f"/api/v1/imports/{import_id}")
    assert (report["state"], report["products_created"], report["rows_done"]) == ("done", 120, 121)
    assert len(await room.facts(PRODUCTS)) == 120
    assert await _pieces(room.database) == 0


async def _pieces(database: Database) -> int:
    async with database.reading() as session:
        return int(await session.scalar(text("SELECT count(*) FROM import_pieces")) or 0)


async def test_two_workers_on_one_import_do_it_once(room: Room) -> None:
    coop = await room.coop()
    file = sheet(*(first(f"mug-{nth}") for nth in range(120)))
    await coop.staff.post("/api/v1/imports", params={"coop_id": str(coop.id)}, content=file)
    async with room.database.reading() as session:
        import_id = await session.scalar(text("SELECT import_id FROM imports"))
    importer = Importer(room.database, load_categories(), room.worker.clock)

    await importer.run(RunImport(import_id=import_id))
    await importer.run(RunImport(import_id=import_id))
    await do_tasks(room.worker)

    assert len(await room.facts(PRODUCTS)) == 120


async def test_imports_are_listed_latest_first_with_a_cursor(room: Room) -> None:
    coop: CoopHere = await room.coop()
    for name in ("a.csv", "b.csv", "c.csv"):
        await room.imported(coop, sheet(first("mug")), name)

    page = await room.get(coop.staff, "/api/v1/imports", coop_id=str(coop.id), limit=2)
    rest = await room.get(coop.staff, "/api/v1/imports", coop_id=str(coop.id), cursor=page["next_cursor"])

    assert [one["filename"] for one in page["items"] + rest["items"]] == ["c.csv", "b.csv", "a.csv"]
    assert rest["next_cursor"] is None


async def test_a_co_op_heard_of_late_is_found_then(room: Room) -> None:
    coop = await room.coop()
    await room.imported(coop, sheet(first("mug")))

    await deliver(room.worker, heard.CoopReinstated(coop_id=coop.id, version=3, name="Sunset Bakers"))
    await deliver(room.worker, heard.CoopReinstated(coop_id=coop.id, version=2, name="Too late"))
    await room.settled()

    assert (await room.search("sunset"))["hits"][0]["coop"]["name"] == "Sunset Bakers"
