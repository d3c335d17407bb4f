"""Closing an account: by its holder alone, and never so that a co-op is left without an owner."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from chassis.auth import Caller
from chassis.ids import new_id
from chassis.personal import HELD
from chassis.testing import MemoryBus, deliver, private_key_pem
from gateway.carrier import InProcess
from gateway.closing import OnlyOwner, Owners, close_account, locked_owners
from gateway.gathering import Gathering
from gateway.internal_token import TokenIssuer
from gateway.membership import Membership
from gateway.password import Passwords
from gateway.password_again import PasswordAgain
from gateway.token_bucket import Buckets, Limit
from gateway.worker import create_worker
from tests.gateway.conftest import PASSWORD, Door, Letters, OpenDoor, sign_up
from tests.gateway.facts import member_joined


async def two_owners(door: Door) -> list[UUID]:
    worker = create_worker(door.settings, door.database, MemoryBus(), clock=door.clock, mailer=Letters())
    coop_id, found = new_id(), []
    for nth in (1, 2):
        async with door.visitor() as owner:
            found.append(UUID((await sign_up(owner, f"owner{nth}@sunrise.coop"))["id"]))
        await deliver(worker, member_joined(coop_id, found[-1], version=nth), topic="producers.members")
    return found


async def both_leave(door: Door, owners: Owners) -> list[type[BaseException] | None]:
    """At the same moment; what each of them is refused with."""
    passwords = Passwords(memory_kib=64, passes=1, at_once=2)
    again = PasswordAgain(door.database, passwords, Buckets(Limit(100, 60), door.clock))
    rooms = Gathering({}, TokenIssuer(private_key_pem()))

    async def leaves(account_id: UUID) -> None:
        caller, now = Caller(id=account_id, kind="account"), door.clock()
        await close_account(door.database, again, rooms, caller=caller, password=PASSWORD, now=now, owners=owners)

    people = await two_owners(door)
    answers = await asyncio.gather(*(leaves(one) for one in people), return_exceptions=True)
    return [None if answer is None else type(answer) for answer in answers]


async def test_of_two_owners_who_leave_at_one_moment_one_stays(door: Door) -> None:
    assert set(await both_leave(door, locked_owners)) == {None, OnlyOwner}


async def test_without_the_lock_both_leave_and_the_co_op_has_no_owner(door: Door) -> None:
    both = asyncio.Barrier(2)

    async def seen(session: AsyncSession, _: UUID) -> Sequence[Membership]:
        owners = (await session.scalars(select(Membership).where(Membership.role == "owner"))).all()
        await both.wait()
        return owners

    assert await both_leave(door, seen) == [None, None]


async def test_an_account_is_not_closed_by_whoever_finds_it_open(door: Door) -> None:
    async with door.visitor() as mira:
        await sign_up(mira)
        guessed = await mira.request("DELETE", "/api/v1/me", json={"password": "guessed"})

        assert (await mira.get("/api/v1/me")).json()["kind"] == "account"
    assert (guessed.status_code, guessed.json()["code"]) == (422, "wrong_password")


async def test_everything_held_of_somebody_is_not_asked_for_without_end(open_door: OpenDoor) -> None:
    door = await open_door({}, limit_export_per_account="2/hour")
    async with door.visitor() as mira, door.visitor() as rosa:
        for visitor, email in ((mira, "mira@sunrise.coop"), (rosa, "rosa@sunrise.coop")):
            await sign_up(visitor, email)
        asked = [(await visitor.get("/api/v1/me/export")).status_code for visitor in (mira, mira, mira, rosa)]

    assert asked == [200, 200, 429, 200]


@pytest.mark.parametrize(("status", "expected"), [(503, 503), (500, 503), (404, 200)])
async def test_an_export_with_a_part_missing_does_not_pass_for_the_whole(
    open_door: OpenDoor, status: int, expected: int
) -> None:
    async def broken(_: Request) -> Response:
        return PlainTextResponse("", status)

    door = await open_door({"orders": InProcess(Starlette(routes=[Route(HELD, broken)]))})
    async with door.visitor() as mira:
        await sign_up(mira)
        exported = await mira.get("/api/v1/me/export")

    assert exported.status_code == expected
    assert ("code" in exported.json()) == (expected != 200)
