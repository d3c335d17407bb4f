"""Takes messages to their endpoints, between two transactions; writes down what was answered, and what follows."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Row, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from chassis.database import Database
from chassis.errors import DomainError
from chassis.safe_client import Limits, SafeClient
from chassis.tasks import enqueue
from chassis.vault import Vault
from services.producers.mails import EndpointStoppedMail
from services.producers.webhooks.breaker import HEALTHY
from services.producers.webhooks.delivery import FAILED, WAITING, Attempt, DeliverTo, Delivery
from services.producers.webhooks.endpoint import ENABLED, Change, Endpoint
from services.producers.webhooks.signing import headers

LIMITS = Limits(connect=5.0, whole=10.0, body=65_536)
LONGEST_TURN = 30.0  # seconds, after which it is another endpoint's turn
LONGEST_ANSWER = 1000  # of which the log keeps the head
KEPT_FOR = timedelta(days=30)
GONE = 410


@dataclass(frozen=True)
class Answer:
    status: int | None
    failure: str | None
    head: str
    took_ms: int

    @property
    def took_it(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class Courier:
    """Each endpoint has one task at a time: a slow one makes only itself wait.

    What is sent and not yet written down when a process dies is sent again, with the same id.
    """

    database: Database
    client: SafeClient
    vault: Vault
    clock: Clock
    dice: Callable[[], float] = random.random

    async def call_up(self) -> None:
        """A task for every endpoint at which something has fallen due, or whose rest is over."""
        due = select(Delivery.endpoint_id).where(*_due(self.clock())).join(Endpoint).distinct()
        async with self.database.transaction() as session:
            for endpoint_id in await session.scalars(due):
                enqueue(session, DeliverTo(endpoint_id=endpoint_id), key=str(endpoint_id))

    async def deliver(self, task: DeliverTo) -> None:
        """What is left after its turn is called up with the next round."""
        begun = time.monotonic()
        while _milliseconds_since(begun) < LONGEST_TURN * 1000:
            async with self.database.reading() as session:
                found = await _next(session, task.endpoint_id, self.clock())
            if found is None:
                return
            delivery, endpoint = found
            at = self.clock()
            answer = await self._send(delivery, endpoint, at)
            async with self.database.transaction() as session:
                await self._settle(session, delivery, answer, at)

    async def forget(self) -> None:
        """The log reaches back thirty days."""
        async with self.database.transaction() as session:
            await session.execute(delete(Delivery).where(Delivery.made_at < self.clock() - KEPT_FOR))

    async def _send(self, delivery: Delivery, endpoint: Endpoint, at: datetime) -> Answer:
        secrets = [self.vault.open(endpoint.secret, endpoint.id)]
        if endpoint.former_secret is not None and endpoint.former_until is not None and at < endpoint.former_until:
            secrets.append(self.vault.open(endpoint.former_secret, endpoint.id))
        signed = headers(delivery.message_id, at, delivery.body, secrets)
        begun = time.monotonic()
        try:
            fetched = await self.client.fetch(
                endpoint.url,
                method="POST",
                headers={"Content-Type": "application/json", **signed},
                content=delivery.body,
                limits=LIMITS,
            )
        except DomainError as refused:
            return Answer(None, f"{refused.title}. {refused.detail}", "", _milliseconds_since(begun))
        return Answer(fetched.status, None, _readable(fetched.body), _milliseconds_since(begun))

    async def _settle(self, session: AsyncSession, sent: Delivery, answer: Answer, at: datetime) -> None:
        now = self.clock()
        endpoint = await session.get(Endpoint, sent.endpoint_id, with_for_update=True)
        delivery = await session.get(Delivery, (sent.endpoint_id, sent.message_id), with_for_update=True)
        if endpoint is None or delivery is None:
            return  # deleted by its co-op while it was on its way
        session.add(_attempt(delivery, answer, at))
        if answer.took_it:
            delivery.arrived()
            endpoint.health = HEALTHY
            return
        delivery.failed(now, dice=self.dice())
        endpoint.health = endpoint.health.failed(now)
        if answer.status == GONE:
            await stop(session, endpoint, Change.SAYS_GONE, now)
        elif endpoint.health.is_hopeless(now):
            await stop(session, endpoint, Change.GIVE_UP, now)


async def stop(session: AsyncSession, endpoint: Endpoint, change: Change, now: datetime) -> None:
    """Nothing more is sent to it, and what waits has failed; its staff hear of it where they did not do it."""
    if not endpoint.move(change):
        return
    await session.flush()
    waiting = update(Delivery).where(Delivery.endpoint_id == endpoint.id, Delivery.state == WAITING)
    await session.execute(waiting.values(state=FAILED, next_at=None))
    if change is not Change.DISABLE:
        mail = EndpointStoppedMail(coop_id=endpoint.coop_id, endpoint_id=endpoint.id, url=endpoint.url, on=now.date())
        enqueue(session, mail, key=str(endpoint.id))


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Delivery.state == WAITING,
        or_(Delivery.next_at.is_(None), Delivery.next_at <= now),
        Endpoint.state == ENABLED,
        or_(Endpoint.rests_until.is_(None), Endpoint.rests_until <= now),
    )


async def _next(session: AsyncSession, endpoint_id: UUID, now: datetime) -> Row[Delivery, Endpoint] | None:
    """The first that is due; nothing while the endpoint rests or is disabled."""
    due = select(Delivery, Endpoint).join(Endpoint).where(Endpoint.id == endpoint_id, *_due(now))
    by_age = due.order_by(Delivery.next_at.nulls_first(), Delivery.message_id).limit(1)
    return (await session.execute(by_age)).first()


def _attempt(delivery: Delivery, answer: Answer, at: datetime) -> Attempt:
    return Attempt(
        endpoint_id=delivery.endpoint_id,
        message_id=delivery.message_id,
        at=at,
        took_ms=answer.took_ms,
        status=answer.status,
        failure=answer.failure,
        answer=answer.head,
    )


def _readable(body: bytes) -> str:
    # A NUL would be refused by the database, and the rest of what nobody can read by a page.
    text = body[: LONGEST_ANSWER * 4].decode("utf-8", "replace")[:LONGEST_ANSWER]
    return "".join(one if one.isprintable() or one in "\n\t" else "\N{REPLACEMENT CHARACTER}" for one in text)


def _milliseconds_since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)
