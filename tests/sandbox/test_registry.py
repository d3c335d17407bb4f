"""The registry's stand-in: RDAP for demo names, and trouble on request."""

import time

import httpx
import pytest

from sandbox.registry.situations import SITUATIONS
from tests.sandbox.box import HTTP, Box


def say(box: Box, name: str, **told: object) -> None:
    HTTP.put(f"{box.url}/registry/{name}", json=told).raise_for_status()


def ask(box: Box, name: str) -> httpx.Response:
    return HTTP.get(f"{box.url}/rdap/domain/{name}")


def test_every_demo_name_is_registered_and_active(box: Box) -> None:
    found = ask(box, "Sunrise.coop")

    assert found.headers["content-type"] == "application/rdap+json"
    assert (found.json()["ldhName"], found.json()["status"]) == ("sunrise.coop", ["active"])
    for missing in ("example.org", "a.b.coop", "coop"):
        assert ask(box, missing).status_code == 404


def test_its_bootstrap_file_names_itself(box: Box) -> None:
    file = HTTP.get(f"{box.url}/rdap/dns.json").json()

    [[entries, [base]]] = file["services"]
    assert entries == ["coop"]
    assert HTTP.get(f"{base}domain/sunrise.coop").json()["status"] == ["active"]


@pytest.mark.parametrize("name", [key for key in SITUATIONS if key not in {"slow", "in_order"}])
def test_each_situation_shows_and_is_over_when_it_is_put_in_order(box: Box, name: str) -> None:
    situation = SITUATIONS[name][1]
    say(box, "trouble.coop", situation=name)

    found = ask(box, "trouble.coop")

    assert found.status_code == situation.status
    if found.status_code == 200:
        assert found.json()["status"] == list(situation.statuses)
        told = {event["eventAction"]: event["eventDate"] for event in found.json()["events"]}
        assert all(told[action] > "2026" for action in situation.events)
    assert found.headers.get("retry-after") == (None if situation.retry_after is None else str(situation.retry_after))
    HTTP.delete(f"{box.url}/registry/trouble.coop")
    assert ask(box, "trouble.coop").json()["status"] == ["active"]


def test_trouble_may_be_spelled_out_and_may_be_the_registrys_own(box: Box) -> None:
    say(box, "spelled.coop", statuses=["server hold", "x"], events={"transfer": "2026-01-01T00:00:00Z"}, seconds=0.3)
    started = time.monotonic()
    assert ask(box, "spelled.coop").json()["status"] == ["server hold", "x"]
    assert time.monotonic() - started > 0.3

    say(box, "*", status=503, retry_after=7)
    assert [ask(box, name).headers["retry-after"] for name in ("spelled.coop", "other.coop")] == ["7", "7"]
    HTTP.delete(f"{box.url}/registry/*")
    assert ask(box, "other.coop").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b'{"situation": "fine"}', b'{"statuses": 3}', b'{"status": 99}', b'{"status": "x"}',
        b'{"events": {"transfer": "soon"}}', b'{"nonsense": 1}',
    ],
)  # fmt: skip
def test_what_it_does_not_understand_is_refused(box: Box, body: bytes) -> None:
    assert HTTP.put(f"{box.url}/registry/odd.coop", content=body).status_code == 422
    assert ask(box, "odd.coop").json()["status"] == ["active"]


@pytest.mark.parametrize("name", ["example.org", "coop", "shop.sunrise.coop"])
def test_only_registered_names_get_into_trouble(box: Box, name: str) -> None:
    assert HTTP.put(f"{box.url}/registry/{name}", json={"situation": "on_hold"}).status_code == 422


def test_a_person_makes_trouble_and_ends_it_on_the_page(box: Box) -> None:
    with httpx.Client(base_url=box.url, follow_redirects=True) as person:
        page = person.post("/registry", data={"name": "by-hand.coop", "situation": "on_hold"})
        assert "by-hand.coop" in page.text
        assert ask(box, "by-hand.coop").json()["status"] == ["server hold"]
        page = person.post("/registry", data={"name": "by-hand.coop", "situation": "in_order"})
        assert "by-hand.coop" not in page.text
        problem = person.post("/registry", data={"name": "shop.by-hand.coop", "situation": "on_hold"})

    assert problem.status_code == 422
    assert "below a registered name" in problem.text


def test_trouble_outlives_the_process(own_box: Box) -> None:
    say(own_box, "kept.coop", situation="on_hold")
    own_box.kill()
    own_box.start()

    assert ask(own_box, "kept.coop").json()["status"] == ["server hold"]
