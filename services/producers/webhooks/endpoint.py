"""An endpoint: an address of a co-op's own system that wants to be told things."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.ids import new_id
from chassis.strangers import Guard
from services.producers.base import Base
from services.producers.webhooks.breaker import Health

GUARD = Guard(schemes=frozenset({"https"}), ports=frozenset({443}))
"""What an endpoint's address has to be, when it is registered and every time that it is called."""

BOTH_SIGN_FOR = timedelta(hours=24)


class EndpointState(StrEnum):
    ENABLED = "enabled"
    DISABLED = "disabled"
    GONE = "gone"
    FAILING = "failing"


class Change(StrEnum):
    ENABLE = "enable"
    DISABLE = "disable"
    SAYS_GONE = "says gone"
    GIVE_UP = "give up"


ENABLED, DISABLED, GONE, FAILING = EndpointState

# Where each change leads from each state: what its co-op has switched off stays so, whatever an answer on its way says.
TRANSITIONS: Mapping[Change, Mapping[EndpointState, EndpointState]] = {
    Change.ENABLE: {ENABLED: ENABLED, DISABLED: ENABLED, GONE: ENABLED, FAILING: ENABLED},
    Change.DISABLE: {ENABLED: DISABLED, DISABLED: DISABLED, GONE: DISABLED, FAILING: DISABLED},
    Change.SAYS_GONE: {ENABLED: GONE, DISABLED: DISABLED, GONE: GONE, FAILING: FAILING},
    Change.GIVE_UP: {ENABLED: FAILING, DISABLED: DISABLED, GONE: GONE, FAILING: FAILING},
}


class Endpoint(Base):
    """Its secrets are sealed; the former one signs too for a day after it was changed."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (Index("webhook_endpoints_of_coop", "coop_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    coop_id: Mapped[UUID] = mapped_column(ForeignKey("coops.id"))
    url: Mapped[str]
    description: Mapped[str]
    events: Mapped[list[str]] = mapped_column(ARRAY(String))
    state: Mapped[str] = mapped_column(default=ENABLED)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    former_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    rests_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    def move(self, change: Change) -> bool:
        """False where it was there before."""
        before = EndpointState(self.state)
        self.state = TRANSITIONS[change][before]
        return self.state != before

    @property
    def health(self) -> Health:
        return Health(self.failures, self.failing_since, self.rests_until)

    @health.setter
    def health(self, health: Health) -> None:
        self.failures, self.failing_since = health.failures, health.failing_since
        self.rests_until = health.rests_until
