"""Operators suspend and reinstate; staff see why and what to do; everybody sees that, and no words."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.auth import Caller
from chassis.testing import do_tasks
from services.producers.coop import Reason
from services.producers.reasons import REASONS
from tests.producers.conftest import Room

WORDS = "Three shoppers told us that the bread was somebody else's."
STOPPING = {"reason": "rules_broken", "words": WORDS}


async def suspended(room: Room) -> dict[str, Any]:
    """A co-op that an operator has suspended, its mails so far forgotten."""
    coop = await room.admitted(room.as_account())
    await do_tasks(room.worker)
    room.mails.sent.clear()
    answer = await room.as_account(operator=True).post(f"/api/v1/coops/{coop['coop_id']}/suspend", json=STOPPING)
    assert answer.status_code == 200, answer.text
    return coop


def staff_of(room: Room, coop_id: str) -> Any:
    coop = UUID(coop_id)
    scopes = {coop: frozenset({"shop:read"})}
    return room.connect(Caller(id=uuid4(), kind="account", works_for={coop: "owner"}, scopes=scopes))


async def test_everybody_sees_that_a_co_op_is_suspended_and_nobody_the_words(room: Room) -> None:
    coop = await suspended(room)

    seen = (await room.as_nobody().get(f"/api/v1/coops/{coop['coop_id']}")).json()

    assert (seen["state"], seen["state_reason"]) == ("suspended", "rules_broken")
    assert seen["state_told"] == "The marketplace is looking into something about it."
    assert WORDS not in str(seen)


async def test_its_staff_see_why_and_what_to_do_and_get_mail(room: Room) -> None:
    coop = await suspended(room)

    seen = (await staff_of(room, coop["coop_id"]).get(f"/api/v1/coops/{coop['coop_id']}/standing")).json()

    assert (seen["state"], seen["words"], seen["by_operator"]) == ("suspended", WORDS, True)
    assert seen["to_do"]
    await do_tasks(room.worker)
    [mail] = room.mails.sent
    assert mail["subject"] == "Your shop on Toad Lane is closed for now"
    assert WORDS in mail["text"]
    assert "What is paid stays paid" in mail["text"]


@pytest.mark.parametrize("who", ["nobody", "a shopper", "another co-op's staff"])
async def test_the_words_are_for_nobody_else(room: Room, who: str) -> None:
    coop = await suspended(room)
    asking = {
        "nobody": room.as_nobody(),
        "a shopper": room.as_account(),
        "another co-op's staff": staff_of(room, str(uuid4())),
    }[who]

    assert (await asking.get(f"/api/v1/coops/{coop['coop_id']}/standing")).status_code == 404
    assert (await staff_of(room, coop["coop_id"]).get(f"/api/v1/coops/{coop['coop_id']}/standing")).status_code == 200


@pytest.mark.parametrize("decision", ["suspend", "reinstate"])
async def test_only_operators_decide(room: Room, decision: str) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]

    for asking in (room.as_nobody(), room.as_account(), staff_of(room, coop_id)):
        answer = await asking.post(f"/api/v1/coops/{coop_id}/{decision}", json={**STOPPING, "reason": "mended"})
        assert answer.status_code in (403, 422)
        answer = await asking.post(f"/api/v1/coops/{coop_id}/{decision}", json=STOPPING)
        assert answer.status_code in (403, 422)

    assert (await room.as_nobody().get(f"/api/v1/coops/{coop_id}")).json()["state"] == "admitted"


async def test_a_reinstated_co_op_is_told_so(room: Room) -> None:
    coop = await suspended(room)
    operator = room.as_account(operator=True)

    answer = await operator.post(f"/api/v1/coops/{coop['coop_id']}/reinstate", json={"words": "Thank you."})

    assert (answer.json()["state"], answer.json()["reason"]) == ("admitted", "mended")
    await do_tasks(room.worker)
    assert {mail["subject"] for mail in room.mails.sent} >= {"You sell on Toad Lane again"}


async def test_co_ops_are_listed_by_their_state(room: Room) -> None:
    coop = await suspended(room)
    await room.admitted(room.as_account(), "sunset.coop")
    anybody = room.as_nobody()

    async def listed(**asked: str) -> list[str]:
        return [one["slug"] for one in (await anybody.get("/api/v1/coops", params=asked)).json()["items"]]

    assert coop["domain"] == "sunrise.coop"
    assert await listed() == ["sunrise", "sunset"]
    assert await listed(state="suspended") == ["sunrise"]
    assert await listed(state="admitted") == ["sunset"]


async def test_a_suspension_without_a_reason_is_refused(room: Room) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]

    for body in ({}, {"reason": "rules_broken"}, {"reason": "mended", "words": WORDS}):
        answer = await room.as_account(operator=True).post(f"/api/v1/coops/{coop_id}/suspend", json=body)
        assert answer.status_code == 422


def test_every_reason_is_told_in_words() -> None:
    assert REASONS.keys() == set(Reason)
