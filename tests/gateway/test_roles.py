"""Roles: what each may do reaches the rooms as scopes, and the next request after a change knows it."""

from uuid import UUID

import pytest

from chassis.ids import new_id
from chassis.testing import MemoryBus, deliver
from gateway.inbound import MemberJoined
from gateway.role import KEYS_WRITE, ROLES, STAFF_WRITE, Scope, scopes_of
from gateway.worker import create_worker
from tests.gateway.conftest import Door, enrol, sign_up
from tests.gateway.facts import member_joined, role_changed


@pytest.mark.parametrize("role", ROLES)
async def test_a_room_is_told_the_scopes_of_a_role(door: Door, role: str) -> None:
    worker, coop_id = create_worker(door.settings, door.database, MemoryBus(), clock=door.clock), new_id()
    async with door.visitor() as mira:
        account_id = UUID((await sign_up(mira))["id"])
        await enrol(mira, door.clock)
        await deliver(worker, member_joined(coop_id, account_id, role=role), topic=MemberJoined.topic)

        caller = (await mira.get("/api/v1/products/1")).json()["caller"]
        [work] = (await mira.get("/api/v1/me")).json()["works_for"]

    assert frozenset(caller["scopes"][str(coop_id)]) == ROLES[role]
    assert (work["role"], frozenset(work["scopes"])) == (role, ROLES[role])


async def test_who_is_given_another_role_has_its_scopes_at_once_and_not_the_old_ones(door: Door) -> None:
    worker, coop_id = create_worker(door.settings, door.database, MemoryBus(), clock=door.clock), new_id()
    async with door.visitor() as mira:
        account_id = UUID((await sign_up(mira))["id"])
        await enrol(mira, door.clock)
        changed = role_changed(coop_id, account_id, version=2, role="finance")
        await deliver(worker, changed, member_joined(coop_id, account_id, version=1), topic=MemberJoined.topic)

        caller = (await mira.get("/api/v1/products/1")).json()["caller"]

    assert set(caller["scopes"][str(coop_id)]) == ROLES["finance"]


def test_only_owners_decide_who_works_here_and_which_keys_there_are() -> None:
    assert [role for role in ROLES if {STAFF_WRITE, KEYS_WRITE} & ROLES[role]] == ["owner"]
    assert not {STAFF_WRITE, KEYS_WRITE} & set(Scope)


def test_a_role_nobody_knows_may_do_nothing() -> None:
    assert scopes_of("emperor") == frozenset()
