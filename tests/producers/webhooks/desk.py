"""A co-op with a desk, a receiver of its own, and the house's worker between them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from chassis.testing import do_tasks, failures
from services.producers.webhooks.news import EventType
from services.producers.worker import create_worker
from tests.chassis.authority import Authority
from tests.producers.conftest import Room
from tests.producers.webhooks.receiver import HOSTS, Received, Web, web

URL = f"https://{HOSTS[0]}/toadlane"
ALL = [event.value for event in EventType]


@dataclass
class Desk:
    """One co-op's desk, its receiver, and the house's worker between them."""

    room: Room
    web: Web
    coop_id: str
    staff: httpx.AsyncClient

    @property
    def path(self) -> str:
        return f"/api/v1/coops/{self.coop_id}/webhooks"

    async def hook(self, url: str = URL, events: list[str] | None = None) -> "Hook":
        answer = await self.staff.post(self.path, json={"url": url, "events": events or ALL})
        assert answer.status_code == 201, answer.text
        return Hook(self, answer.json()["endpoint"]["id"], answer.json()["secret"])

    async def pause(self) -> None:
        """News of the smallest kind, each a new message."""
        await self.staff.put(f"/api/v1/coops/{self.coop_id}/pause", json={"words": str(uuid4())})

    async def work(self) -> None:
        """Also what the work leaves to do, such as mail."""
        while await do_tasks(self.room.worker):
            pass
        assert await failures(self.room.database) == []

    async def later(self, by: timedelta) -> None:
        """Time passes, and what has fallen due is called up and sent."""
        self.room.now += by
        await self.room.tick("call up webhooks")
        await self.work()

    @property
    def got(self) -> list[Received]:
        return self.web.receiver.got


@dataclass
class Hook:
    desk: Desk
    id: str
    secret: str

    @property
    def path(self) -> str:
        return f"{self.desk.path}/{self.id}"

    async def seen(self) -> dict[str, Any]:
        return dict((await self.desk.staff.get(self.path)).json())

    async def log(self) -> list[dict[str, Any]]:
        return list((await self.desk.staff.get(f"{self.path}/deliveries")).json()["items"])

    async def switch(self, *, enabled: bool, **changed: Any) -> None:
        kept = {name: (await self.seen())[name] for name in ("url", "description", "events")}
        answer = await self.desk.staff.put(self.path, json={**kept, "enabled": enabled, **changed})
        assert answer.status_code == 200, answer.text


@asynccontextmanager
async def open_desk(room: Room, authority: Authority) -> AsyncIterator[Desk]:
    # Receivers compare with the time of day, and so does the specification's own library.
    room.now = datetime.now(UTC)
    coop_id = (await room.admitted(room.as_account()))["coop_id"]
    await do_tasks(room.worker)
    async with web(authority) as internet:
        room.worker = create_worker(
            room.worker.settings,  # type: ignore[arg-type]
            room.database,
            room.bus,
            clock=room.clock,
            mailer=room.mails,
            resolver=room.resolver,
            registry=room.registry,
            client=internet.client(),
        )
        yield Desk(room, internet, coop_id, room.as_staff(coop_id))
