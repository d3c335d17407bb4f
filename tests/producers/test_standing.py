"""Where a co-op stands: every move from every state, told as a fact, and who outranks whom."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.errors import NotFound
from chassis.testing import ship
from services.producers import standing
from services.producers.coop import Coop, CoopState, Reason, locked_coop
from services.producers.holding import DomainHeldByAnother
from services.producers.standing import TRANSITIONS, Move
from tests.producers.conftest import Room

HOUSE = None
OPERATOR, COLLEAGUE = uuid4(), uuid4()


async def move(room: Room, coop_id: str, what: Move, why: Reason, by: UUID | None, words: str | None = None) -> bool:
    told = {Move.SUSPEND: standing.suspend, Move.REINSTATE: standing.reinstate, Move.LAPSE: standing.lapse}[what]
    async with room.database.transaction() as session:
        coop = await locked_coop(session, UUID(coop_id))
        return await told(session, coop, why=why, by=by, now=room.now, words=words)


async def stands(room: Room, coop_id: str) -> Coop:
    async with room.database.reading() as session:
        return await session.get_one(Coop, UUID(coop_id))


async def told(room: Room) -> list[tuple[str, Any, Any]]:
    await ship(room.worker)
    facts = room.bus.facts("producers.coops")
    return [(fact.type.partition(".")[2], fact.data["version"], fact.data.get("reason")) for fact in facts]


async def test_a_co_op_is_suspended_reinstated_and_lapsed_each_told_as_a_fact(room: Room) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]

    assert await move(room, coop_id, Move.SUSPEND, Reason.DOMAIN_ON_HOLD, HOUSE)
    assert await move(room, coop_id, Move.REINSTATE, Reason.MENDED, HOUSE)
    assert await move(room, coop_id, Move.LAPSE, Reason.DOMAIN_GONE, HOUSE)

    assert await told(room) == [
        ("CoopAdmitted", 1, None),
        ("CoopSuspended", 2, "domain_on_hold"),
        ("CoopReinstated", 3, "mended"),
        ("CoopLapsed", 4, "domain_gone"),
    ]


async def test_a_fact_carries_the_whole_public_state_and_nobodys_words(room: Room) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]
    room.later(days=3)

    await move(room, coop_id, Move.SUSPEND, Reason.RULES_BROKEN, OPERATOR, words="Ann sold somebody else's bread.")

    await ship(room.worker)
    admitted, suspended = (fact.data for fact in room.bus.facts("producers.coops"))
    assert suspended == {
        **admitted,
        "version": 2,
        "state": "suspended",
        "reason": "rules_broken",
        "since": "2026-11-26T12:00:00Z",
    }
    assert (await stands(room, coop_id)).state_words == "Ann sold somebody else's bread."


@pytest.mark.parametrize("what", Move)
async def test_being_told_twice_changes_nothing(room: Room, what: Move) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]
    if what is Move.REINSTATE:
        await move(room, coop_id, Move.SUSPEND, Reason.UNDER_REVIEW, OPERATOR)
    assert await move(room, coop_id, what, Reason.UNDER_REVIEW, OPERATOR)
    before = await told(room)

    assert not await move(room, coop_id, what, Reason.NOT_ELIGIBLE, COLLEAGUE)
    assert not await move(room, coop_id, what, Reason.NOT_ELIGIBLE, HOUSE)

    assert await told(room) == before


def test_every_move_is_decided_for_every_state() -> None:
    assert {(move, state) for move, row in TRANSITIONS.items() for state in row} == {
        (move, state) for move in Move for state in CoopState
    }


@pytest.mark.parametrize("what", [Move.REINSTATE, Move.LAPSE])
async def test_what_an_operator_has_stopped_no_daily_check_moves(room: Room, what: Move) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]
    await move(room, coop_id, Move.SUSPEND, Reason.RULES_BROKEN, OPERATOR)

    assert not await move(room, coop_id, what, Reason.MENDED, HOUSE)

    assert (await stands(room, coop_id)).state == "suspended"
    assert await move(room, coop_id, what, Reason.MENDED, COLLEAGUE)


@pytest.mark.parametrize("first", [Move.SUSPEND, Move.LAPSE])
async def test_an_operator_who_confirms_the_houses_decision_makes_it_their_own(room: Room, first: Move) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]
    await move(room, coop_id, first, Reason.PROOF_EXPIRED, HOUSE)
    state = (await stands(room, coop_id)).state

    assert await move(room, coop_id, Move.SUSPEND, Reason.RULES_BROKEN, OPERATOR)

    after = await stands(room, coop_id)
    assert (after.state, after.state_reason, after.state_by) == (state, "rules_broken", OPERATOR)
    assert not await move(room, coop_id, Move.REINSTATE, Reason.PROVED_AGAIN, HOUSE)


async def test_a_co_op_whose_domain_is_anothers_by_now_does_not_come_back(room: Room) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]
    await move(room, coop_id, Move.LAPSE, Reason.DOMAIN_GONE, HOUSE)
    await room.admitted(room.as_account(), trading_name="Sunset Bakers")

    with pytest.raises(DomainHeldByAnother, match="Sunset Bakers"):
        await move(room, coop_id, Move.REINSTATE, Reason.MENDED, OPERATOR)


async def test_a_co_op_nobody_knows_cannot_be_moved(room: Room) -> None:
    with pytest.raises(NotFound):
        await move(room, str(uuid4()), Move.SUSPEND, Reason.UNDER_REVIEW, OPERATOR)
