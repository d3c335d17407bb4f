"""The page for co-ops' developers is true: each of its examples is carried out, in the page's order."""

import httpx

from storefront.developers import COOP, EXAMPLES
from tests.catalog.conftest import Room
from tests.catalog.own_system import own_system


async def test_every_example_of_the_guide_does_what_it_says(room: Room) -> None:
    coop = await room.coop()
    system = own_system(room, coop)
    system.base_url = httpx.URL("http://toadlane.test/api/v1/")
    answers = {}

    for one in EXAMPLES:
        client = room.nobody if one.public else system
        url = f"http://toadlane.test/api/v1{one.path.replace(COOP, str(coop.id))}"
        answers[one.key] = await client.request(
            one.method, url, content=one.content(str(coop.id)) or None, headers=dict(one.headers)
        )
        if one.key != "feed":  # What it names is not there to be fetched.
            await room.settled()

    assert {key: answer.status_code for key, answer in answers.items()} == {
        "put": 201, "get": 200, "bulk": 200, "levels": 200, "list": 200, "archive": 204, "restore": 200, "changes": 200,
        "all-changes": 200, "upload": 202, "feed": 200,
    }  # fmt: skip
    assert [line.count('"problem"') for line in answers["bulk"].text.splitlines()] == [0, 0]
    assert answers["levels"].json()["refused"] == 0
    assert answers["restore"].json()["variants"][0]["price"]["amount"] == 460
    assert len(answers["changes"].json()["items"]) == 2
    report = await room.get(coop.staff, f"/api/v1/imports/{answers['upload'].json()['id']}")
    assert (report["origin"], report["state"], report["rows_rejected"]) == ("api", "done", 0)


async def test_every_example_is_an_operation_of_the_document(room: Room) -> None:
    document = (await room.nobody.get("/openapi")).json()
    known = {(method.upper(), path) for path, item in document["paths"].items() for method in item}

    for one in EXAMPLES:
        path = "/api/v1" + one.path.partition("?")[0].replace(COOP, "{coop_id}").replace("rye-loaf", "{external_id}")
        assert (one.method, path) in known


def test_a_command_is_one_that_a_shell_takes() -> None:
    [one] = [one for one in EXAMPLES if one.key == "bulk"]

    assert one.command("https://lane.example", "ID").split(" \\\n  ") == [
        "curl -X POST",
        '-H "Authorization: Bearer $TOAD_KEY"',
        '-H "Content-Type: application/x-ndjson"',
        '-H "Idempotency-Key: 2026-11-26-evening"',
        "--data-binary @loaves.jsonl",
        "'https://lane.example/api/v1/assortments/ID/products/bulk'",
    ]
