"""The facts which the producers promise to everybody: public, complete, without personal data."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.events import Event


class Pause(BaseModel):
    """Closed by the co-op itself; `until` is the day on which the shop opens again, None where none was named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: datetime
    until: date | None


class CoopFact(Event):
    """The whole public state of a co-op: the topic is compacted, so that the last fact has to be enough."""

    topic: ClassVar[str] = "producers.coops"
    subject_field: ClassVar[str] = "coop_id"

    coop_id: UUID
    slug: str
    name: str
    domain: str
    country: str
    city: str
    makes: str
    admitted_at: datetime
    pause: Pause | None = Field(None, exclude_if=lambda pause: pause is None)


class CoopAdmitted(CoopFact):
    state: Literal["admitted"]


class StandingChanged(CoopFact):
    """`reason` is a code without anything personal; `since` is when the co-op came into this state."""

    reason: str
    since: datetime


class CoopSuspended(StandingChanged):
    """Its goods are neither shown nor reserved; what was paid is still fulfilled and paid out."""

    state: Literal["suspended"]


class CoopReinstated(StandingChanged):
    """It sells again."""

    state: Literal["admitted"]


class CoopLapsed(StandingChanged):
    """What its admission rested on is gone. As while suspended, until it is reinstated."""

    state: Literal["lapsed"]


class CoopPaused(CoopFact):
    """Its goods can be looked at and neither reserved nor found among those of others; its standing is as it was."""

    state: Literal["admitted", "suspended", "lapsed"]


class CoopResumed(CoopFact):
    """The pause is over; its standing is as it was."""

    state: Literal["admitted", "suspended", "lapsed"]


RoleName = Literal["owner", "catalogue", "fulfilment", "finance"]


class MemberFact(Event):
    """Who works for a co-op; `version` numbers what was told about its staff."""

    topic: ClassVar[str] = "producers.members"
    subject_field: ClassVar[str] = "coop_id"

    coop_id: UUID
    account_id: UUID


class MemberJoined(MemberFact):
    role: RoleName


class MemberRoleChanged(MemberFact):
    role: RoleName


class MemberLeft(MemberFact):
    """Of their own accord, or because they were asked to."""
