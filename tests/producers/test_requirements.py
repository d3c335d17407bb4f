"""What has to be so before an admission: computed, attested or verified; waived or overridden only on record."""

from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from chassis.testing import public_key_pem
from services.producers.requirements import CODES
from services.producers.settings import Settings
from tests.producers.conftest import ADMISSION, DETAILS, STATED, Room


async def send(client: httpx.AsyncClient, **stated: Any) -> httpx.Response:
    return await client.post("/api/v1/applications", json={**DETAILS, "domain": "sunrise.coop", **stated})


def states(application: dict[str, Any]) -> dict[str, str]:
    return {one["code"]: one["state"] for one in application["requirements"]}


async def recorded(room: Room, application: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    operator = room.as_account(operator=True)
    found = await operator.get("/api/v1/audit/entries", params={"subject": application["id"]})
    return [(one["what"], one["why"], one["said"]) for one in reversed(found.json()["items"])]


@pytest.mark.parametrize(("eligibility", "told"), [("CA", "Its member co-ops are welcome"), ("CS", "serves co-op")])
async def test_who_does_not_sell_is_told_why_at_once(room: Room, eligibility: str, told: str) -> None:
    answer = await send(room.as_account(), eligibility=eligibility)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "class_cannot_sell")
    assert (problem["errors"][0]["field"], told in problem["detail"]) == ("eligibility", True)


async def test_what_a_co_op_controls_names_its_co_op_and_shows_it_by_a_paper(room: Room) -> None:
    ann = room.as_account()

    assert (await send(ann, eligibility="CC")).json()["code"] == "controlling_coop_missing"
    answer = await send(ann, eligibility="CC", controlled_by="Rochdale Pioneers, Register 1844")

    assert (answer.status_code, states(answer.json())["eligible"]) == (201, "open")


async def test_the_checklist_fills_as_the_applicant_states_and_certifies(room: Room) -> None:
    ann = room.as_account()
    application = (await send(ann)).json()
    assert states(application) == {**dict.fromkeys(CODES, "open"), "eligible": "met"}

    path = f"/api/v1/applications/{application['id']}/seller"
    half = (await ann.put(path, json={**STATED, "bank_holder": ""})).json()
    whole = (await ann.put(path, json={**STATED, "certifies": True})).json()

    assert (states(half)["seller_identity"], states(half)["self_certified"]) == ("open", "open")
    assert (states(whole)["seller_identity"], states(whole)["self_certified"]) == ("met", "met")
    assert whole["certified_at"] == "2026-11-23T12:00:00Z"
    assert [what for what, _, _ in await recorded(room, application)] == ["applied", "stated", "stated"]


async def test_nobody_is_admitted_while_something_is_open(room: Room) -> None:
    application = await room.proved(room.as_account())
    operator, path = room.as_account(operator=True), f"/api/v1/applications/{application['id']}/admit"

    answer = await operator.post(path, json={"note": "Welcome!"})

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["requirements"]) == (409, "requirements_open", ["papers_read"])
    assert (await operator.get(f"/api/v1/applications/{application['id']}")).json()["state"] == "proved"
    assert (await operator.post(path, json=ADMISSION)).json()["state"] == "admitted"


async def test_only_what_is_for_an_operator_to_verify_is_verified(room: Room) -> None:
    ann, operator = room.as_account(), room.as_account(operator=True)
    application = await room.proved(ann, bank_holder="")

    answer = await operator.post(
        f"/api/v1/applications/{application['id']}/admit", json={"verified": ["papers_read", "seller_identity"]}
    )

    assert answer.json()["requirements"] == ["seller_identity"]


async def test_a_requirement_is_waived_with_a_reason_on_record(room: Room) -> None:
    application = await room.proved(room.as_account(), tax_id="")
    operator = room.as_account(operator=True)
    waiver = {"requirement": "seller_identity", "words": "Their state knows no tax numbers."}

    waived = (await operator.post(f"/api/v1/applications/{application['id']}/waivers", json=waiver)).json()
    await operator.post(f"/api/v1/applications/{application['id']}/waivers", json=waiver)
    admitted = await operator.post(f"/api/v1/applications/{application['id']}/admit", json=ADMISSION)

    assert (states(waived)["seller_identity"], admitted.json()["state"]) == ("waived", "admitted")
    assert [one for one in await recorded(room, application) if one[0] == "waived"] == [
        ("waived", "seller_identity", "Their state knows no tax numbers.")
    ]


async def test_an_override_needs_a_note_and_is_on_record(room: Room) -> None:
    application = await room.proved(room.as_account(), tax_id="")
    operator, path = room.as_account(operator=True), f"/api/v1/applications/{application['id']}/admit"

    silent = await operator.post(path, json={"override": True})
    spoken = await operator.post(path, json={"override": True, "note": "Known for thirty years."})

    assert (silent.json()["code"], spoken.json()["state"]) == ("requirements_open", "admitted")
    assert ("overridden", "seller_identity,papers_read", "Known for thirty years.") in await recorded(room, application)


async def test_what_was_stated_stays_once_it_is_decided(room: Room) -> None:
    ann = room.as_account()
    application = await room.admitted(ann)

    answer = await ann.put(f"/api/v1/applications/{application['id']}/seller", json=STATED)

    assert answer.json()["code"] == "already_decided"


async def test_each_side_does_its_own(room: Room) -> None:
    ann, operator, ben = room.as_account(), room.as_account(operator=True), room.as_account()
    path = f"/api/v1/applications/{(await room.proved(ann))['id']}"
    waiver = {"requirement": "papers_read", "words": "So."}

    for client in (operator, ben):
        assert (await client.put(f"{path}/seller", json=STATED)).status_code == 404
    for client in (ann, ben, room.as_nobody()):
        assert (await client.post(f"{path}/waivers", json=waiver)).status_code == 403
    unknown = await operator.post(f"{path}/waivers", json={**waiver, "requirement": "shoe_size"})
    assert unknown.json()["code"] == "requirement_not_found"


def test_a_marketplace_may_ask_for_less_and_a_slip_of_the_hand_is_found() -> None:
    def settings(requirements: str) -> Settings:
        return Settings.model_validate(
            {
                "database_url": "postgresql://unused",
                "internal_public_key": public_key_pem(),
                "webhook_key": "w" * 32,
                "demo": True,
                "requirements": requirements,
            }
        )

    assert settings("domain_proved, papers_read").requirements == ("domain_proved", "papers_read")
    with pytest.raises(ValidationError, match="unknown: shoe_size"):
        settings("shoe_size")


async def test_what_an_operator_verified_says_when(room: Room) -> None:
    admitted = await room.admitted(room.as_account())

    when = {one["code"]: one["at"] for one in admitted["requirements"]}

    assert when == {**dict.fromkeys(CODES), "papers_read": "2026-11-23T12:00:00Z"}
