"""A delivery: one message on its way to one endpoint, with every attempt that was made."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

import orjson
from sqlalchemy import DateTime, ForeignKey, ForeignKeyConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.ids import new_id
from chassis.tasks import Task
from services.producers.base import Base

# The waits after each failed attempt, about three days in all; after the last one there is no further attempt.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.2  # So much longer at most, so that what failed together does not come back together.


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Step(StrEnum):
    ARRIVE = "arrive"
    GIVE_UP = "give up"
    REPLAY = "replay"


WAITING, DELIVERED, FAILED = DeliveryState

# Where each step leads from each state: what arrived has arrived, whatever a second worker saw.
TRANSITIONS: Mapping[Step, Mapping[DeliveryState, DeliveryState]] = {
    Step.ARRIVE: {WAITING: DELIVERED, DELIVERED: DELIVERED, FAILED: DELIVERED},
    Step.GIVE_UP: {WAITING: FAILED, DELIVERED: DELIVERED, FAILED: FAILED},
    Step.REPLAY: {WAITING: WAITING, DELIVERED: WAITING, FAILED: WAITING},
}


class DeliverTo(Task):
    """Whatever is due at one endpoint: one task for each, so that it gets one message after the other."""

    kind: ClassVar[str] = "deliver_webhooks"

    endpoint_id: UUID


class Delivery(Base):
    """`data` is JSON. `next_at` is None for what is due at once; `tries` count since it was last asked for."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("webhook_deliveries_waiting", "endpoint_id", "next_at", postgresql_where=text("state = 'waiting'")),
        Index("webhook_deliveries_by_age", "made_at"),
    )

    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"), primary_key=True)
    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str]
    data: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=WAITING)
    tries: Mapped[int] = mapped_column(server_default="0")
    next_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    @property
    def body(self) -> bytes:
        """The same octets at every attempt."""
        envelope = {"type": self.type, "timestamp": self.made_at.astimezone(UTC), "data": orjson.Fragment(self.data)}
        return orjson.dumps(envelope, option=orjson.OPT_UTC_Z)

    def move(self, step: Step) -> None:
        self.state = TRANSITIONS[step][DeliveryState(self.state)]

    def arrived(self) -> None:
        self.move(Step.ARRIVE)
        self.tries += 1
        self.next_at = None

    def failed(self, now: datetime, *, dice: float) -> None:
        """Due again after the next wait of the table, or given up; `dice` is a number from 0 to 1."""
        self.tries += 1
        if self.tries > len(WAITS):
            self.move(Step.GIVE_UP)
        else:
            self.next_at = now + WAITS[self.tries - 1] * (1 + JITTER * dice)

    def replay(self) -> None:
        """Sent again at once, with its old id and all attempts before it."""
        self.move(Step.REPLAY)
        self.tries, self.next_at = 0, None


class Attempt(Base):
    """`status` is None where nothing was answered, and `failure` says why; `answer` is the head of what was."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["endpoint_id", "message_id"],
            ["webhook_deliveries.endpoint_id", "webhook_deliveries.message_id"],
            ondelete="CASCADE",
        ),
        Index("webhook_attempts_of_delivery", "endpoint_id", "message_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    endpoint_id: Mapped[UUID]
    message_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    took_ms: Mapped[int]
    status: Mapped[int | None]
    failure: Mapped[str | None]
    answer: Mapped[str]
