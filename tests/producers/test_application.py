"""Applying: who may, with what, and for which domain."""

import asyncio
from uuid import uuid4

import pytest

from tests.producers.conftest import DETAILS, Room


async def test_an_application_is_kept_under_the_canonical_name_and_is_its_applicants_own(room: Room) -> None:
    ann = room.as_account()

    application = await room.applied(ann, "ＳｕｎＲｉｓｅ。coop", country="gb")

    assert application["domain"] == "sunrise.coop"
    assert (application["state"], application["challenge"], application["evidence"]) == ("applied", None, [])
    assert application["country"] == "GB"
    own = await ann.get(f"/api/v1/applications/{application['id']}")
    assert own.json() == application
    stranger = await room.as_account().get(f"/api/v1/applications/{application['id']}")
    assert stranger.status_code == 404


async def test_nobody_applies_without_an_account(room: Room) -> None:
    answer = await room.as_nobody().post("/api/v1/applications", json={**DETAILS, "domain": "sunrise.coop"})

    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_required")


async def test_whoever_applies_has_confirmed_their_address(room: Room) -> None:
    client = room.as_account(email_verified=False)

    answer = await client.post("/api/v1/applications", json={**DETAILS, "domain": "sunrise.coop"})

    assert (answer.status_code, answer.json()["code"]) == (403, "address_not_verified")
    assert "Open the link in the mail" in answer.json()["detail"]


async def test_a_name_that_cannot_enrol_is_refused_with_its_reason(room: Room) -> None:
    answer = await room.as_account().post("/api/v1/applications", json={**DETAILS, "domain": "shop.sunrise.coop"})

    assert (answer.status_code, answer.json()["code"]) == (422, "domain_refused")
    assert answer.json()["errors"][0]["field"] == "domain"
    assert "sunrise.coop itself" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("legal_name", ""),
        ("legal_name", "x" * 201),
        ("city", "Roch\0dale"),
        ("country", "GBR"),
        ("contact_email", "ann"),
        ("contact_email", "ann@sunrise.coop\nBcc: all@example.org"),
        ("contact_name", "Ann\r\nTweedale"),
        ("makes", None),
        ("domain", 7),
    ],
)
async def test_a_malformed_field_is_named(room: Room, field: str, value: object) -> None:
    form = {**DETAILS, "domain": "sunrise.coop", field: value}

    answer = await room.as_account().post("/api/v1/applications", json=form)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["errors"][0]["field"] == field


async def test_a_domain_has_one_active_application_whoever_asks_and_however_often(room: Room) -> None:
    ann = room.as_account()
    application = await room.applied(ann)

    again = await ann.post("/api/v1/applications", json={**DETAILS, "domain": "SUNRISE.coop"})
    other = await room.as_account().post("/api/v1/applications", json={**DETAILS, "domain": "sunrise.coop"})

    assert (again.status_code, again.json()["code"]) == (409, "domain_taken")
    assert again.json()["application_id"] == application["id"]
    assert (other.status_code, other.json()["code"]) == (409, "domain_taken")
    assert "application_id" not in other.json()


async def test_of_ten_who_apply_at_the_same_moment_one_is_taken(room: Room) -> None:
    answers = await asyncio.gather(
        *(room.as_account().post("/api/v1/applications", json={**DETAILS, "domain": "sunrise.coop"}) for _ in range(10))
    )

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9


async def test_an_application_never_proved_gives_way_after_seven_days(room: Room) -> None:
    squatter, ann = room.as_account(), room.as_account()
    squatted = await room.applied(squatter)
    room.later(days=7, seconds=1)

    await room.applied(ann)

    given_way = (await squatter.get(f"/api/v1/applications/{squatted['id']}")).json()
    assert given_way["state"] == "refused"
    assert "seven days" in given_way["decision_reason"]


async def test_a_proved_application_gives_way_to_nobody(room: Room) -> None:
    await room.proved(room.as_account())
    room.later(days=30)

    answer = await room.as_account().post("/api/v1/applications", json={**DETAILS, "domain": "sunrise.coop"})

    assert answer.status_code == 409


async def test_an_operator_sees_all_applications_and_an_account_its_own(room: Room) -> None:
    ann, ben, operator = room.as_account(), room.as_account(), room.as_account(operator=True)
    first, second = await room.applied(ann, "sunrise.coop"), await room.applied(ben, "sunset.coop")

    of_ann = (await ann.get("/api/v1/applications")).json()
    page = (await operator.get("/api/v1/applications", params={"limit": 1})).json()
    rest = (await operator.get("/api/v1/applications", params={"cursor": page["next_cursor"]})).json()
    proved = (await operator.get("/api/v1/applications", params={"state": "proved"})).json()

    assert [item["id"] for item in of_ann["items"]] == [first["id"]]
    assert [item["id"] for item in page["items"] + rest["items"]] == [first["id"], second["id"]]
    assert rest["next_cursor"] is None
    assert proved["items"] == []


async def test_an_unknown_application_is_not_found(room: Room) -> None:
    for path in (f"/api/v1/applications/{uuid4()}", f"/api/v1/applications/{uuid4()}/check"):
        method = "POST" if path.endswith("check") else "GET"
        assert (await room.as_account().request(method, path)).status_code == 404
