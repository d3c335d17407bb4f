"""What a co-op's staff do with its endpoints: register, change, try, take away, and send again what did not arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import Conflict, NotFound
from chassis.ids import new_id
from chassis.strangers import AddressRefused
from chassis.tasks import enqueue
from chassis.vault import Vault
from services.producers import audit
from services.producers.audit import Decision
from services.producers.coop import locked_coop
from services.producers.webhooks.breaker import HEALTHY
from services.producers.webhooks.courier import stop
from services.producers.webhooks.delivery import FAILED, WAITING, Attempt, DeliverTo, Delivery
from services.producers.webhooks.endpoint import BOTH_SIGN_FOR, ENABLED, GUARD, Change, Endpoint
from services.producers.webhooks.news import PING, EventType, PingNews
from services.producers.webhooks.signing import new_secret

MOST_OF_A_COOP = 10


class NoSuchEndpoint(NotFound):
    code: ClassVar[str] = "webhook_not_found"
    title: ClassVar[str] = "There is no such webhook"


class TooManyEndpoints(Conflict):
    code: ClassVar[str] = "too_many_webhooks"
    title: ClassVar[str] = "A co-op has ten webhooks at most"


class EndpointDisabled(Conflict):
    code: ClassVar[str] = "webhook_disabled"
    title: ClassVar[str] = "This webhook is switched off"


class PingOnItsWay(Conflict):
    code: ClassVar[str] = "ping_on_its_way"
    title: ClassVar[str] = "A test event is on its way"


@dataclass(frozen=True)
class Hand:
    """Who does something to an endpoint, and when: somebody of the staff, or one of the co-op's keys."""

    by: UUID | None
    now: datetime

    def record(self, session: AsyncSession, what: Decision, endpoint: Endpoint) -> None:
        """In the audit log, without the address, which may hold a secret."""
        audit.record(session, what, subject=endpoint.coop_id, by=self.by, at=self.now, why=str(endpoint.id))


@dataclass(frozen=True)
class Wanted:
    """What staff ask for."""

    url: str
    description: str
    events: Sequence[EventType]

    @classmethod
    def read(cls, url: str, description: str, events: Sequence[EventType]) -> Self:
        """Raises AddressRefused where the address is none that may be called."""
        try:
            return cls(GUARD.target(url).text, description, events)
        except AddressRefused as refused:
            raise AddressRefused(refused.detail, field="url") from refused

    def give(self, endpoint: Endpoint) -> None:
        endpoint.url, endpoint.description = self.url, self.description
        endpoint.events = sorted(set(self.events))


async def register(
    session: AsyncSession, vault: Vault, coop_id: UUID, wanted: Wanted, hand: Hand
) -> tuple[Endpoint, bytes]:
    """The endpoint and its secret, which nobody is shown again."""
    await locked_coop(session, coop_id)
    known = await session.scalar(select(func.count()).select_from(Endpoint).where(Endpoint.coop_id == coop_id))
    if (known or 0) >= MOST_OF_A_COOP:
        raise TooManyEndpoints("Take one away that you no longer need.")
    secret, endpoint = new_secret(), Endpoint(id=new_id(), coop_id=coop_id, made_at=hand.now, state=ENABLED, failures=0)
    wanted.give(endpoint)
    endpoint.secret = vault.seal(secret, endpoint.id)
    session.add(endpoint)
    hand.record(session, Decision.WEBHOOK_REGISTERED, endpoint)
    return endpoint, secret


async def change(session: AsyncSession, endpoint: Endpoint, wanted: Wanted, *, enabled: bool, hand: Hand) -> None:
    """Whoever enables it, or gives it another address, has mended it: the breaker closes."""
    if wanted.url != endpoint.url:
        endpoint.health = HEALTHY
    wanted.give(endpoint)
    hand.record(session, Decision.WEBHOOK_CHANGED, endpoint)
    if not enabled:
        await stop(session, endpoint, Change.DISABLE, hand.now)
    elif endpoint.move(Change.ENABLE):
        endpoint.health = HEALTHY


async def remove(session: AsyncSession, endpoint: Endpoint, hand: Hand) -> None:
    """With its log."""
    hand.record(session, Decision.WEBHOOK_REMOVED, endpoint)
    await session.delete(endpoint)


def rotate(session: AsyncSession, vault: Vault, endpoint: Endpoint, hand: Hand) -> bytes:
    """A fresh secret; the one before signs as well for a day, so that a receiver can change over meanwhile."""
    secret = new_secret()
    endpoint.former_secret, endpoint.former_until = endpoint.secret, hand.now + BOTH_SIGN_FOR
    endpoint.secret = vault.seal(secret, endpoint.id)
    hand.record(session, Decision.WEBHOOK_SECRET_CHANGED, endpoint)
    return secret


async def ping(session: AsyncSession, endpoint: Endpoint) -> Delivery:
    """A test event, at once. One at a time: an address may be a stranger's who did not ask for it."""
    _require_enabled(endpoint)
    on_its_way = select(Delivery.message_id).where(
        Delivery.endpoint_id == endpoint.id, Delivery.type == PING, Delivery.state == WAITING
    )
    if await session.scalar(on_its_way.limit(1)) is not None:
        raise PingOnItsWay("Wait until it has arrived, or look into the log why it does not.")
    news = PingNews(coop_id=endpoint.coop_id)
    delivery = Delivery(endpoint_id=endpoint.id, message_id=new_id(), type=PING, data=news.model_dump_json())
    session.add(delivery)
    _call(session, endpoint)
    await session.flush()
    await session.refresh(delivery)
    return delivery


async def replay(session: AsyncSession, endpoint: Endpoint, message_id: UUID) -> Delivery:
    """One message once more, whether it arrived or not."""
    _require_enabled(endpoint)
    delivery = await session.get(Delivery, (endpoint.id, message_id), with_for_update=True)
    if delivery is None:
        raise NotFound("There is no such delivery; the log reaches back thirty days.")
    delivery.replay()
    _call(session, endpoint)
    return delivery


async def replay_failed(session: AsyncSession, endpoint: Endpoint, since: datetime | None) -> int:
    """All that failed, or those made since then; says how many there are."""
    _require_enabled(endpoint)
    failed = update(Delivery).where(Delivery.endpoint_id == endpoint.id, Delivery.state == FAILED)
    if since is not None:
        failed = failed.where(Delivery.made_at >= since)
    again = failed.values(state=WAITING, tries=0, next_at=None).returning(Delivery.message_id)
    number = len((await session.scalars(again)).all())
    if number:
        _call(session, endpoint)
    return number


def _require_enabled(endpoint: Endpoint) -> None:
    if endpoint.state != ENABLED:
        raise EndpointDisabled("Switch it on first.")


def _call(session: AsyncSession, endpoint: Endpoint) -> None:
    """At once, though it may be resting: somebody has just mended it, or wants to see."""
    endpoint.rests_until = None
    enqueue(session, DeliverTo(endpoint_id=endpoint.id), key=str(endpoint.id))


async def of_coop(session: AsyncSession, coop_id: UUID) -> Sequence[Endpoint]:
    return (await session.scalars(select(Endpoint).where(Endpoint.coop_id == coop_id).order_by(Endpoint.id))).all()


async def one_of(session: AsyncSession, coop_id: UUID, endpoint_id: UUID, *, lock: bool = False) -> Endpoint:
    """Raises NoSuchEndpoint, for another co-op's as well."""
    endpoint = await session.get(Endpoint, endpoint_id, with_for_update=lock)
    if endpoint is None or endpoint.coop_id != coop_id:
        raise NoSuchEndpoint("It may have been taken away.")
    return endpoint


async def log(
    session: AsyncSession, endpoint: Endpoint, *, before: UUID | None, limit: int
) -> list[tuple[Delivery, list[Attempt]]]:
    """Newest first, each with its attempts in their order."""
    found = select(Delivery).where(Delivery.endpoint_id == endpoint.id)
    if before is not None:
        found = found.where(Delivery.message_id < before)
    deliveries = (await session.scalars(found.order_by(Delivery.message_id.desc()).limit(limit))).all()
    attempts: dict[UUID, list[Attempt]] = {delivery.message_id: [] for delivery in deliveries}
    theirs = select(Attempt).where(Attempt.endpoint_id == endpoint.id, Attempt.message_id.in_(attempts))
    for attempt in await session.scalars(theirs.order_by(Attempt.id)):
        attempts[attempt.message_id].append(attempt)
    return [(delivery, attempts[delivery.message_id]) for delivery in deliveries]
