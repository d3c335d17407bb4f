"""API keys: their shape, who may handle them, what they open."""

from uuid import UUID

import httpx
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from chassis.ids import new_id
from chassis.testing import MemoryBus, counting, deliver
from gateway.api_key import new_key, well_formed
from gateway.inbound import MemberJoined
from gateway.worker import create_worker
from tests.gateway.conftest import Door, enrol, sign_up
from tests.gateway.facts import member_joined, member_left


async def _owner(door: Door, visitor: httpx.AsyncClient, role: str = "owner") -> UUID:
    """Signs up, adds a second factor, and comes to work for a new co-op."""
    account, coop_id = await sign_up(visitor), new_id()
    await enrol(visitor, door.clock)
    worker = create_worker(door.settings, door.database, MemoryBus(), clock=door.clock)
    await deliver(worker, member_joined(coop_id, UUID(account["id"]), role=role), topic=MemberJoined.topic)
    return coop_id


def _wanted(coop_id: UUID, **changes: object) -> dict[str, object]:
    return {"coop_id": str(coop_id), "name": "till", "scopes": ["orders:read", "catalog:read"]} | changes


async def test_an_owner_makes_a_key_that_speaks_for_the_coop(door: Door) -> None:
    async with door.visitor() as mira:
        coop_id = await _owner(door, mira)
        made = await mira.post("/api/v1/keys", json=_wanted(coop_id))
        listed = (await mira.get("/api/v1/keys", params={"coop_id": str(coop_id)})).json()["items"]
    async with door.visitor(authorization=f"Bearer {made.json()['key']}") as till:
        caller = (await till.get("/api/v1/products/1")).json()["caller"]

    assert made.status_code == 201
    assert made.json()["key"].startswith("toad_")
    assert caller["kind"] == "key"
    assert caller["works_for"] == {str(coop_id): "key"}
    assert sorted(caller["scopes"][str(coop_id)]) == ["catalog:read", "orders:read"]
    assert [key["name"] for key in listed] == ["till"]
    assert "key" not in listed[0]
    assert made.json()["key"].endswith(listed[0]["ending"])


async def test_a_key_costs_one_statement_and_a_guess_none(door: Door) -> None:
    async with door.visitor() as mira:
        key = (await mira.post("/api/v1/keys", json=_wanted(await _owner(door, mira)))).json()["key"]

    async with door.visitor() as till:
        await till.get("/api/v1/products/1", headers={"authorization": f"Bearer {key}"})
        async with counting(door.database) as known:
            await till.get("/api/v1/products/1", headers={"authorization": f"Bearer {key}"})
        async with counting(door.database) as guessed:
            refused = await till.get("/api/v1/products/1", headers={"authorization": f"Bearer {key[:-1]}_"})

    assert len(known.sql) == 1
    assert guessed.sql == []
    assert (refused.status_code, refused.json()["code"]) == (401, "key_refused")


async def test_a_revoked_key_opens_nothing_from_that_moment(door: Door) -> None:
    async with door.visitor() as mira:
        made = (await mira.post("/api/v1/keys", json=_wanted(await _owner(door, mira)))).json()
        revoked = [await mira.delete(f"/api/v1/keys/{made['id']}") for _ in range(2)]
    async with door.visitor(authorization=f"Bearer {made['key']}") as till:
        refused = await till.get("/api/v1/products/1")

    assert [answer.status_code for answer in revoked] == [204, 204]
    assert (refused.status_code, refused.json()["code"]) == (401, "key_refused")


async def test_only_owners_handle_keys_and_others_coops_do_not_exist(door: Door) -> None:
    async with door.visitor() as mira, door.visitor() as otto, door.visitor() as guest:
        coop_id = await _owner(door, mira)
        made = (await mira.post("/api/v1/keys", json=_wanted(coop_id))).json()
        await sign_up(otto, "otto@other.coop")
        others = [
            await otto.post("/api/v1/keys", json=_wanted(coop_id)),
            await otto.get("/api/v1/keys", params={"coop_id": str(coop_id)}),
            await otto.delete(f"/api/v1/keys/{made['id']}"),
            await otto.delete(f"/api/v1/keys/{new_id()}"),
        ]
        nobody = await guest.post("/api/v1/keys", json=_wanted(coop_id))
    async with door.visitor(authorization=f"Bearer {made['key']}") as till:
        by_key = await till.post("/api/v1/keys", json=_wanted(coop_id))
        still_good = await till.get("/api/v1/products/1")

    assert [answer.status_code for answer in others] == [404] * 4
    assert (nobody.status_code, by_key.status_code, still_good.status_code) == (401, 401, 200)


async def test_staff_who_are_not_owners_are_told_so(door: Door) -> None:
    async with door.visitor() as mira:
        coop_id = await _owner(door, mira, role="fulfilment")
        answer = await mira.post("/api/v1/keys", json=_wanted(coop_id))

    assert (answer.status_code, answer.json()["code"], answer.json()["scope"]) == (403, "scope_missing", "keys:write")
    assert "Ask an owner" in answer.json()["detail"]


async def test_who_has_left_a_coop_works_there_no_more_and_old_news_do_not_bring_them_back(door: Door) -> None:
    worker = create_worker(door.settings, door.database, MemoryBus(), clock=door.clock)
    async with door.visitor() as mira:
        coop_id = await _owner(door, mira)
        me = (await mira.get("/api/v1/me")).json()
        account_id = UUID(me["id"])
        await deliver(worker, member_left(coop_id, account_id, version=3), topic=MemberJoined.topic)
        await deliver(worker, member_joined(coop_id, account_id, version=2), topic=MemberJoined.topic)
        after = (await mira.get("/api/v1/me")).json()
        refused = await mira.post("/api/v1/keys", json=_wanted(coop_id))

    assert [(work["coop_id"], work["role"]) for work in me["works_for"]] == [(str(coop_id), "owner")]
    assert after["works_for"] == []
    assert refused.status_code == 404


async def test_a_key_wants_scopes_that_exist_and_that_keys_may_hold(door: Door) -> None:
    async with door.visitor() as mira:
        coop_id = await _owner(door, mira)
        answers = [
            await mira.post("/api/v1/keys", json=_wanted(coop_id, scopes=scopes))
            for scopes in ([], ["everything"], ["staff:write"], ["keys:write"], ["orders:read"] * 9)
        ]

    assert [answer.status_code for answer in answers] == [422] * 5


async def test_only_a_keyed_hash_is_kept(door: Door) -> None:
    async with door.visitor() as mira:
        key = (await mira.post("/api/v1/keys", json=_wanted(await _owner(door, mira)))).json()["key"]
    async with door.database.reading() as session:
        row = (await session.execute(text("SELECT to_jsonb(api_keys)::text FROM api_keys"))).scalar_one()

    assert key not in row
    assert key[5:] not in row


@given(st.integers(0, 40), st.characters(codec="ascii"))
def test_a_misspelt_key_is_seen_without_a_look_up(position: int, character: str) -> None:
    key = new_key()
    misspelt = key[:position] + character + key[position + 1 :]

    assert well_formed(key)
    assert well_formed(misspelt) == (misspelt == key)


@given(st.text())
def test_nothing_else_is_taken_for_a_key(guess: str) -> None:
    assert not well_formed(guess)
    assert not well_formed("toad_" + guess)
