"""Mira, whose account a second factor guards: what she is, how she shows it, and what she is told by mail."""

from datetime import timedelta
from uuid import UUID

import httpx

from chassis.ids import new_id
from chassis.testing import MemoryBus, deliver, do_tasks
from gateway.inbound import MemberJoined
from gateway.worker import create_worker
from tests.gateway.conftest import EMAIL, PASSWORD, Door
from tests.gateway.facts import member_joined

HALF_A_MINUTE = timedelta(seconds=30)


async def works_for(door: Door, account: dict[str, str], role: str) -> str:
    """The co-op that the account works for from now on."""
    coop_id = new_id()
    worker = create_worker(door.settings, door.database, MemoryBus(), clock=door.clock)
    await deliver(worker, member_joined(coop_id, UUID(account["id"]), role=role), topic=MemberJoined.topic)
    return str(coop_id)


async def signs_in(visitor: httpx.AsyncClient) -> dict[str, object]:
    answer = await visitor.post("/api/v1/sessions", json={"email": EMAIL, "password": PASSWORD})
    told: dict[str, object] = answer.json()
    return told


async def shows(visitor: httpx.AsyncClient, code: str) -> httpx.Response:
    return await visitor.post("/api/v1/sessions/current/factor", json={"code": code})


async def caller(visitor: httpx.AsyncClient) -> dict[str, object]:
    """Whom a room behind the door is told that it serves."""
    told: dict[str, object] = (await visitor.get("/api/v1/products/1")).json()["caller"]
    return told


class Postbox:
    """Keeps the subjects of what is sent to Mira."""

    def __init__(self) -> None:
        self.subjects: list[str] = []

    async def send(self, *, to: str, subject: str, text: str, message_id: str) -> None:
        assert to == EMAIL
        assert "/account/security" in text
        self.subjects.append(subject)


async def mails(door: Door) -> list[str]:
    """What Mira is told when the worker comes round."""
    post = Postbox()
    await do_tasks(create_worker(door.settings, door.database, MemoryBus(), clock=door.clock, mailer=post))
    return post.subjects
