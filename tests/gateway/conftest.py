"""A front door under test: its own database, two rooms that tell what reached them, pages that ask back in."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pyotp import TOTP
from starlette.types import ASGIApp

from chassis.database import Database
from chassis.testing import Databases, private_key_pem, public_key_pem
from gateway.account import make_operator
from gateway.app import create_app
from gateway.carrier import Carrier, InProcess
from gateway.loopback import Loopback
from gateway.settings import Settings
from gateway.token_bucket import Limit
from tests.gateway.rooms import echo_room, pages

ORIGIN = "http://127.0.0.1:8000"
EMAIL = "mira@sunrise.coop"
PASSWORD = "correct horse battery staple"


@dataclass
class MovableClock:
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@dataclass
class Door:
    """The gateway, and what a test needs beside it."""

    app: ASGIApp
    database: Database
    clock: MovableClock
    settings: Settings

    def visitor(self, *, address: str = "203.0.113.7", **headers: str) -> httpx.AsyncClient:
        """A browser-like client: keeps its cookie, comes from our own pages."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 5000))
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)


class Letters:
    """Keeps what would have been sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []

    async def send(self, *, to: str, subject: str, text: str, message_id: str) -> None:
        self.sent.append((to, text, message_id))

    def tokens(self, page: str) -> list[str]:
        """Those of the links to that page, in the order in which they were sent."""
        return [found[1] for _, text, _ in self.sent if (found := re.search(rf"/{page}/(\S+)", text))]


OpenDoor = Callable[..., Awaitable[Door]]


def settings_for(database: Database, **changes: object) -> Settings:
    given: dict[str, object] = {
        "demo": True,
        "database_url": database.engine.url.render_as_string(hide_password=False),
        "internal_public_key": public_key_pem(),
        "internal_private_key": private_key_pem(),
        "cookie_secret": "c" * 32,
        "key_secret": "k" * 32,
        "factor_secret": "f" * 32,
        "public_url": ORIGIN,
        # Quick to compute, and still argon2id.
        "argon2_memory_kib": 64,
        # One visitor of a test does in a second what people do in an hour.
        "limit_sign_in_per_email": Limit(1000, 60),
    }
    return Settings.model_validate(given | changes)


@pytest.fixture
async def open_door(databases: Databases) -> AsyncIterator[OpenDoor]:
    """`await open_door(body_bytes=10)` is a gateway with settings of its own."""
    async with AsyncExitStack() as stack:

        async def make(rooms: dict[str, Carrier] | None = None, **changes: object) -> Door:
            database, clock, loopback = await databases("gateway"), MovableClock(), Loopback()
            settings = settings_for(database, **changes)
            storefront = InProcess(pages(loopback.client(ORIGIN)))
            rooms = (
                rooms
                if rooms is not None
                else {room: InProcess(echo_room()) for room in ("orders", "catalog", "payments")}
            )
            app = create_app(settings, database, rooms, storefront, clock=clock, loopback=loopback)
            for carrier in rooms.values():
                await stack.enter_async_context(carrier.lifespan())
            return Door(app, database, clock, settings)

        yield make


@pytest.fixture
async def door(open_door: OpenDoor) -> Door:
    return await open_door()


async def enrol(visitor: httpx.AsyncClient, clock: MovableClock) -> "Phone":
    """Adds an authenticator app and with it shows a second factor in the visitor's session."""
    begun = (await visitor.post("/api/v1/factors/totp", json={})).json()
    phone = Phone(begun["secret"], clock)
    answer = await visitor.post(f"/api/v1/factors/totp/{begun['id']}/confirm", json={"code": phone.code()})
    assert answer.status_code == 200, answer.text
    phone.recovery_codes = answer.json()["recovery_codes"]
    return phone


@dataclass
class Phone:
    """Somebody's authenticator app."""

    secret: str
    clock: MovableClock
    recovery_codes: list[str] = field(default_factory=list)

    def code(self, *, steps: int = 0) -> str:
        """What it shows now, or that many half minutes later."""
        return TOTP(self.secret).at(self.clock(), counter_offset=steps)

    def next_code(self) -> str:
        """What it shows half a minute later, when the one before is spent."""
        self.clock.move(timedelta(seconds=30))
        return self.code()


async def sign_up(visitor: httpx.AsyncClient, email: str = EMAIL) -> dict[str, str]:
    answer = await visitor.post("/api/v1/accounts", json={"email": email, "password": PASSWORD, "name": "Mira"})
    assert answer.status_code == 201, answer.text
    told: dict[str, str] = answer.json()
    return told


async def operates(door: Door) -> None:
    """Makes Mira an operator."""
    async with door.database.transaction() as session:
        await make_operator(session, EMAIL, door.clock())


@pytest.fixture
async def enrolled(door: Door) -> Phone:
    """Mira operates the marketplace and has an app; her session of that moment is forgotten."""
    async with door.visitor() as mira:
        await sign_up(mira)
        await operates(door)
        return await enrol(mira, door.clock)
