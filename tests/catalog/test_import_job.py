"""The job of an import: what it says before it changes anything, how it decides, and that no other waits for it."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from chassis.auth import Caller
from chassis.outbox import relay
from chassis.testing import counting, deliver, do_tasks
from services.catalog.categories import load_categories
from services.catalog.imports.importing import FINISHED, MOVES, Import, ImportState
from services.catalog.imports.run_import import PRODUCTS_AT_ONCE, STEPS_A_TURN, Importer, RunImport
from tests.catalog.conftest import CoopHere, Room, form
from tests.catalog.heard import line, placed
from tests.catalog.merchant_files import item, rss
from tests.catalog.sheets import first, later, sheet, sized

JobReport = dict[str, Any]
IMPORTS = "/api/v1/imports"


async def begun(room: Room, coop: CoopHere, content: str | bytes, **params: Any) -> JobReport:
    answer = await coop.staff.post(IMPORTS, params={"coop_id": str(coop.id), **params}, content=content)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


async def looked_at(room: Room, coop: CoopHere, content: str | bytes, **params: Any) -> JobReport:
    """The report when everything that needs no word of staff is done."""
    told = await begun(room, coop, content, **params)
    await room.settled()
    return await room.get(coop.staff, f"{IMPORTS}/{told['id']}")


async def say(room: Room, coop: CoopHere, report: JobReport, word: str, **body: Any) -> JobReport:
    answer = await coop.staff.post(f"{IMPORTS}/{report['id']}/{word}", json=body)
    assert answer.status_code == 200, answer.text
    await room.settled()
    return await room.get(coop.staff, f"{IMPORTS}/{report['id']}")


async def shelf(room: Room) -> set[str]:
    """What shoppers see."""
    return {hit["slug"] for hit in (await room.search(limit=100))["hits"]}


def changes(report: JobReport) -> tuple[int, int, int]:
    return report["products_created"], report["products_updated"], report["products_unchanged"]


async def test_a_dry_run_says_what_it_would_do_and_does_nothing_until_it_is_told_to(room: Room) -> None:
    coop = await room.coop()
    await room.imported(coop, sheet(first("mug"), first("bowl")))
    facts = await room.facts("catalog.products")
    file = sheet(first("mug"), first("bowl", "5.00"), first("jug"), first("bad", "x"))

    report = await looked_at(room, coop, file, dry_run=True)

    assert (report["state"], report["rows_total"], report["rows_rejected"]) == ("ready", 4, 1)
    assert (report["planned_new"], report["planned_changed"], report["planned_unchanged"]) == (1, 1, 1)
    assert [(one["key"], one["outcome"]) for one in report["sample"]] == [
        ("jug", "new"),
        ("bowl", "changed"),
        ("mug", "unchanged"),
        ("bad", "rejected"),
    ]
    assert await room.facts("catalog.products") == facts
    assert changes(report) == (0, 0, 0)

    done = await say(room, coop, report, "commit")
    assert (done["state"], changes(done), done["rows_done"]) == ("done", (1, 1, 1), 4)
    assert await shelf(room) == {"mug", "bowl", "jug"}


async def test_all_or_nothing_takes_nothing_where_one_row_is_bad(room: Room) -> None:
    coop = await room.coop()
    bad, good = sheet(first("mug"), first("bad", "x")), sheet(first("mug"))

    refused = await looked_at(room, coop, bad, policy="all_or_nothing")
    dry = await looked_at(room, coop, bad, policy="all_or_nothing", dry_run=True)
    answer = await coop.staff.post(f"{IMPORTS}/{dry['id']}/commit", json={})

    assert (refused["state"], "1 row was rejected" in refused["failure"]) == ("failed", True)
    assert (dry["state"], answer.status_code, answer.json()["code"]) == ("ready", 409, "import_obstacle")
    assert await shelf(room) == set()
    assert (await say(room, coop, dry, "commit", policy="skip"))["state"] == "done"
    assert (await looked_at(room, coop, good, policy="all_or_nothing"))["state"] == "done"


async def test_hold_publishes_nothing_until_staff_say_so(room: Room) -> None:
    coop = await room.coop()
    await room.imported(coop, sheet(first("mug", "3.00")))
    file = sheet(first("mug", "4.00"), first("bowl"), first("draft", Status="draft"), first("bad", "x"))

    held = await looked_at(room, coop, file, policy="hold")

    assert held["state"] == "held_back"
    assert await shelf(room) == {"mug"}
    assert (await room.get(room.nobody, "/api/v1/products/mug"))["variants"][0]["price"]["amount"] == 300
    assert (await coop.staff.get("/api/v1/products/bowl")).json()["state"] == "draft"

    done = await say(room, coop, held, "publish")
    assert (done["state"], changes(done), done["rows_done"]) == ("done", (2, 1, 0), 4)
    assert await shelf(room) == {"mug", "bowl"}
    assert (await room.get(room.nobody, "/api/v1/products/mug"))["variants"][0]["price"]["amount"] == 400
    assert changes(await room.imported(coop, file)) == (0, 0, 3)


async def test_what_is_left_of_a_held_import_stays_a_draft(room: Room) -> None:
    coop = await room.coop()
    held = await looked_at(room, coop, sheet(first("mug")), policy="hold")

    assert (await say(room, coop, held, "cancel"))["state"] == "cancelled"
    assert await shelf(room) == set()


async def test_what_the_file_no_longer_has_is_taken_off_sale_if_asked_and_comes_back_with_a_later_one(
    room: Room,
) -> None:
    coop = await room.coop()
    await room.made(coop, "Made by hand")
    everything = sheet(*(first(name) for name in ("mug", "bowl", "jug")))
    await room.imported(coop, everything)

    kept = await looked_at(room, coop, sheet(first("mug"), first("bowl")))
    removed = await looked_at(room, coop, sheet(first("mug"), first("bowl")), remove_missing=True)

    assert (kept["products_removed"], kept["missing"]) == (0, 1)
    assert (removed["state"], removed["products_removed"]) == ("done", 1)
    assert await shelf(room) == {"made-by-hand", "mug", "bowl"}
    assert changes(await room.imported(coop, everything)) == (0, 1, 2)
    assert await shelf(room) == {"made-by-hand", "mug", "bowl", "jug"}


@pytest.mark.parametrize(
    "file",
    [sheet(first("mug-0")), sheet(*(first(f"mug-{nth}") for nth in range(19)), first("bad", "x"))],
    ids=["much", "doubtful"],
)
async def test_a_removal_that_looks_like_a_mistake_is_asked_about_first(room: Room, file: str) -> None:
    coop = await room.coop()
    await room.imported(coop, sheet(*(first(f"mug-{nth}") for nth in range(20))))

    asked = await looked_at(room, coop, file, remove_missing=True)

    assert (asked["state"], asked["asks_about_removal"], asked["products_removed"]) == ("ready", True, 0)
    assert len(await shelf(room)) == 20
    answer = await coop.staff.post(f"{IMPORTS}/{asked['id']}/commit", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "import_obstacle")
    done = await say(room, coop, asked, "commit", confirm_removal=True)
    assert (done["state"], done["products_removed"]) == ("done", asked["missing"])


async def test_rejected_rows_come_back_with_a_reason_whole_products_and_can_be_uploaded_again(room: Room) -> None:
    coop = await room.coop()
    file = sheet(sized("tee", "S"), later("tee", "M", "=1+1"), first("mug"), first("bowl", "-2", Tags="@x"))
    report = await room.imported(coop, file)

    content = (await coop.staff.get(f"{IMPORTS}/{report['id']}/rejected")).text
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))

    assert [(row["Handle"], row["Option1 Value"], row["Variant Price"], row["Tags"]) for row in rows] == [
        ("tee", "S", "20.00", ""),
        ("tee", "M", "'=1+1", ""),
        ("bowl", "Default Title", "'-2", "'@x"),
    ]
    assert [bool(row["Toad Lane: why not"]) for row in rows] == [False, True, True]
    again = await room.imported(coop, content)
    assert (again["rows_total"], again["rows_rejected"]) == (3, 2)
    assert {one["value"] for one in again["problems"]} == {"=1+1", "-2"}
    mended = await room.imported(coop, content.replace("'=1+1", "22.00").replace("'-2", "2.00"))
    assert (mended["rows_rejected"], changes(mended)) == (0, (1, 1, 0))
    tee = await room.get(room.nobody, "/api/v1/products/tee")
    assert [one["title"] for one in tee["variants"]] == ["S", "M"]


async def test_rejected_items_of_a_feed_come_back_as_a_feed_and_lines_as_lines(room: Room) -> None:
    coop = await room.coop()
    feed = await room.imported(coop, rss(item("mug"), item("cup & saucer", "1.234 EUR")))
    lines = await room.imported(
        coop, '{"id": "a", "title": "A", "price": "x"}\n{"id": "b", "title": "B", "price": 2}\n'
    )

    xml = (await coop.staff.get(f"{IMPORTS}/{feed['id']}/rejected")).text
    jsonl = (await coop.staff.get(f"{IMPORTS}/{lines['id']}/rejected")).text

    assert (await room.imported(coop, xml.replace("1.234", "1.23")))["products_created"] == 1
    assert (await room.imported(coop, jsonl.replace('"x"', '"3"')))["products_created"] == 1
    assert jsonl.count("\n") == xml.count("<item>") == 1


async def test_every_problem_and_every_product_can_be_taken_away_as_a_table(room: Room) -> None:
    coop = await room.coop()
    report = await room.imported(coop, sheet(first("blorp", Type="Blorps"), first("bad", "=cmd()")))

    problems = (await coop.staff.get(f"{IMPORTS}/{report['id']}/problems.csv")).text
    products = (await coop.staff.get(f"{IMPORTS}/{report['id']}/products.csv")).text
    page = await room.get(coop.staff, f"{IMPORTS}/{report['id']}/products", limit=1)
    rest = await room.get(coop.staff, f"{IMPORTS}/{report['id']}/products", after=page["next_cursor"])

    assert "3,Variant Price,'=cmd()," in problems
    assert "2,blorp,Blorp,new,1,Blorps" in products
    assert [one["key"] for one in page["items"] + rest["items"]] == ["blorp", "bad"]
    assert report["unplaced"] == ["Blorps"]


async def test_a_report_looks_for_no_outcome_that_there_is_none_of_and_tells_each_unplaced_word_once(
    room: Room,
) -> None:
    coop = await room.coop()
    told = [first(f"it-{number}", Type=word) for number, word in enumerate(["Zorps", "Blorps", "Zorps", "Blorps"])]
    report = await room.imported(coop, sheet(*told))
    async with counting(room.database) as seen:
        assert (await room.get(coop.staff, f"{IMPORTS}/{report['id']}"))["unplaced"] == ["Blorps", "Zorps"]

    assert len([sql for sql in seen.sql if "import_products.outcome = " in sql]) == 1, "there are new ones alone"


async def test_an_import_is_cancelled_at_any_point_and_says_how_far_it_got(room: Room) -> None:
    coop = await room.coop()
    file = sheet(*(first(f"mug-{nth}") for nth in range(120)))
    queued, half = await begun(room, coop, file), await begun(room, coop, file)
    importer = Importer(room.database, load_categories(), room.worker.clock)
    for _ in range(4):
        await importer.step(half["id"])

    for one in (queued, half, queued):
        answer = await coop.staff.post(f"{IMPORTS}/{one['id']}/cancel")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    await room.settled()

    report = await room.get(coop.staff, f"{IMPORTS}/{half['id']}")
    assert changes(report) == (PRODUCTS_AT_ONCE, 0, 0)
    assert report["rows_done"] == len(await room.facts("catalog.products")) == PRODUCTS_AT_ONCE
    done = await room.imported(coop, sheet(first("bowl")))
    late = await coop.staff.post(f"{IMPORTS}/{done['id']}/cancel")
    assert (late.status_code, late.json()["code"]) == (409, "not_possible_now")


class Overtaken(Importer):
    """Another worker reads the file to its end in the moment before it."""

    async def _read(self, seen: Import) -> bool:
        await Importer(self._database, self._categories, self._clock).step(seen.import_id)
        return await super()._read(seen)


async def test_a_worker_that_comes_late_changes_nothing(room: Room) -> None:
    coop = await room.coop()
    told = await begun(room, coop, sheet(first("mug")))

    await Overtaken(room.database, load_categories(), room.worker.clock).step(told["id"])
    await room.settled()

    report = await room.get(coop.staff, f"{IMPORTS}/{told['id']}")
    assert (report["state"], report["rows_total"], changes(report)) == ("done", 1, (1, 0, 0))


async def test_a_small_file_does_not_wait_for_another_co_ops_giant_one(room: Room) -> None:
    sunrise, harbour = await room.coop(), await room.coop("harbour")
    await begun(room, sunrise, sheet(*(first(f"mug-{nth}") for nth in range(600))))
    small = await begun(room, harbour, sheet(first("bowl")))
    turns = 0
    while (await room.get(harbour.staff, f"{IMPORTS}/{small['id']}"))["state"] != "done":
        await one_turn(room)
        turns += 1

    [giant] = (await room.get(sunrise.staff, IMPORTS, coop_id=str(sunrise.id)))["items"]
    assert turns == 2
    assert (giant["state"], giant["rows_done"]) == ("running", PRODUCTS_AT_ONCE * (STEPS_A_TURN - 5))


async def test_an_import_gives_way_after_each_step_with_nothing_held(room: Room) -> None:
    coop = await room.coop()
    told = await begun(room, coop, sheet(*(first(f"mug-{nth}") for nth in range(PRODUCTS_AT_ONCE + 1))))
    done: list[int] = []

    async def rest(took: float) -> None:
        assert took > 0
        # Fails where its row is still held.
        [row] = await room.database.fetch("SELECT products_done FROM imports FOR UPDATE NOWAIT")
        done.append(row["products_done"])

    importer = Importer(room.database, load_categories(), room.worker.clock, rest)
    await importer.run(RunImport(import_id=UUID(told["id"])))

    assert done == [0, 0, 0, PRODUCTS_AT_ONCE, PRODUCTS_AT_ONCE + 1], "read, checked, decided, taken, taken"


async def one_turn(room: Room) -> None:
    """As a worker takes it: the task that waits longest."""
    [claimed] = await room.worker.queue.claim(RunImport.kind, 1)
    await Importer(room.database, load_categories(), room.worker.clock).run(
        RunImport.model_validate_json(claimed.payload)
    )
    await room.worker.queue.done([claimed])


async def test_a_reservation_is_told_before_any_fact_of_an_import_has_left(room: Room) -> None:
    coop = await room.coop()
    mug = await room.made(coop)
    await room.facts("catalog.products")
    await begun(room, coop, sheet(*(first(f"mug-{nth}") for nth in range(100))))
    await do_tasks(room.worker)
    await deliver(room.worker, placed(line(mug)))

    await relay(room.database, room.bus, "catalog.reservations")

    assert len(room.bus.facts("catalog.reservations")) == 1
    assert len(room.bus.facts("catalog.products")) == 1


async def test_progress_is_told_as_it_is_made(room: Room) -> None:
    coop = await room.coop()
    report = await room.imported(coop, sheet(first("mug")))

    answer = await coop.staff.get(f"{IMPORTS}/{report['id']}/events")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.startswith("data: {")
    assert '"state":"done"' in answer.text


async def test_nobody_elses_import_is_decided_or_taken_away(room: Room) -> None:
    sunrise, harbour = await room.coop(), await room.coop("harbour")
    report = await looked_at(room, sunrise, sheet(first("mug")), dry_run=True)
    reader = room.connect(
        Caller(kind="key", works_for={sunrise.id: "key"}, scopes={sunrise.id: frozenset({"catalog:read"})})
    )

    for word in ("commit", "publish", "cancel"):
        assert (await harbour.staff.post(f"{IMPORTS}/{report['id']}/{word}", json={})).status_code == 404
        assert (await reader.post(f"{IMPORTS}/{report['id']}/{word}", json={})).status_code == 403
    for name in ("rejected", "problems.csv", "products.csv", "products", "events"):
        assert (await harbour.staff.get(f"{IMPORTS}/{report['id']}/{name}")).status_code == 404
        assert (await reader.get(f"{IMPORTS}/{report['id']}/{name}")).status_code == 200


async def test_a_co_op_has_so_many_imports_under_way_and_no_more_until_one_is_over(room: Room) -> None:
    sunrise, harbour = await room.coop(), await room.coop("harbour")
    params: dict[str, str | bool] = {"coop_id": str(sunrise.id), "dry_run": True}
    many = [await sunrise.staff.post(IMPORTS, params=params, content=sheet(first("mug"))) for _ in range(21)]
    others = await begun(room, harbour, sheet(first("mug")))
    await sunrise.staff.post(f"{IMPORTS}/{many[0].json()['id']}/cancel")
    again = await begun(room, sunrise, sheet(first("mug")))

    assert [answer.status_code for answer in many] == [202] * 20 + [409]
    assert many[-1].json()["code"] == "too_many_imports"
    assert others["id"] != again["id"]


async def test_gtin_and_weight_are_kept_also_when_staff_change_the_product(room: Room) -> None:
    coop = await room.coop()
    await room.imported(coop, "id,title,gtin,weight,price\nrye,Rye,4006381333931,1.5 kg,4.50\n")
    rye = await room.get(coop.staff, "/api/v1/products/rye")
    variants = [{"id": rye["variants"][0]["id"], "title": "", "price": {"amount": 500, "currency": "EUR"}}]

    changed = await coop.staff.put(
        f"/api/v1/products/{rye['id']}", json=form(coop, "Rye", variants=variants), headers={"if-match": "*"}
    )

    [one] = changed.json()["variants"]
    assert (one["price"]["amount"], one["gtin"], one["weight_grams"]) == (500, "04006381333931", 1500)


async def test_templates_are_handed_out_and_what_is_over_leaves_no_file_behind(room: Room) -> None:
    coop = await room.coop()
    for name in ("template.csv", "template.jsonl"):
        template = await coop.staff.get(f"{IMPORTS}/{name}")
        assert (await room.imported(coop, template.content))["state"] == "done"

    async with room.database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM import_pieces")) == 0
        assert await session.scalar(text("SELECT count(*) FROM import_rows")) == 0
        assert await session.scalar(text("SELECT count(draft) FROM import_products")) == 0


async def test_what_is_over_for_a_month_is_forgotten_and_what_nobody_decided_about_is_over(room: Room) -> None:
    coop = await room.coop()
    await room.imported(coop, sheet(first("mug"), first("bad", "x")))
    waiting = await looked_at(room, coop, sheet(first("mug"), first("bad", "x")), dry_run=True)

    def later() -> datetime:
        return room.worker.clock() + timedelta(days=31)

    importer = Importer(room.database, load_categories(), later)
    await importer.forget()
    async with room.database.reading() as session:
        kept = await session.scalar(text("SELECT count(*) FROM import_rows"))

    assert kept == 1  # That of the import which is over only now.
    assert (await room.get(coop.staff, f"{IMPORTS}/{waiting['id']}"))["state"] == "cancelled"


def test_every_state_but_the_last_ones_can_be_cancelled_and_none_is_left_hanging() -> None:
    assert set(MOVES) == set(ImportState)
    assert all(ImportState.CANCELLED in moves for state, moves in MOVES.items() if state not in FINISHED)
