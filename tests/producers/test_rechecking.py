"""Co-ops are checked again on a clock of the test's, over the database: called up once, asked about, settled."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select, text

from chassis.ids import new_id
from chassis.testing import do_tasks, failures, ship
from services.producers.application import Application
from services.producers.audit import Entry
from services.producers.base import Base
from services.producers.control import DAY, GRACE, PROOF_LIFE
from services.producers.coop import Coop
from services.producers.evidence import Check
from services.producers.recheck import Recheck
from services.producers.rechecking import Rechecks
from services.producers.registration_check import RegistrationCheck
from tests.producers.conftest import Room


async def call_up(room: Room) -> None:
    await room.tick("call up co-ops to be checked")


async def turn(room: Room) -> int:
    """Calls up who is due, and does their checks; says how many there were."""
    asked = len(room.registry.asked)
    await call_up(room)
    await do_tasks(room.worker)
    assert await failures(room.database) == []
    return len(room.registry.asked) - asked


async def days(room: Room, number: float, step: timedelta = timedelta(hours=16)) -> None:
    until = room.now + timedelta(days=number)
    while room.now < until:
        room.later(seconds=step.total_seconds())
        await turn(room)


async def coop(room: Room, slug: str = "sunrise") -> dict[str, Any]:
    return dict((await room.as_nobody().get(f"/api/v1/coops/{slug}")).json())


async def moved(room: Room) -> list[tuple[str, str]]:
    """Every change of standing that was told, with its reason."""
    await ship(room.worker)
    facts = room.bus.facts("producers.coops")
    told = [(fact.type, str(fact.data["reason"])) for fact in facts if "reason" in fact.data]
    return [(what.removeprefix("producers.Coop"), why) for what, why in told]


@pytest.fixture
def ann(room: Room) -> httpx.AsyncClient:
    return room.as_account()


@pytest.fixture
async def path(room: Room, ann: httpx.AsyncClient) -> str:
    return f"/api/v1/applications/{(await room.admitted(ann))['id']}"


async def prove_again(room: Room, ann: httpx.AsyncClient, path: str) -> httpx.Response:
    issued = await ann.post(f"{path}/challenge")
    assert issued.status_code == 201, issued.text
    room.resolver.hold(issued.json()["record_value"])
    return await ann.post(f"{path}/check")


async def test_a_co_op_is_checked_once_a_day_and_everybody_sees_when(room: Room, path: str) -> None:
    room.registry.asked.clear()

    await days(room, 10, timedelta(hours=1))

    assert 9 <= len(room.registry.asked) <= 11
    shown = await coop(room)
    seen, due = (datetime.fromisoformat(shown["registry"][name]) for name in ("seen_at", "next_check_due"))
    assert timedelta(hours=21) < due - seen < timedelta(hours=27)
    assert shown["registry"]["statuses"] == ["active"]
    assert await moved(room) == []
    async with room.database.reading() as session:
        [kept] = (await session.scalars(select(RegistrationCheck))).all()
    assert kept.times == len(room.registry.asked) + 2  # and when it was proved and admitted


async def test_a_hold_suspends_until_it_is_lifted(room: Room, path: str) -> None:
    room.registry.say("sunrise.coop", "server hold")
    await days(room, 2)
    assert (await coop(room))["state"] == "suspended"

    room.registry.say("sunrise.coop")
    await days(room, 2)

    assert (await coop(room))["state"] == "admitted"
    assert await moved(room) == [("Suspended", "domain_on_hold"), ("Reinstated", "mended")]


async def test_a_transfer_after_the_proof_revokes_it_until_there_is_a_fresh_one(
    room: Room, ann: httpx.AsyncClient, path: str
) -> None:
    room.registry.say("sunrise.coop", "active", transfer=room.now + timedelta(hours=1))
    await days(room, 2)
    shown = await coop(room)
    assert (shown["state"], shown["proof"]["revoked"]) == ("lapsed", True)

    old = await ann.post(f"{path}/check")
    proved = await prove_again(room, ann, path)

    assert old.json()["renewal"]["revoked"] is True
    assert proved.json()["renewal"]["revoked"] is False
    await days(room, 2)
    assert (await coop(room))["state"] == "admitted"
    assert await moved(room) == [("Lapsed", "domain_changed_hands"), ("Reinstated", "proved_again")]


async def test_a_token_that_was_used_before_never_proves_again(room: Room, ann: httpx.AsyncClient, path: str) -> None:
    """The next holder may put the old public record back, and the former one may have left it there."""
    room.registry.say("sunrise.coop", "active", transfer=room.now + timedelta(hours=1))
    await days(room, 10)

    assert (await coop(room))["state"] == "lapsed"
    issued = await ann.post(f"{path}/challenge")
    assert (await ann.post(f"{path}/check")).json()["code"] == "proof_not_found"
    await days(room, 8)
    assert (await coop(room))["state"] == "lapsed"
    room.resolver.hold(issued.json()["record_value"])
    assert (await ann.post(f"{path}/check")).json()["code"] == "no_challenge"


async def test_a_domain_that_is_gone_lapses_and_an_outage_changes_nothing(room: Room, path: str) -> None:
    room.registry.fail("sunrise.coop")
    await days(room, 40)
    assert await moved(room) == []
    assert (await coop(room))["registry"]["verdict"] == "proceed"

    room.registry.forget("sunrise.coop")
    await days(room, 2)

    assert await moved(room) == [("Lapsed", "domain_gone")]


async def test_a_proof_grows_old_with_notices_and_the_fresh_token_is_found_without_a_click(
    room: Room, ann: httpx.AsyncClient, path: str
) -> None:
    await days(room, 92)
    assert [mail["subject"] for mail in room.mails.sent if "proof" in mail["message_id"]] == [
        "Please prove sunrise.coop again within two weeks",
        "The proof of sunrise.coop is out of date",
    ]
    assert path.removeprefix("/api/v1") in room.mails.sent[-1]["text"]
    issued = await ann.post(f"{path}/challenge")
    room.resolver.hold(issued.json()["record_value"])

    await days(room, 2)

    shown = await coop(room)
    assert datetime.fromisoformat(shown["proof"]["proved_at"]) > room.now - timedelta(days=2)
    assert await moved(room) == []
    assert (await ann.get(path)).json()["evidence"][-1]["outcome"] == "proved"


async def test_without_a_fresh_proof_it_lapses_after_the_grace_and_comes_back_with_one(
    room: Room, ann: httpx.AsyncClient, path: str
) -> None:
    room.resolver.hold("something else")
    await days(room, (PROOF_LIFE + GRACE) / timedelta(days=1) + 2)
    assert await moved(room) == [("Lapsed", "proof_expired")]

    await prove_again(room, ann, path)

    assert await moved(room) == [("Lapsed", "proof_expired"), ("Reinstated", "proved_again")]
    assert (await coop(room))["state"] == "admitted"
    assert [mail["message_id"].partition(".")[0] for mail in room.mails.sent if "proof" in mail["message_id"]] == [
        "proof_due_soon",
        "proof_due",
    ]


async def test_the_grace_stands_still_while_no_name_server_answers(room: Room, path: str) -> None:
    await days(room, 89)
    room.resolver.servers = {"192.0.2.1:53": None}
    await days(room, 30)
    assert await moved(room) == []

    room.resolver.hold("something else")
    await days(room, 17)

    assert await moved(room) == [("Lapsed", "proof_expired")]


async def test_a_proof_may_be_renewed_before_it_is_due(room: Room, ann: httpx.AsyncClient, path: str) -> None:
    await days(room, 30)

    proved = await prove_again(room, ann, path)

    assert datetime.fromisoformat(proved.json()["renewal"]["due_at"]) == room.now + PROOF_LIFE
    assert datetime.fromisoformat((await coop(room))["proof"]["proved_at"]) == room.now


async def test_what_the_house_decides_rests_on_the_registrys_answer(room: Room, path: str) -> None:
    room.registry.say("sunrise.coop", "server hold")
    await days(room, 2)
    room.registry.say("sunrise.coop", "active")
    await days(room, 2)

    async with room.database.reading() as session:
        answers = {one.verdict: one.digest for one in await session.scalars(select(RegistrationCheck))}
        entries = (await session.scalars(select(Entry).order_by(Entry.position))).all()
    assert [(one.what, one.evidence) for one in entries[-2:]] == [
        ("suspended", answers["hold"]),
        ("reinstated", answers["proceed"]),
    ]


async def test_what_is_due_is_called_up_in_bounded_rounds_by_several_at_once_and_nobody_twice(room: Room) -> None:
    for number in range(12):
        await room.admitted(room.as_account(), f"coop-{number}.coop")
    room.later(days=2)
    room.registry.asked.clear()

    await asyncio.gather(*(call_up(room) for _ in range(4)))
    await do_tasks(room.worker)

    assert sorted(room.registry.asked) == sorted(f"coop-{number}.coop" for number in range(12))


async def test_a_round_takes_no_more_than_its_share(room: Room) -> None:
    rounds = Rechecks(room.database, room.registry, {}, room.clock, most_in_a_round=5)
    for number in range(12):
        await room.admitted(room.as_account(), f"coop-{number}.coop")
    room.later(days=2)
    room.registry.asked.clear()

    taken = []
    for _ in range(4):
        await rounds.call_up()
        taken.append(await do_tasks(room.worker))

    # The mails of the admissions were waiting as well.
    assert [taken[0] - 12, *taken[1:]] == [5, 5, 2, 0]


async def test_a_check_that_was_lost_is_made_within_the_hour(room: Room, path: str) -> None:
    room.later(days=2)
    await call_up(room)
    async with room.database.transaction() as session:
        await session.execute(text("DELETE FROM tasks"))

    assert await turn(room) == 0
    room.later(hours=1, minutes=1)
    assert await turn(room) == 1


async def test_a_registry_that_wants_a_pause_is_not_asked_about_others_meanwhile(room: Room) -> None:
    for number in range(6):
        await room.admitted(room.as_account(), f"coop-{number}.coop")
        room.registry.fail(f"coop-{number}.coop", retry_after=timedelta(hours=3))
    room.later(days=2)

    assert await turn(room) <= 4  # as many as are asked about at once
    room.later(hours=2)
    assert await turn(room) == 0
    room.later(hours=4)
    assert await turn(room) >= 1


def copy(row: Base, **changes: object) -> Base:
    told = {column.key: getattr(row, column.key) for column in type(row).__table__.columns}
    return type(row)(**told | changes)


async def many(room: Room, number: int) -> None:
    """Co-ops by the dozen, as they stand after their admission, each due at a time of its own."""
    first = UUID((await room.admitted(room.as_account(), "coop-0.coop"))["id"])
    async with room.database.transaction() as session:
        application = await session.get_one(Application, first)
        coop, recheck = await session.get_one(Coop, first), await session.get_one(Recheck, first)
        ids = {new_id(): f"coop-{n}" for n in range(1, number)}
        session.add_all(copy(application, id=id, domain=f"{name}.coop") for id, name in ids.items())
        await session.flush()
        session.add_all(copy(coop, id=id, slug=name, domain=f"{name}.coop") for id, name in ids.items())
        await session.flush()
        session.add_all(
            copy(recheck, coop_id=id, next_due=room.now + DAY * (n / number)) for n, id in enumerate(ids, 1)
        )


async def states(room: Room) -> Counter[str]:
    async with room.database.reading() as session:
        return Counter(await session.scalars(select(Coop.state)))


async def test_a_week_of_thirty_co_ops_with_an_outage_in_it_costs_nobody_anything(room: Room) -> None:
    await many(room, 30)
    room.registry.asked.clear()
    await days(room, 2, timedelta(hours=8))
    usual = len(room.registry.asked)
    for number in range(30):
        room.registry.fail(f"coop-{number}.coop")
    await days(room, 3, timedelta(hours=8))
    for number in range(30):
        room.registry.say(f"coop-{number}.coop")
    room.registry.say("coop-7.coop", "server hold")
    await days(room, 2, timedelta(hours=8))

    assert 30 * 1 < usual < 30 * 2.3
    assert await states(room) == {"admitted": 29, "suspended": 1}
    assert await moved(room) == [("Suspended", "domain_on_hold")]


@pytest.mark.parametrize("trouble", ["missing", "moved"])
async def test_a_registry_that_turns_against_everybody_at_once_is_doubted_first(room: Room, trouble: str) -> None:
    await many(room, 20)
    for number in range(20):
        if trouble == "missing":
            room.registry.forget(f"coop-{number}.coop")
        else:
            room.registry.say(f"coop-{number}.coop", "active", transfer=room.now + timedelta(days=1))
    await days(room, 1, timedelta(hours=8))

    assert await states(room) == {"admitted": 15, "lapsed": 5}
    for number in range(20):
        room.registry.say(f"coop-{number}.coop")
    await days(room, 2, timedelta(hours=8))
    assert (await states(room))["admitted"] == (20 if trouble == "missing" else 15)


async def test_checks_made_by_the_house_leave_the_applicant_their_own(
    room: Room, ann: httpx.AsyncClient, path: str
) -> None:
    async with room.database.reading() as session:
        before = await session.scalar(select(func.count()).select_from(Check))
    await days(room, 3)

    async with room.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Check)) == before
    assert (await prove_again(room, ann, path)).status_code == 200
