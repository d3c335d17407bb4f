"""The facts which the producers promise to everybody: public, complete, without personal data."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from chassis.events import Event


class CoopAdmitted(Event):
    topic: ClassVar[str] = "producers.coops"
    subject_field: ClassVar[str] = "coop_id"

    coop_id: UUID
    slug: str
    name: str
    domain: str
    country: str
    city: str
    makes: str
    state: Literal["admitted"]
    admitted_at: datetime


class MemberJoined(Event):
    topic: ClassVar[str] = "producers.members"
    subject_field: ClassVar[str] = "coop_id"

    coop_id: UUID
    account_id: UUID
    role: Literal["owner"]
