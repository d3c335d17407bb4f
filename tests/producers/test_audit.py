"""The audit log holds every decision, refuses to be changed, and finds out who changed it behind its back."""

import asyncio
import hashlib
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.producers import audit, standing
from services.producers.audit import Decision, Entry, Words, entries_after
from services.producers.audit_check import Verdict, check
from services.producers.coop import Reason, locked_coop
from services.producers.erasing import erase_words
from tests.producers.conftest import Room

OPERATOR = uuid4()
WORDS = "Ann sold somebody else's bread."


async def entries(room: Room) -> list[Entry]:
    async with room.database.reading() as session:
        return list(await entries_after(session, 0, 1000))


async def behind_its_back(room: Room, statement: str) -> None:
    """As somebody does who owns the database: no trigger runs."""
    async with room.database.transaction() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text(statement))


async def suspended(room: Room) -> UUID:
    coop_id = UUID((await room.admitted(room.as_account()))["coop_id"])
    async with room.database.transaction() as session:
        coop = await locked_coop(session, coop_id)
        await standing.suspend(session, coop, why=Reason.RULES_BROKEN, by=OPERATOR, now=room.now, words=WORDS)
    return coop_id


async def test_every_decision_is_in_it_in_order(room: Room) -> None:
    account = uuid4()
    coop_id = UUID((await room.admitted(room.as_account(account)))["coop_id"])
    async with room.database.transaction() as session:
        coop = await locked_coop(session, coop_id)
        await standing.suspend(session, coop, why=Reason.DOMAIN_ON_HOLD, by=None, now=room.now)
        await standing.reinstate(session, coop, why=Reason.MENDED, by=None, now=room.now)
        await standing.lapse(session, coop, why=Reason.PROOF_EXPIRED, by=OPERATOR, now=room.now)
    refused = await room.applied(room.as_account(), "sunset.coop")
    operator = room.as_account(operator=True)
    await operator.post(f"/api/v1/applications/{refused['id']}/refuse", json={"reason": "No."})

    found = await entries(room)

    assert [(one.what, one.why) for one in found] == [
        ("applied", None),
        ("challenge_issued", None),
        ("proved", None),
        ("verified", "papers_read"),
        ("admitted", None),
        ("suspended", "domain_on_hold"),
        ("reinstated", "mended"),
        ("lapsed", "proof_expired"),
        ("applied", None),
        ("refused", None),
    ]
    assert [one.by for one in found[:3]] == [account] * 3
    assert [one.by for one in found[5:8]] == [None, None, OPERATOR]
    assert found[2].evidence == found[4].evidence is not None
    assert (await check(room.database)).wrong is None


async def test_being_told_twice_is_recorded_once(room: Room) -> None:
    coop_id = await suspended(room)
    before = len(await entries(room))

    async with room.database.transaction() as session:
        coop = await locked_coop(session, coop_id)
        await standing.suspend(session, coop, why=Reason.RULES_BROKEN, by=OPERATOR, now=room.now)

    assert len(await entries(room)) == before


async def test_what_is_rolled_back_was_never_decided(room: Room) -> None:
    with pytest.raises(ZeroDivisionError):
        async with room.database.transaction() as session:
            audit.record(session, Decision.APPLIED, subject=uuid4(), by=None, at=room.now)
            _ = 1 / 0

    assert await entries(room) == []


async def test_it_holds_ids_and_digests_and_nobodys_words(room: Room) -> None:
    await suspended(room)

    for entry in await entries(room):
        assert WORDS not in str(vars(entry))
        assert "Tweedale" not in str(vars(entry))


async def test_a_stranger_can_compute_the_chain_by_the_rule_that_is_written_down(room: Room) -> None:
    await suspended(room)

    previous = bytes(32)
    for one in await entries(room):
        values = [
            one.position, one.at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"), one.what, str(one.subject),
            str(one.by) if one.by else None, one.why, one.evidence.hex() if one.evidence else None,
            one.words.hex() if one.words else None, previous.hex(),
        ]  # fmt: skip
        previous = hashlib.sha256(orjson.dumps(values)).digest()
        assert one.digest == previous


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET why = 'mended' WHERE position = 6",
        "DELETE FROM audit_entries WHERE position = 6",
        "TRUNCATE audit_entries CASCADE",
        "UPDATE audit_words SET said = 'nothing'",
        "DELETE FROM audit_head",
    ],
)
async def test_the_database_refuses_to_change_it(room: Room, statement: str) -> None:
    await suspended(room)

    with pytest.raises(DBAPIError, match="only ever added to"):
        async with room.database.transaction() as session:
            await session.execute(text(statement))

    assert (await check(room.database)).wrong is None


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("UPDATE audit_entries SET why = 'mended' WHERE position = 6", "entry 6 was altered"),
        ("UPDATE audit_entries SET by = gen_random_uuid() WHERE position = 2", "entry 2 was altered"),
        ("UPDATE audit_entries SET at = at + interval '1 microsecond' WHERE position = 3", "entry 3 was altered"),
        ("UPDATE audit_entries SET evidence = NULL WHERE position = 5", "entry 5 was altered"),
        ("DELETE FROM audit_entries WHERE position = 2", "entry 2 is missing"),
        ("DELETE FROM audit_entries WHERE position = 6", "entry 6 is missing"),
        ("UPDATE audit_words SET said = 'nothing' WHERE position = 6", "the words beside entry 6 were altered"),
        ("UPDATE audit_head SET digest = decode(repeat('ab', 32), 'hex')", "entry 6 was altered"),
    ],
)
async def test_the_first_row_that_was_altered_behind_its_back_is_named(room: Room, statement: str, wrong: str) -> None:
    await suspended(room)
    assert (await check(room.database)) == Verdict(6, (await entries(room))[-1].digest)

    await behind_its_back(room, statement)

    assert ((await check(room.database)).wrong or "").startswith(wrong)


async def test_a_forger_who_computes_the_digest_of_the_altered_row_anew_is_found_one_row_later(room: Room) -> None:
    await suspended(room)
    entry = (await entries(room))[1]
    entry.by = OPERATOR

    await behind_its_back(
        room,
        f"UPDATE audit_entries SET by = '{OPERATOR}', digest = decode('{entry.computed().hex()}', 'hex') "
        "WHERE position = 2",
    )

    wrong = (await check(room.database)).wrong
    assert wrong == "entry 3 was altered: it does not follow the entry before it"


async def test_what_is_personal_can_be_erased_and_the_chain_holds(room: Room) -> None:
    await suspended(room)
    async with room.database.transaction() as session:
        assert await erase_words(session, 6, by=OPERATOR, at=room.now)
    async with room.database.transaction() as session:
        assert not await erase_words(session, 6, by=OPERATOR, at=room.now)

    assert (await check(room.database)).wrong is None
    async with room.database.reading() as session:
        assert await session.get(Words, 6) is None
    last = (await entries(room))[-1]
    assert (last.what, last.why) == ("words_erased", "6")


async def test_decisions_made_at_the_same_moment_make_one_chain(room: Room) -> None:
    async def decide() -> None:
        async with room.database.transaction() as session:
            for _ in range(3):
                audit.record(session, Decision.APPLIED, subject=uuid4(), by=None, at=room.now, words="x")

    await asyncio.gather(*(decide() for _ in range(20)))

    assert (await check(room.database)).entries == 60
    assert (await check(room.database)).wrong is None


async def test_operators_read_it_newest_first_with_the_words(room: Room) -> None:
    coop_id = await suspended(room)
    await room.applied(room.as_account(), "sunset.coop")
    operator = room.as_account(operator=True)

    first = (await operator.get("/api/v1/audit/entries", params={"limit": 2})).json()
    second = (await operator.get("/api/v1/audit/entries", params={"cursor": first["next_cursor"]})).json()
    of_one = (await operator.get("/api/v1/audit/entries", params={"subject": str(coop_id), "limit": 1})).json()

    assert [one["position"] for one in first["items"] + second["items"]] == [7, 6, 5, 4, 3, 2, 1]
    assert [(one["what"], one["said"]) for one in of_one["items"]] == [("suspended", WORDS)]


async def test_the_export_is_the_whole_chain_in_lines_without_words(room: Room) -> None:
    await suspended(room)

    answer = await room.as_account(operator=True).get("/api/v1/audit/export")

    lines = [orjson.loads(line) for line in answer.text.splitlines()]
    assert [line["position"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert WORDS not in answer.text
    for before, line in zip([{"digest": "00" * 32}, *lines], lines, strict=False):
        digest = line.pop("digest")
        assert line["previous"] == before.get("digest", digest_of(before))
        assert digest == digest_of(line)


def digest_of(line: dict[str, object]) -> str:
    return hashlib.sha256(orjson.dumps(list(line.values()))).hexdigest()


async def test_an_operator_erases_words_over_the_api(room: Room) -> None:
    await suspended(room)
    operator = room.as_account(operator=True)

    assert (await operator.delete("/api/v1/audit/entries/6/words")).status_code == 204
    assert (await operator.delete("/api/v1/audit/entries/6/words")).status_code == 404
    assert (await operator.delete("/api/v1/audit/entries/99/words")).status_code == 404

    assert WORDS not in (await operator.get("/api/v1/audit/entries")).text
    assert (await check(room.database)).wrong is None


@pytest.mark.parametrize("path", ["entries", "export"])
async def test_the_log_is_for_operators(room: Room, path: str) -> None:
    await suspended(room)

    assert (await room.as_account().get(f"/api/v1/audit/{path}")).status_code == 403
    assert (await room.as_nobody().get(f"/api/v1/audit/{path}")).status_code == 403
    assert (await room.as_account().delete("/api/v1/audit/entries/6/words")).status_code == 403
    assert (await room.as_account(operator=True).get(f"/api/v1/audit/{path}")).status_code == 200
