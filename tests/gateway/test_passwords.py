"""Passwords: hashed off the event loop, the same effort for everybody, made stronger in passing."""

import asyncio
import time
from datetime import timedelta

from sqlalchemy import text

from chassis.testing import MemoryBus
from gateway.app import create_app
from gateway.password import Passwords
from gateway.worker import create_worker
from tests.gateway.conftest import PASSWORD, Door, settings_for, sign_up

SLOW = Passwords(memory_kib=19_456, passes=2, at_once=2)


async def _effort(hashed: str | None) -> float:
    """The processor's seconds, which say less than a clock's about what else the machine does."""
    begun = time.process_time()
    assert not await SLOW.matches(hashed, "a wrong guess")
    return time.process_time() - begun


async def test_an_unknown_account_costs_as_much_as_a_wrong_password() -> None:
    known = await SLOW.hash(PASSWORD)

    wrong = min([await _effort(known) for _ in range(5)])
    unknown = min([await _effort(None) for _ in range(5)])

    assert wrong / 3 < unknown < wrong * 3


async def test_the_event_loop_goes_on_while_a_password_is_hashed() -> None:
    """One of many will do: a busy machine may let the loop go on but seldom."""
    assert any([await _ticks_during_a_hash() > 5 for _ in range(20)])


async def _ticks_during_a_hash() -> int:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await SLOW.hash(PASSWORD)
    ticking.cancel()
    return ticks


async def test_a_hash_of_weaker_days_is_renewed_when_its_owner_signs_in(door: Door) -> None:
    async def kept() -> str:
        async with door.database.reading() as session:
            return str((await session.execute(text("SELECT password_hash FROM accounts"))).scalar_one())

    async with door.visitor() as mira:
        await sign_up(mira)
    weak = await kept()
    door.app = create_app(settings_for(door.database, argon2_passes=2), door.database, {}, None)
    async with door.visitor() as mira:
        signed_in = await mira.post("/api/v1/sessions", json={"email": "mira@sunrise.coop", "password": PASSWORD})

    assert signed_in.status_code == 201
    assert "t=1," in weak
    assert "t=2," in await kept()


async def test_of_two_who_open_an_account_for_one_address_at_once_one_does(door: Door) -> None:
    async def one() -> int:
        async with door.visitor() as visitor:
            body = {"email": "mira@sunrise.coop", "password": PASSWORD, "name": "M"}
            return (await visitor.post("/api/v1/accounts", json=body)).status_code

    assert sorted(await asyncio.gather(*(one() for _ in range(6)))) == [201] + [409] * 5


async def test_ended_sessions_are_forgotten_in_time(door: Door) -> None:
    worker = create_worker(door.settings, door.database, MemoryBus(), clock=door.clock)
    async with door.visitor() as mira:
        await sign_up(mira)
    kept = []
    for days in (1, 20):
        door.clock.move(timedelta(days=days))
        for timer in worker.timers:
            await timer.run()
        async with door.database.reading() as session:
            kept.append((await session.execute(text("SELECT count(*) FROM sessions"))).scalar_one())

    assert kept == [1, 0]
