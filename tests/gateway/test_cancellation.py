"""Requests that are dropped at any moment leave no connection and no transaction behind."""

import asyncio
import random

import httpx
from sqlalchemy import text

from chassis.database import Database
from tests.gateway.conftest import ORIGIN, PASSWORD, Door, sign_up

DROPPED = 300


async def _drop(request: httpx.Request, app: httpx.ASGITransport, after: float) -> None:
    running = asyncio.create_task(app.handle_async_request(request))
    await asyncio.sleep(after)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def _requests(cookie: str) -> list[httpx.Request]:
    signed_in = {"cookie": cookie, "host": "127.0.0.1:8000"}
    credentials = {"email": "mira@sunrise.coop", "password": PASSWORD}
    return [
        httpx.Request("GET", f"{ORIGIN}/api/v1/me", headers=signed_in),
        httpx.Request("GET", f"{ORIGIN}/api/v1/basket", headers=signed_in),
        httpx.Request("POST", f"{ORIGIN}/api/v1/sessions", json=credentials),
        httpx.Request(
            "POST", f"{ORIGIN}/api/v1/accounts", json=credentials | {"name": "M", "email": "new@sunrise.coop"}
        ),
        httpx.Request("POST", f"{ORIGIN}/api/v1/password-resets", json={"email": "mira@sunrise.coop"}),
        httpx.Request("GET", f"{ORIGIN}/ask?path=/api/v1/me&times=3", headers=signed_in),
    ]


async def _all_let_go(database: Database) -> None:
    """A statement that is broken off may take its time to end; TimeoutError where something is held for good."""
    async with asyncio.timeout(60):
        while database.connections.lent or await _in_transaction(database):
            await asyncio.sleep(0.05)


async def _in_transaction(database: Database) -> int:
    async with database.reading() as session:
        found = await session.execute(
            text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'")
        )
        return int(found.scalar_one())


async def test_requests_dropped_at_random_moments_leave_nothing_behind(door: Door) -> None:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    chance = random.Random(seed)
    async with door.visitor() as mira:
        await sign_up(mira)
        cookie = f"toadlane={mira.cookies['toadlane']}"
    app = httpx.ASGITransport(app=door.app)

    for _ in range(DROPPED // 10):
        requests = chance.choices(_requests(cookie), k=10)
        await asyncio.gather(*(_drop(request, app, chance.random() * 0.03) for request in requests))

    await _all_let_go(door.database)
    async with door.visitor(cookie=cookie) as mira:
        assert (await mira.get("/api/v1/me")).json()["kind"] == "account"


async def test_an_account_is_whole_or_not_there_when_its_request_is_dropped(door: Door) -> None:
    app = httpx.ASGITransport(app=door.app)

    for number in range(40):
        body = {"email": f"m{number}@sunrise.coop", "password": PASSWORD, "name": "M"}
        await _drop(httpx.Request("POST", f"{ORIGIN}/api/v1/accounts", json=body), app, number / 1500)

    async with door.database.reading() as session:
        row = (
            await session.execute(
                text(
                    "SELECT (SELECT count(*) FROM accounts) AS accounts, (SELECT count(*) FROM sessions) AS sessions,"
                    " (SELECT count(*) FROM outbox) AS facts"
                )
            )
        ).one()
    assert row.accounts == row.sessions == row.facts
