"""A feed address: where a co-op keeps its file, from which we fetch it time and again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import unquote, urlsplit
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.strangers import Guard
from services.catalog.base import Base
from services.catalog.imports.importing import Policy
from services.catalog.same_again import Validators

GUARD = Guard(schemes=frozenset({"https"}), ports=frozenset({443}))
"""What the address has to be, when it is named and every time that it is asked."""


class Every(StrEnum):
    HOUR = "hour"
    DAY = "day"


PERIODS: Mapping[Every, timedelta] = {Every.HOUR: timedelta(hours=1), Every.DAY: timedelta(days=1)}

# How long nothing is asked after so many failures in a row; the last one stays.
RESTS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3), timedelta(hours=12), timedelta(days=1))
GIVEN_UP_AFTER = 10


class FeedState(StrEnum):
    ON = "on"
    OFF = "off"
    GIVEN_UP = "given_up"


class FeedChange(StrEnum):
    SWITCH_ON = "switch on"
    SWITCH_OFF = "switch off"
    GIVE_UP = "give up"


ON, OFF, GIVEN_UP = FeedState

# Where each change leads from each state: what its co-op has switched off stays so.
TRANSITIONS: Mapping[FeedChange, Mapping[FeedState, FeedState]] = {
    FeedChange.SWITCH_ON: {ON: ON, OFF: ON, GIVEN_UP: ON},
    FeedChange.SWITCH_OFF: {ON: OFF, OFF: OFF, GIVEN_UP: OFF},
    FeedChange.GIVE_UP: {ON: GIVEN_UP, OFF: OFF, GIVEN_UP: GIVEN_UP},
}


class FeedAddress(Base):
    """One for each co-op. `failure` is what went wrong the last time, in words for the co-op; None where nothing did.

    `etag`, `last_modified` and `digest` are of the file that came last, so that the same one is not taken twice.
    """

    __tablename__ = "feed_addresses"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in FeedState)})", name="state"),
        CheckConstraint(f"every IN ({', '.join(repr(str(every)) for every in Every)})", name="every"),
        CheckConstraint(f"policy IN ({', '.join(repr(str(policy)) for policy in Policy)})", name="policy"),
        Index("ix_feed_addresses_due", "next_at", postgresql_where=text("state = 'on'")),
    )

    coop_id: Mapped[UUID] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String)
    every: Mapped[str] = mapped_column(String)
    policy: Mapped[str] = mapped_column(String)
    remove_missing: Mapped[bool]
    state: Mapped[str] = mapped_column(String)
    failures: Mapped[int]
    failure: Mapped[str | None] = mapped_column(String)
    next_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    etag: Mapped[str | None] = mapped_column(String)
    last_modified: Mapped[str | None] = mapped_column(String)
    digest: Mapped[bytes | None]
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("imports.import_id", ondelete="SET NULL"))

    def move(self, change: FeedChange) -> None:
        self.state = TRANSITIONS[change][FeedState(self.state)]

    def begin_anew(self, now: datetime) -> None:
        """Due now, and whatever stands there is new to us."""
        self.etag = self.last_modified = self.digest = None
        self.failures, self.failure, self.next_at = 0, None, now

    def remember(self, headers: Mapping[str, str], digest: bytes) -> None:
        """What to ask with the next time, where it may be sent back as it came."""
        told = Validators.of(headers)
        self.etag, self.last_modified, self.digest = told.etag, told.last_modified, digest

    @property
    def validators(self) -> dict[str, str]:
        return Validators(self.etag, self.last_modified).headers

    def fared_well(self, now: datetime) -> None:
        self.failures, self.failure, self.asked_at = 0, None, now
        self.next_at = now + PERIODS[Every(self.every)]

    def failed(self, why: str, now: datetime) -> None:
        """Rests for longer each time, and is given up in the end."""
        self.failures, self.failure, self.asked_at = self.failures + 1, why, now
        self.next_at = now + RESTS[min(self.failures, len(RESTS)) - 1]
        if self.failures >= GIVEN_UP_AFTER:
            self.move(FeedChange.GIVE_UP)

    @property
    def filename(self) -> str:
        """What the file is called, as far as its address tells."""
        parts = urlsplit(self.url)
        name = unquote(parts.path.rpartition("/")[2]) or parts.netloc
        return "".join(letter for letter in name if letter.isprintable())
