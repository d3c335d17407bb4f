"""A co-op that may not sell appeals: an owner writes, an operator answers, and a reinstatement upholds it."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from chassis.auth import Caller
from chassis.testing import do_tasks
from tests.producers.conftest import Room

STOPPING = {"reason": "details_missing", "words": "Your tax number is somebody else's."}
WORDS = "It is ours: see the letter that we sent."


async def suspended(room: Room, owner: httpx.AsyncClient) -> str:
    coop_id = (await room.admitted(owner))["coop_id"]
    await room.as_account(operator=True).post(f"/api/v1/coops/{coop_id}/suspend", json=STOPPING)
    await do_tasks(room.worker)
    return f"/api/v1/coops/{coop_id}"


async def say(client: httpx.AsyncClient, path: str, words: str = WORDS) -> httpx.Response:
    return await client.post(path, json={"words": words})


def last(answer: httpx.Response) -> dict[str, Any]:
    return dict(answer.json()["appeals"][0])


async def test_a_stopped_co_op_appeals_and_the_appeal_waits_for_an_operator(room: Room) -> None:
    ann, operator = room.as_account(), room.as_account(operator=True)
    coop = await suspended(room, ann)
    assert "/desk/sunrise/standing" in room.mails.sent[-1]["text"]

    appealed = await say(ann, f"{coop}/appeals")

    assert (appealed.status_code, last(appealed)["words"], last(appealed)["decided_at"]) == (201, WORDS, None)
    [waiting] = (await operator.get("/api/v1/appeals")).json()["items"]
    assert (waiting["name"], waiting["state"], waiting["words"]) == ("Sunrise Bakers", "suspended", WORDS)
    again = await say(ann, f"{coop}/appeals")
    assert (again.status_code, again.json()["code"]) == (409, "appeal_open")


async def test_a_dismissed_appeal_is_answered_by_mail_and_leaves_room_for_another(room: Room) -> None:
    ann, operator = room.as_account(), room.as_account(operator=True)
    coop = await suspended(room, ann)
    await say(ann, f"{coop}/appeals")

    dismissed = await say(operator, f"{coop}/appeals/dismiss", "The letter is unsigned.")

    assert (last(dismissed)["upheld"], last(dismissed)["answer"]) == (False, "The letter is unsigned.")
    assert dismissed.json()["state"] == "suspended"
    await do_tasks(room.worker)
    assert "The letter is unsigned." in room.mails.sent[-1]["text"]
    assert (await say(operator, f"{coop}/appeals/dismiss")).json()["code"] == "no_appeal"
    assert (await say(ann, f"{coop}/appeals", "Here it is, signed.")).status_code == 201


async def test_to_reinstate_a_co_op_upholds_its_appeal(room: Room) -> None:
    ann, operator = room.as_account(), room.as_account(operator=True)
    coop = await suspended(room, ann)
    await say(ann, f"{coop}/appeals")

    back = await operator.post(f"{coop}/reinstate", json={"reason": "appeal_upheld", "words": "You were right."})

    assert (back.json()["state"], last(back)["upheld"], last(back)["answer"]) == ("admitted", True, "You were right.")
    assert (await operator.get("/api/v1/appeals")).json()["items"] == []
    assert (await say(ann, f"{coop}/appeals")).json()["code"] == "nothing_to_appeal"
    found = await operator.get("/api/v1/audit/entries", params={"subject": coop.rpartition("/")[2]})
    assert [one["what"] for one in found.json()["items"]][:3] == ["reinstated", "appealed", "suspended"]


async def test_only_its_owners_appeal_and_only_operators_answer(room: Room) -> None:
    ann, ben = room.as_account(), room.as_account()
    coop = await suspended(room, ann)
    await room.admitted(ben, "sunset.coop")
    claims = room.connect(Caller(id=uuid4(), kind="account", works_for={UUID(coop.rpartition("/")[2]): "owner"}))

    for client in (ben, room.as_account(), room.as_account(operator=True), claims):
        assert (await say(client, f"{coop}/appeals")).status_code == 404
    assert (await say(room.as_nobody(), f"{coop}/appeals")).status_code == 401
    for client in (ann, ben, room.as_nobody()):
        assert (await say(client, f"{coop}/appeals/dismiss")).status_code == 403
        assert (await client.get("/api/v1/appeals")).status_code == 403
    assert (await say(ann, f"{coop}/appeals")).status_code == 201
