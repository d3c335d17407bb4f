"""Questions and answers before a decision, an appeal after it: every step from every state."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from chassis.testing import do_tasks
from services.producers.application import TRANSITIONS, State, Step
from tests.producers.conftest import ADMISSION, Room

QUESTION = "Which law are you registered under?"


async def say(client: httpx.AsyncClient, application: dict[str, Any], what: str, words: str = "So.") -> httpx.Response:
    return await client.post(f"/api/v1/applications/{application['id']}/{what}", json={"words": words})


async def refused(room: Room, client: httpx.AsyncClient) -> dict[str, Any]:
    application = await room.proved(client)
    operator = room.as_account(operator=True)
    answer = await operator.post(f"/api/v1/applications/{application['id']}/refuse", json={"reason": "No co-op."})
    assert answer.status_code == 200
    await do_tasks(room.worker)
    return dict(answer.json())


async def decisions(room: Room, application: dict[str, Any]) -> list[str]:
    operator = room.as_account(operator=True)
    found = await operator.get("/api/v1/audit/entries", params={"subject": application["id"]})
    return [one["what"] for one in reversed(found.json()["items"])]


async def test_an_operator_asks_and_the_applicant_answers(room: Room) -> None:
    ann, operator = room.as_account(), room.as_account(operator=True)
    application = await room.proved(ann)

    asked = (await say(operator, application, "questions", QUESTION)).json()
    await do_tasks(room.worker)
    [question] = asked["questions"]
    answered = (await say(ann, application, f"questions/{question['id']}/answer", "The Act of 2014.")).json()

    assert (asked["state"], answered["state"]) == ("asked", "proved")
    assert [(one["words"], one["answer"]) for one in answered["questions"]] == [(QUESTION, "The Act of 2014.")]
    assert QUESTION in room.mails.sent[-1]["text"]
    assert (await decisions(room, application))[-2:] == ["asked", "answered"]


async def test_it_is_read_again_only_when_every_question_is_answered_and_an_answer_stands(room: Room) -> None:
    ann, operator = room.as_account(), room.as_account(operator=True)
    application = await room.proved(ann)
    await say(operator, application, "questions", "One?")
    questions = (await say(operator, application, "questions", "Two?")).json()["questions"]

    half = (await say(ann, application, f"questions/{questions[0]['id']}/answer", "First.")).json()
    await say(ann, application, f"questions/{questions[0]['id']}/answer", "Changed my mind.")
    whole = (await say(ann, application, f"questions/{questions[1]['id']}/answer", "Second.")).json()

    assert (half["state"], whole["state"]) == ("asked", "proved")
    assert [one["answer"] for one in whole["questions"]] == ["First.", "Second."]


async def test_an_unproved_application_is_not_asked(room: Room) -> None:
    application = await room.applied(room.as_account())

    answer = await say(room.as_account(operator=True), application, "questions")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_proved")


async def test_a_refusal_says_until_when_it_can_be_appealed(room: Room) -> None:
    application = await refused(room, room.as_account())

    assert application["appeal_open_until"] == "2026-12-23T12:00:00Z"
    assert "you can appeal until 23 December 2026" in room.mails.sent[-1]["text"]


async def test_an_upheld_appeal_is_read_once_more_and_may_be_admitted(room: Room) -> None:
    ann, operator = room.as_account(), room.as_account(operator=True)
    application = await refused(room, ann)
    room.later(days=29)

    appealed = (await say(ann, application, "appeal", "We are one: see the register.")).json()
    upheld = (await say(operator, application, "appeal/uphold", "You are right.")).json()
    again = (await say(operator, application, "appeal/uphold", "Twice.")).json()
    admitted = await operator.post(f"/api/v1/applications/{application['id']}/admit", json=ADMISSION)

    assert (appealed["state"], appealed["appeal"]["words"]) == ("appealed", "We are one: see the register.")
    assert (upheld["state"], upheld["decided_at"], upheld["appeal"]["answer"]) == ("proved", None, "You are right.")
    assert again == upheld
    assert admitted.json()["state"] == "admitted"
    await do_tasks(room.worker)
    assert any("You are right." in mail["text"] for mail in room.mails.sent)
    assert (await decisions(room, application))[-5:] == ["refused", "appealed", "appeal_upheld", "verified", "admitted"]


async def test_a_dismissed_appeal_is_the_end_and_the_domain_is_free(room: Room) -> None:
    ann, operator = room.as_account(), room.as_account(operator=True)
    application = await refused(room, ann)
    await say(ann, application, "appeal")

    dismissed = (await say(operator, application, "appeal/dismiss", "It is a company.")).json()

    assert (dismissed["state"], dismissed["appeal"]["answer"]) == ("dismissed", "It is a company.")
    for what, client in (("appeal", ann), ("appeal/uphold", operator)):
        assert (await say(client, application, what)).json()["code"] == "already_decided"
    await do_tasks(room.worker)
    assert "the refusal stands" in room.mails.sent[-1]["text"]
    assert (await room.applied(ann))["id"] != application["id"]


async def test_an_appeal_holds_the_domain(room: Room) -> None:
    ann = room.as_account()
    await say(ann, await refused(room, ann), "appeal")

    answer = await room.as_account().post("/api/v1/applications", json={"domain": "sunrise.coop"})
    assert answer.status_code == 422
    with pytest.raises(AssertionError, match="domain_taken"):
        await room.applied(room.as_account())


async def test_an_appeal_comes_too_late_after_thirty_days_or_when_the_domain_was_applied_for_since(room: Room) -> None:
    ann = room.as_account()
    application = await refused(room, ann)
    room.later(days=30)
    assert (await say(ann, application, "appeal")).json()["code"] == "appeal_closed"

    room.later(days=-30)
    await room.applied(room.as_account())
    assert (await say(ann, application, "appeal")).json()["code"] == "domain_taken"


async def test_what_merely_gave_way_is_applied_for_again_and_not_appealed(room: Room) -> None:
    ann = room.as_account()
    application = await room.applied(ann)
    room.later(days=8)
    await room.applied(room.as_account())

    assert (await say(ann, application, "appeal")).status_code == 409


async def test_each_side_speaks_for_itself(room: Room) -> None:
    ann, operator, ben = room.as_account(), room.as_account(operator=True), room.as_account()
    application = await room.proved(ann)
    asked = (await say(operator, application, "questions", QUESTION)).json()
    answer = f"questions/{asked['questions'][0]['id']}/answer"

    for client in (ann, ben, room.as_nobody()):
        assert (await say(client, application, "questions")).status_code == 403
        assert (await say(client, application, "appeal/uphold")).status_code == 403
        assert (await say(client, application, "appeal/dismiss")).status_code == 403
    for client in (operator, ben):
        assert (await say(client, application, answer)).status_code == 404
        assert (await say(client, application, "appeal")).status_code == 404
    assert (await say(ann, application, f"questions/{uuid4()}/answer")).json()["code"] == "question_not_found"
    assert (await say(ann, application, answer)).status_code == 200


def test_no_step_leads_out_of_an_end_and_every_state_is_reached() -> None:
    reached = {after for row in TRANSITIONS.values() for after in row.values()}
    assert reached | {State.APPLIED} == set(State)
    leave = {state for row in TRANSITIONS.values() for state, after in row.items() if state is not after}
    assert {State.ADMITTED, State.DISMISSED}.isdisjoint(leave)
    assert set(TRANSITIONS) == set(Step)
