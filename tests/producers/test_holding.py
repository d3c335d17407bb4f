"""A domain has one holder here at a time; when it changes hands, nothing of the former co-op's goes with it."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy.exc import IntegrityError

from chassis.testing import do_tasks
from services.producers.application import locked
from tests.producers.conftest import DETAILS, STATED, Room

OPERATOR_WORDS = {"reason": "under_review", "words": "We look into something."}
APPLYING = {**DETAILS, **STATED, "domain": "sunrise.coop"}


async def daily_check(room: Room) -> None:
    room.later(days=1, hours=6)
    for timer in room.worker.timers:
        await timer.run()
    await do_tasks(room.worker)


async def lapsed(room: Room, ann: httpx.AsyncClient) -> str:
    """A co-op whose domain is not registered any more."""
    coop_id: str = (await room.admitted(ann))["coop_id"]
    room.registry.forget("sunrise.coop")
    await daily_check(room)
    assert (await shown(room, coop_id))["state"] == "lapsed"
    room.registry.say("sunrise.coop")
    return coop_id


async def shown(room: Room, coop: str) -> dict[str, Any]:
    return dict((await room.as_nobody().get(f"/api/v1/coops/{coop}")).json())


async def proves_again(room: Room, client: httpx.AsyncClient, coop_id: str) -> httpx.Response:
    issued = await client.post(f"/api/v1/applications/{coop_id}/challenge")
    assert issued.status_code == 201, issued.text
    room.resolver.hold(issued.json()["record_value"])
    return await client.post(f"/api/v1/applications/{coop_id}/check")


async def test_a_lapsed_co_op_lets_go_of_its_domain_and_of_nothing_else(room: Room) -> None:
    ann, ben = room.as_account(), room.as_account()
    former = await lapsed(room, ann)

    newcomer = (await room.admitted(ben, trading_name="Dawn Bakers"))["coop_id"]

    old, new = await shown(room, "sunrise"), await shown(room, newcomer)
    assert (old["id"], old["state"], old["name"]) == (former, "lapsed", "Sunrise Bakers")
    assert (new["slug"], new["state"], new["name"]) == ("sunrise-2", "admitted", "Dawn Bakers")
    told = (await room.as_nobody().get("/api/v1/verify", params={"domain": "sunrise.coop"})).json()
    assert told["coop"]["id"] == newcomer
    for path in (f"/api/v1/applications/{former}", f"/api/v1/coops/{former}/standing"):
        assert (await ben.get(path)).status_code == 404


async def test_a_suspended_co_op_keeps_its_domain(room: Room) -> None:
    ann = room.as_account()
    coop_id = (await room.admitted(ann))["coop_id"]
    await room.as_account(operator=True).post(f"/api/v1/coops/{coop_id}/suspend", json=OPERATOR_WORDS)

    answer = await room.as_account().post("/api/v1/applications", json=APPLYING)

    assert (answer.status_code, answer.json()["code"]) == (409, "domain_taken")


async def test_also_a_co_op_that_an_operator_has_stopped_lets_go_of_a_domain_that_is_gone(room: Room) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]
    await room.as_account(operator=True).post(f"/api/v1/coops/{coop_id}/suspend", json=OPERATOR_WORDS)
    room.registry.forget("sunrise.coop")
    await daily_check(room)
    room.registry.say("sunrise.coop")

    assert (await room.admitted(room.as_account()))["coop_id"] != coop_id
    assert (await shown(room, coop_id))["state"] == "suspended"


async def test_a_former_holder_who_proves_the_domain_again_comes_before_one_who_never_did(room: Room) -> None:
    ann, ben = room.as_account(), room.as_account()
    coop_id = await lapsed(room, ann)
    squatter = (await room.applied(ben))["id"]

    await proves_again(room, ann, coop_id)
    await daily_check(room)

    assert (await shown(room, coop_id))["state"] == "admitted"
    assert (await ben.get(f"/api/v1/applications/{squatter}")).json()["state"] == "refused"


async def test_between_two_who_have_proved_it_an_operator_decides(room: Room) -> None:
    ann, ben, operator = room.as_account(), room.as_account(), room.as_account(operator=True)
    coop_id = await lapsed(room, ann)
    other = (await room.proved(ben))["id"]

    await proves_again(room, ann, coop_id)
    await daily_check(room)

    assert (await shown(room, coop_id))["state"] == "lapsed"
    back = await operator.post(f"/api/v1/coops/{coop_id}/reinstate", json={})
    assert (back.status_code, back.json()["code"]) == (409, "domain_held_by_another")
    await operator.post(f"/api/v1/applications/{other}/refuse", json={"reason": "The domain was lent to you."})
    assert (await operator.post(f"/api/v1/coops/{coop_id}/reinstate", json={})).json()["state"] == "admitted"


async def test_a_domain_that_was_registered_anew_brings_no_shop_back_by_itself(room: Room) -> None:
    """Its new holder reads the mail that went to the old one, and so may well sign in with the old account."""
    ann, operator = room.as_account(), room.as_account(operator=True)
    coop_id = await lapsed(room, ann)
    room.registry.say("sunrise.coop", "active", registration=room.now - timedelta(hours=1))
    await daily_check(room)

    await proves_again(room, ann, coop_id)
    await daily_check(room)

    assert (await shown(room, coop_id))["state"] == "lapsed"
    told = (await operator.get(f"/api/v1/coops/{coop_id}/standing")).json()
    assert told["registered_anew_at"] is not None
    back = (await operator.post(f"/api/v1/coops/{coop_id}/reinstate", json={"reason": "proved_again"})).json()
    assert (back["state"], back["registered_anew_at"]) == ("admitted", None)
    await daily_check(room)
    assert (await shown(room, coop_id))["state"] == "admitted"


async def two_refused(room: Room) -> tuple[tuple[httpx.AsyncClient, str], ...]:
    """Two who were refused with one domain, and may both still appeal."""
    operator, refused = room.as_account(operator=True), []
    for client in (room.as_account(), room.as_account()):
        path = f"/api/v1/applications/{(await room.proved(client))['id']}"
        await operator.post(f"{path}/refuse", json={"reason": "No."})
        refused.append((client, path))
    return tuple(refused)


async def test_of_two_appeals_and_an_application_at_one_instant_one_is_taken(room: Room) -> None:
    (ann, hers), (ben, his) = await two_refused(room)

    answers = await asyncio.gather(
        ann.post(f"{hers}/appeal", json={"words": "We are one."}),
        ben.post(f"{his}/appeal", json={"words": "So are we."}),
        room.as_account().post("/api/v1/applications", json=APPLYING),
    )

    assert sorted(answer.status_code // 100 for answer in answers) == [2, 4, 4]
    assert {answer.json()["code"] for answer in answers if answer.is_error} == {"domain_taken"}


async def test_without_being_alone_with_the_domain_the_second_appeal_breaks(room: Room) -> None:
    """The negative control: the same two appeals, each taken without asking who else is at it."""
    ids = [UUID(path.rpartition("/")[2]) for _, path in await two_refused(room)]
    both_looked = asyncio.Barrier(2)

    async def appeal(application_id: UUID) -> None:
        async with room.database.transaction() as session:
            application = await locked(session, application_id)
            await both_looked.wait()
            application.appeal(at=room.now, words="We are one.")

    outcomes = await asyncio.gather(*map(appeal, ids), return_exceptions=True)

    assert [type(one) for one in outcomes if one is not None] == [IntegrityError]


async def joined(room: Room, coop_id: str) -> tuple[UUID, httpx.AsyncClient]:
    account = uuid4()
    await room.database.fetch(
        "INSERT INTO memberships (coop_id, account_id, role, email, joined_at) VALUES ($1, $2, 'owner', '', $3)",
        UUID(coop_id), account, room.now,
    )  # fmt: skip
    return account, room.as_account(account)


async def left(room: Room, coop_id: str, account: UUID) -> None:
    sql = "DELETE FROM memberships WHERE coop_id = $1 AND account_id = $2"
    await room.database.fetch(sql, UUID(coop_id), account)


async def test_any_owner_proves_the_domain_again_also_when_the_applicant_has_left(room: Room) -> None:
    applicant = uuid4()
    ann = room.as_account(applicant)
    coop_id = (await room.admitted(ann))["coop_id"]
    _, cleo = await joined(room, coop_id)
    await left(room, coop_id, applicant)
    room.later(days=30)

    proved = await proves_again(room, cleo, coop_id)

    assert proved.status_code == 200, proved.text
    assert (await shown(room, coop_id))["proof"]["proved_at"] == room.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [one["id"] for one in (await cleo.get("/api/v1/applications")).json()["items"]] == [coop_id]
    assert (await ann.post(f"/api/v1/applications/{coop_id}/challenge")).status_code == 404
    assert (await ann.get("/api/v1/applications")).json()["items"] == []


async def test_a_token_of_an_owner_who_has_left_since_proves_nothing(room: Room) -> None:
    ann = room.as_account()
    coop_id = (await room.admitted(ann))["coop_id"]
    account, cleo = await joined(room, coop_id)
    issued = await cleo.post(f"/api/v1/applications/{coop_id}/challenge")
    room.resolver.hold(issued.json()["record_value"])
    await left(room, coop_id, account)

    answer = await ann.post(f"/api/v1/applications/{coop_id}/check")

    assert answer.json()["code"] == "proof_not_found"


@pytest.mark.parametrize("who", ["nobody", "a shopper", "another co-op's owner"])
async def test_nobody_else_proves_it(room: Room, who: str) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]
    other = room.as_account()
    await room.admitted(other, "sunset.coop")
    asking = {"nobody": room.as_nobody(), "a shopper": room.as_account(), "another co-op's owner": other}[who]

    for what in ("challenge", "check"):
        assert (await asking.post(f"/api/v1/applications/{coop_id}/{what}")).status_code in (401, 404)
    assert "Welcome!" not in (await asking.get(f"/api/v1/applications/{coop_id}")).text
