"""The operators' decision, and what follows from it."""

from uuid import UUID, uuid4

import httpx
import pytest

from chassis.testing import do_tasks, ship
from tests.producers.conftest import ADMISSION, STATED, Room


async def decide(client: httpx.AsyncClient, application: dict[str, str], decision: str) -> httpx.Response:
    body = ADMISSION if decision == "admit" else {"reason": "Not a co-operative."}
    return await client.post(f"/api/v1/applications/{application['id']}/{decision}", json=body)


async def test_an_admitted_co_op_is_public_with_its_proof_and_told_as_facts(room: Room) -> None:
    account_id = uuid4()

    application = await room.admitted(room.as_account(account_id))

    coop = (await room.as_nobody().get("/api/v1/coops/sunrise")).json()
    assert coop["id"] == application["coop_id"]
    assert (coop["name"], coop["domain"], coop["state"]) == ("Sunrise Bakers", "sunrise.coop", "admitted")
    assert coop["proof"]["method"] == "dns_txt"
    assert coop["proof"]["resolvers"] == ["192.0.2.1:53"]
    assert (coop["seller"]["email"], coop["seller"]["register_number"]) == ("ann@sunrise.coop", "1844")
    assert not [private for private in ("Tweedale", STATED["tax_id"], "bank") if private in str(coop)]
    await ship(room.worker)
    [admitted] = room.bus.facts("producers.coops")
    [joined] = room.bus.facts("producers.members")
    assert admitted.type == "producers.CoopAdmitted"
    assert admitted.data["slug"] == "sunrise"
    assert joined.type == "producers.MemberJoined"
    assert joined.data == {"version": 1, "coop_id": coop["id"], "account_id": str(account_id), "role": "owner"}


async def test_facts_carry_no_personal_data(room: Room) -> None:
    await room.admitted(room.as_account())
    await ship(room.worker)

    told = str(room.bus.topics)
    for personal in ("Tweedale", "ann@", "1706", "31 Toad Lane"):
        assert personal not in told


async def test_being_admitted_twice_is_no_error_and_happens_once(room: Room) -> None:
    application = await room.admitted(room.as_account())

    again = await decide(room.as_account(operator=True), application, "admit")

    assert again.json() == application
    await ship(room.worker)
    assert len(room.bus.facts("producers.coops")) == 1


async def test_a_name_that_may_pass_for_another_waits_for_an_operators_word(room: Room) -> None:
    application = await room.proved(room.as_account(), "exаmple.coop")
    path, operator = f"/api/v1/applications/{application['id']}/admit", room.as_account(operator=True)

    wordless = await operator.post(path, json={**ADMISSION, "note": " "})
    looked_at = await operator.post(path, json={**ADMISSION, "note": "The letters are those of its bylaws."})

    assert (wordless.status_code, wordless.json()["code"]) == (409, "name_held")
    assert (looked_at.status_code, looked_at.json()["domain_shown"]) == (200, "xn--exmple-4nf.coop")


async def test_nobody_is_admitted_before_the_domain_is_proved(room: Room) -> None:
    application = await room.applied(room.as_account())

    answer = await decide(room.as_account(operator=True), application, "admit")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_proved")


@pytest.mark.parametrize("decision", ["admit", "refuse"])
async def test_only_operators_decide(room: Room, decision: str) -> None:
    ann = room.as_account()
    application = await room.proved(ann)

    assert (await decide(ann, application, decision)).status_code == 403
    assert (await decide(room.as_nobody(), application, decision)).status_code == 403
    assert (await ann.get(f"/api/v1/applications/{application['id']}")).json()["state"] == "proved"


async def test_no_operator_admits_what_they_applied_for_themselves(room: Room) -> None:
    ann = uuid4()
    application = await room.proved(room.as_account(ann))

    own = await decide(room.as_account(ann, operator=True), application, "admit")
    another = await decide(room.as_account(operator=True), application, "admit")

    assert (own.status_code, own.json()["code"]) == (403, "own_application")
    assert another.status_code == 200


async def test_an_admitted_co_op_cannot_be_refused_nor_a_refused_one_admitted(room: Room) -> None:
    operator = room.as_account(operator=True)
    admitted = await room.admitted(room.as_account(), "sunrise.coop")
    refused = await room.proved(room.as_account(), "sunset.coop")
    await decide(operator, refused, "refuse")

    for application, decision in ((admitted, "refuse"), (refused, "admit")):
        answer = await decide(operator, application, decision)
        assert (answer.status_code, answer.json()["code"]) == (409, "already_decided")


async def test_who_was_refused_is_told_why_and_may_apply_again(room: Room) -> None:
    ann = room.as_account()
    application = await room.proved(ann)

    await decide(room.as_account(operator=True), application, "refuse")

    await do_tasks(room.worker)
    [mail] = room.mails.sent
    assert mail["to"] == "ann@sunrise.coop"
    assert "Not a co-operative." in mail["text"]
    assert (await room.applied(ann))["id"] != application["id"]


async def test_who_was_admitted_is_welcomed_by_mail(room: Room) -> None:
    await room.admitted(room.as_account())

    await do_tasks(room.worker)

    [mail] = room.mails.sent
    assert "Welcome!" in mail["text"]
    assert "http://127.0.0.1:8000/desk" in mail["text"]


async def test_slugs_come_from_the_domain_or_from_the_name_where_the_domain_has_other_letters(room: Room) -> None:
    await room.admitted(room.as_account(), "olive.coop")
    await room.admitted(room.as_account(), "straße.coop", trading_name="Olive")
    await room.admitted(room.as_account(), "молоко.coop", trading_name="Молоко")

    listed = (await room.as_nobody().get("/api/v1/coops")).json()

    assert [coop["slug"] for coop in listed["items"]] == ["coop", "olive", "olive-2"]


async def test_co_ops_are_listed_page_by_page(room: Room) -> None:
    for domain in ("b.coop", "a.coop", "c.coop"):
        await room.admitted(room.as_account(), domain)
    anybody = room.as_nobody()

    first = (await anybody.get("/api/v1/coops", params={"limit": 2})).json()
    second = (await anybody.get("/api/v1/coops", params={"limit": 2, "cursor": first["next_cursor"]})).json()

    assert [coop["slug"] for coop in first["items"]] == ["a", "b"]
    assert [coop["slug"] for coop in second["items"]] == ["c"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("name", ["sunset", str(UUID(int=0)), "%00", "a%2Fb"])
async def test_an_unknown_co_op_is_not_found(room: Room, name: str) -> None:
    assert (await room.as_nobody().get(f"/api/v1/coops/{name}")).status_code == 404
