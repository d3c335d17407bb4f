"""A catalogue of one's own: a real database, a search index in a folder, co-ops that were heard of."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from chassis.auth import Caller
from chassis.database import Database
from chassis.events import Envelope
from chassis.safe_client import SafeClient
from chassis.testing import Databases, MemoryBus, client_for, deliver, do_tasks, public_key_pem, ship
from chassis.worker import Worker
from services.catalog.app import create_app
from services.catalog.settings import Settings
from services.catalog.worker import create_worker
from tests.catalog import heard

SCOPES = frozenset({"catalog:read", "catalog:write"})


@dataclass(frozen=True)
class CoopHere:
    id: UUID
    slug: str
    staff: httpx.AsyncClient


@dataclass
class Room:
    database: Database
    bus: MemoryBus
    worker: Worker
    connect: Callable[[Caller | None], httpx.AsyncClient]
    nobody: httpx.AsyncClient

    async def coop(self, slug: str = "sunrise", **told: Any) -> CoopHere:
        coop_id = uuid4()
        await deliver(self.worker, heard.CoopAdmitted(coop_id=coop_id, version=1, slug=slug, **told))
        return CoopHere(coop_id, slug, self.staff_of(coop_id))

    def staff_of(self, coop_id: UUID) -> httpx.AsyncClient:
        return self.connect(Caller(id=uuid4(), kind="account", works_for={coop_id: "owner"}, scopes={coop_id: SCOPES}))

    async def imported(
        self, coop: CoopHere, content: str | bytes, filename: str = "shop.csv", **asked: Any
    ) -> dict[str, Any]:
        """The finished import's report."""
        begun = await coop.staff.post(
            "/api/v1/imports",
            params={"coop_id": str(coop.id), "filename": filename, **asked},
            content=content,
            headers={"content-type": "text/csv"},
        )
        assert begun.status_code == 202, begun.text
        await self.settled()
        return await self.get(coop.staff, f"/api/v1/imports/{begun.json()['id']}")

    async def made(
        self, coop: CoopHere, title: str = "Rye loaf", *, stock: int | None = 5, price: int = 450, **more: Any
    ) -> dict[str, Any]:
        """A product made by the form."""
        answer = await coop.staff.post("/api/v1/products", json=form(coop, title, stock=stock, price=price, **more))
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def settled(self) -> None:
        """Everything queued is done: imports, then what they leave to the index."""
        while await do_tasks(self.worker):
            pass

    async def facts(self, topic: str) -> list[Envelope]:
        await ship(self.worker)
        return self.bus.facts(topic)

    async def get(self, client: httpx.AsyncClient, url: str, **params: Any) -> dict[str, Any]:
        answer = await client.get(url, params=params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def search(self, q: str = "", **params: Any) -> dict[str, Any]:
        return await self.get(self.nobody, "/api/v1/search", q=q, **params)

    async def available(self, product: dict[str, Any]) -> int | None:
        """How many of the product's first variant can be had now."""
        found = await self.get(self.nobody, f"/api/v1/products/{product['id']}")
        stock: int | None = found["variants"][0]["available"]
        return stock


def form(coop: CoopHere, title: str, *, stock: int | None = 5, price: int = 450, **more: Any) -> dict[str, Any]:
    variant = {"title": "", "options": {}, "sku": None, "price": {"amount": price, "currency": "EUR"}, "stock": stock}
    told = {
        "coop_id": str(coop.id),
        "title": title,
        "description": "<p>Baked today.</p>",
        "category": "bread-and-baking",
        "tags": ["organic"],
        "variants": [variant],
    }
    return told | more


class Nowhere:
    """An internet in which no host is to be found."""

    async def addresses(self, host: str) -> Sequence[str]:
        return ()


@pytest.fixture
def strangers() -> SafeClient:
    """The way out to whatever files name."""
    return SafeClient(Nowhere())


@pytest.fixture
def outside(strangers: SafeClient) -> SafeClient:
    """What reaches the internet; nothing of it is there unless a test brings some."""
    return strangers


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        database_url="postgresql://unused",
        internal_public_key=public_key_pem(),
        demo=True,
        data_folder=tmp_path,
        upload_bytes=200_000,
    )


@pytest.fixture
async def room(databases: Databases, settings: Settings, outside: SafeClient | None) -> Room:
    database = await databases("services.catalog")
    moment = itertools.count()

    def clock() -> datetime:
        return datetime(2026, 11, 23, 12, tzinfo=UTC) + timedelta(seconds=next(moment))

    bus = MemoryBus()
    worker = create_worker(settings, database, bus, clock=clock, client=outside)
    app = create_app(settings, database, clock=clock)

    def connect(caller: Caller | None) -> httpx.AsyncClient:
        return client_for(app, "catalog", caller)

    return Room(database, bus, worker, connect, connect(None))


@pytest.fixture
async def coop(room: Room) -> CoopHere:
    return await room.coop()
