"""Bundles from every side: by the form, one by one, in bulk and by files; and what is refused, each with its reason."""

from typing import Any

import httpx
import orjson
import pytest

from services.catalog.stock.bundling import MOST_COLONS, keys_of
from tests.catalog.conftest import CoopHere, Room
from tests.catalog.own_system import own_system
from tests.catalog.tills import STOCK, euros, level_of, variant_of

Json = dict[str, Any]


@pytest.fixture
def system(room: Room, coop: CoopHere) -> httpx.AsyncClient:
    return own_system(room, coop)


@pytest.fixture
async def shelf(room: Room, coop: CoopHere) -> dict[str, Json]:
    """A loaf, a shirt in two sizes, something archived, and what another co-op has."""
    sizes = [{"options": {"Size": size}, "price": euros(3200), "stock": 4} for size in ("Medium", "Large")]
    return {
        "loaf": await room.made(coop, "Loaf", stock=9, external_id="loaf"),
        "shirt": await room.made(coop, "Shirt", external_id="shirt: best", variants=sizes),
        "old": await room.made(coop, "Old", external_id="old", state="archived"),
        "box": await room.made(coop, "Box", stock=3, external_id="box"),
        "theirs": await room.made(await room.coop("other"), "Theirs", external_id="theirs"),
    }


def bundled(external_id: str, *parts: Json, **more: Any) -> Json:
    variant = {"price": euros(900), "parts": list(parts)} | more
    return {"external_id": external_id, "title": external_id, "category": "food", "variants": [variant]}


async def put(coop: CoopHere, product: Json, *parts: Json) -> httpx.Response:
    url = f"{STOCK}/{variant_of(product)}/parts"
    return await coop.staff.put(url, json={"parts": list(parts)}, headers={"If-Match": "*"})


async def in_bulk(system: httpx.AsyncClient, *lines: Json) -> list[Json]:
    answer = await system.post("products/bulk", content=b"\n".join(map(orjson.dumps, lines)))
    return [orjson.loads(line) for line in answer.text.splitlines()]


async def made_of(room: Room, key: str) -> list[tuple[str, int]]:
    product = await room.get(room.nobody, f"/api/v1/products/{key}")
    return [(part["title"], part["quantity"]) for part in product["variants"][0]["parts"]]


@pytest.mark.usefixtures("shelf")
async def test_parts_go_by_the_co_ops_own_names(room: Room, system: httpx.AsyncClient) -> None:
    body = bundled("set", {"name": "loaf", "quantity": 2}, {"name": "shirt: best: large"})
    answer = await system.put(f"products/{body.pop('external_id')}", json=body)

    assert answer.status_code == 201, answer.text
    assert await made_of(room, "set") == [("Loaf", 2), ("Shirt · Large", 1)]
    parts = answer.json()["variants"][0]["parts"]
    assert [part["slug"] for part in parts] == ["loaf", "shirt"]
    assert answer.json()["variants"][0]["available"] == 4


async def test_a_variant_becomes_a_bundle_by_itself_and_something_by_itself_again(
    room: Room, coop: CoopHere, shelf: dict[str, Json]
) -> None:
    box = shelf["box"]
    part = {"variant_id": variant_of(shelf["loaf"]), "quantity": 3}
    made = await put(coop, box, part)
    assert (made.status_code, made.json()["variants"][0]["policy"]) == (200, "bundle")
    assert (await level_of(room, coop, box))["available"] == 3

    undone = await put(coop, box)
    assert undone.json()["variants"][0]["policy"] == "deny"
    assert (await level_of(room, coop, box))["on_hand"] == 0, "none, and not as many as anybody likes"
    assert not await room.database.fetch("SELECT FROM bundle_parts")
    stale = await coop.staff.put(
        f"{STOCK}/{variant_of(box)}/parts", json={"parts": [part]}, headers={"If-Match": '"1"'}
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")


WRONG: dict[str, tuple[Json, str]] = {
    "unknown": ({"name": "nothing"}, "Your shop has no “nothing”."),
    "several": ({"name": "shirt: best"}, "“shirt: best” comes in several choices: name one, as “shirt: best: Medium”."),
    "another co-op’s name": ({"name": "theirs"}, "Your shop has no “theirs”."),
    "another co-op’s": ({"variant_id": "theirs"}, "This is another co-op’s."),
    "archived": ({"name": "old"}, "“old” is archived. List it again, or leave it out."),
    "a bundle": ({"name": "bundle"}, "“bundle” is a bundle itself: name what it is made of."),
    "itself": ({"name": "box"}, "A bundle is no part of itself."),
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_cannot_be_a_part_is_refused_with_its_reason(
    room: Room, coop: CoopHere, shelf: dict[str, Json], name: str
) -> None:
    await room.made(coop, "Bundle", external_id="bundle", variants=bundled("", {"name": "loaf"})["variants"])
    part, sentence = WRONG[name]
    if "variant_id" in part:
        part = {"variant_id": variant_of(shelf[part["variant_id"]])}

    answer = await put(coop, shelf["box"], {"name": "loaf"}, part)

    assert (answer.status_code, answer.json()["code"]) == (422, "not_a_part")
    assert (answer.json()["detail"], answer.json()["errors"][0]["field"]) == (sentence, "parts.1")
    assert (await level_of(room, coop, shelf["box"]))["available"] == 3


async def test_a_part_is_no_bundle_and_is_not_named_twice(room: Room, coop: CoopHere, shelf: dict[str, Json]) -> None:
    await put(coop, shelf["box"], {"name": "loaf"})

    a_part = await put(coop, shelf["loaf"], {"name": "shirt: best: Large"})
    twice = await put(coop, shelf["box"], {"name": "loaf"}, {"variant_id": variant_of(shelf["loaf"])})

    assert a_part.json()["detail"] == "It is a part of “Box”, so that it cannot be a bundle itself."
    assert twice.json()["detail"] == "“loaf” is named twice: give one quantity."


async def test_a_part_that_was_archived_since_stays_where_it_is(
    room: Room, coop: CoopHere, shelf: dict[str, Json]
) -> None:
    await put(coop, shelf["box"], {"name": "loaf"})
    await coop.staff.delete(f"/api/v1/products/{shelf['loaf']['id']}")

    again = await put(coop, shelf["box"], {"name": "loaf", "quantity": 2})

    assert again.status_code == 200
    [part] = again.json()["variants"][0]["parts"]
    assert (part["title"], part["quantity"], part["slug"]) == ("Loaf", 2, None)


@pytest.mark.usefixtures("shelf")
async def test_bundles_are_sent_in_bulk_beside_what_they_are_made_of(room: Room, system: httpx.AsyncClient) -> None:
    new = {"external_id": "bun", "title": "Bun", "category": "food", "variants": [{"price": euros(90), "stock": 8}]}
    lines = [
        bundled("set", {"name": "bun", "quantity": 4}, {"name": "loaf"}),
        bundled("set-of-sets", {"name": "set"}),
        bundled("wrong", {"name": "nothing"}),
        new,
        bundled("pair", {"name": "bun", "quantity": 2}),
    ]
    answers = await in_bulk(system, *lines)

    assert [one["status"] for one in answers] == [201, 422, 422, 201, 201]
    assert answers[1]["problem"]["detail"] == "“set” is a bundle itself: name what it is made of."
    assert answers[2]["problem"]["errors"][0]["field"] == "variants.0.parts.0"
    assert await made_of(room, "set") == [("Loaf", 1), ("Bun", 4)]
    assert await made_of(room, "pair") == [("Bun", 2)]

    again = await in_bulk(system, *lines)
    assert [one["outcome"] for one in again] == ["unchanged", "rejected", "rejected", "unchanged", "unchanged"]
    assert again[0]["version"] == answers[0]["version"]
    lines[4]["variants"][0]["parts"][0]["quantity"] = 3
    [more] = await in_bulk(system, lines[4])
    assert (more["outcome"], more["version"]) == ("changed", answers[4]["version"] + 1)


@pytest.mark.usefixtures("shelf")
async def test_a_bundle_becomes_something_by_itself_in_bulk(room: Room, system: httpx.AsyncClient) -> None:
    await in_bulk(system, bundled("set", {"name": "loaf"}))

    [same] = await in_bulk(system, bundled("set") | {"variants": [{"price": euros(900)}]})
    [alone] = await in_bulk(system, bundled("set", policy="deny", stock=4))

    assert (same["outcome"], alone["outcome"]) == ("unchanged", "changed")
    assert not await room.database.fetch("SELECT FROM bundle_parts")
    assert (await room.get(room.nobody, "/api/v1/products/set"))["variants"][0]["available"] == 4


FILE = """id,title,price,stock,parts,option1_name,option1_value
set,Set,9.00,,"2 x bun, shirt\\, best: Large",,
bun,Bun,0.90,8,,,
"shirt, best",Shirt,32.00,4,,Size,Medium
"shirt, best",,32.00,4,,Size,Large
crate,Crate,20.00,,1 x set,,
lost,Lost,5.00,,1 x nothing,,
none,None,5.00,,0 x bun,,
"""


async def test_files_tell_bundles_wherever_their_parts_stand(room: Room, coop: CoopHere) -> None:
    report = await room.imported(coop, FILE)

    told = {one["line"]: one["reason"] for one in report["problems"]}
    assert told == {
        6: "“set” is a bundle itself: name what it is made of.",
        7: "Your shop has no “nothing”.",
        8: "Of one part a bundle may have from 1 to 1,000.",
    }
    assert (report["products_created"], report["rows_rejected"]) == (3, 3)
    assert await made_of(room, "set") == [("Bun", 2), ("Shirt · Large", 1)]
    assert (await room.imported(coop, FILE))["products_unchanged"] == 3


async def test_a_dry_run_and_an_import_of_all_or_nothing_know_which_bundles_cannot_be(
    room: Room, coop: CoopHere
) -> None:
    """What a bundle is made of may stand behind it in the file, and one bundle is no part of another."""
    report = await room.imported(coop, FILE, dry_run=True)
    assert (report["planned_new"], report["rows_rejected"], report["products_created"]) == (3, 3, 0)
    mended = await coop.staff.get(f"/api/v1/imports/{report['id']}/rejected")
    assert [line.split(",")[0] for line in mended.text.splitlines()[1:]] == ["crate", "lost", "none"]

    refused = await room.imported(coop, FILE, policy="all_or_nothing")
    assert (refused["state"], refused["products_created"]) == ("failed", 0)


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
@pytest.mark.usefixtures("shelf")
async def test_bundles_come_back_from_an_export_as_they_went(
    room: Room, coop: CoopHere, system: httpx.AsyncClient, kind: str
) -> None:
    await in_bulk(system, bundled("set", {"name": "loaf", "quantity": 2}, {"name": "shirt: best: Large"}))
    exported = await coop.staff.get(f"/api/v1/exports/catalogue.{kind}", params={"coop_id": str(coop.id)})

    report = await room.imported(coop, exported.content, f"catalogue.{kind}")
    assert (report["products_unchanged"], report["rows_rejected"]) == (5, 0), report
    edited = exported.text.replace("2 x loaf", "3 x loaf")
    assert edited != exported.text
    assert (await room.imported(coop, edited, f"catalogue.{kind}"))["products_updated"] == 1
    assert await made_of(room, "set") == [("Loaf", 3), ("Shirt · Large", 1)]


async def test_a_file_that_says_nothing_of_parts_leaves_a_bundle_a_bundle(
    room: Room, coop: CoopHere, shelf: dict[str, Json]
) -> None:
    await put(coop, shelf["box"], {"name": "loaf"})

    await room.imported(coop, "id,title,price,stock,policy\nbox,Box,9.50,4,deny\n")

    assert await made_of(room, "box") == [("Loaf", 1)]
    assert (await level_of(room, coop, shelf["box"]))["policy"] == "bundle"


@pytest.mark.parametrize("word", ["none", "None"])
async def test_a_file_makes_a_bundle_something_by_itself_by_saying_so(
    room: Room, coop: CoopHere, shelf: dict[str, Json], word: str
) -> None:
    """A blank leaves it what it is, as with everything that staff may have said at the desk."""
    header = "id,title,price,stock,parts\n"
    await room.imported(coop, f"{header}box,Box,9.50,4,\n")
    await put(coop, shelf["box"], {"name": "loaf"})

    await room.imported(coop, f"{header}box,Box,9.60,4,\n")
    assert await made_of(room, "box") == [("Loaf", 1)]

    report = await room.imported(coop, f"{header}box,Box,9.60,4,{word}\n")
    level = await level_of(room, coop, shelf["box"])
    assert (report["products_updated"], level["policy"], level["on_hand"]) == (1, "deny", 4)
    assert not await room.database.fetch("SELECT FROM bundle_parts")
    assert (await room.imported(coop, f"{header}box,Box,9.60,4,{word}\n"))["products_unchanged"] == 1


async def test_what_is_by_itself_again_may_be_a_part_of_what_stands_in_the_same_file(
    room: Room, coop: CoopHere, shelf: dict[str, Json]
) -> None:
    await put(coop, shelf["box"], {"name": "loaf"})

    report = await room.imported(coop, "id,title,price,stock,parts\ncrate,Crate,20,,2 x box\nbox,Box,9.60,4,none\n")

    assert (report["rows_rejected"], report["problems"]) == (0, [])
    assert await made_of(room, "crate") == [("Box", 2)]


async def test_a_bundle_that_became_impossible_since_it_was_checked_is_among_the_rows_to_mend(
    room: Room, coop: CoopHere, shelf: dict[str, Json]
) -> None:
    """Its other variant is no bundle, and comes back with it: mended, the file holds the whole product."""
    file = (
        "id,title,price,parts,option1_name,option1_value\n"
        "set,Set,9.00,2 x loaf,Size,Small\nset,,18.00,,Size,Large\nset,,x,,Size,Huge\n"
        "pair,Pair,7.00,2 x box,,\n"
    )
    waiting = await room.imported(coop, file, dry_run=True)
    url = f"/api/v1/imports/{waiting['id']}"
    assert len((await coop.staff.get(f"{url}/rejected")).text.splitlines()) == 4, "one row, and its siblings"
    await coop.staff.delete(f"/api/v1/products/{shelf['loaf']['id']}")
    await coop.staff.post(f"{url}/commit", json={})
    await room.settled()

    report = await room.get(coop.staff, url)
    assert (report["rows_total"], report["rows_done"], report["rows_rejected"]) == (4, 4, 3)
    assert report["products_created"] == 1
    mend = (await coop.staff.get(f"{url}/rejected")).text.splitlines()[1:]
    assert [line.split(",")[0] for line in mend] == ["set"] * 3
    assert ["List it again, or leave it out." in line for line in mend] == [True, True, False]
    kept = await room.database.fetch("SELECT key FROM import_rows")
    assert {row["key"] for row in kept} == {"set"}, "what was taken is not kept"


def test_a_name_of_nothing_but_colons_is_looked_up_a_few_times() -> None:
    assert list(keys_of("gid://shop/1: Large")) == ["gid://shop/1: Large", "gid", "gid://shop/1"]
    assert len(list(keys_of(":" * 255))) == MOST_COLONS + 1
    assert ":" * 255 in keys_of(":" * 255), "without the bound there would be one for each of them"
