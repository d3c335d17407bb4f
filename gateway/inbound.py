"""What the gateway reads of others' facts: who works where."""

from typing import ClassVar
from uuid import UUID

from chassis.events import Inbound


class MemberFact(Inbound):
    topic: ClassVar[str] = "producers.members"

    coop_id: UUID
    account_id: UUID
    version: int


class MemberJoined(MemberFact):
    event: ClassVar[str] = "producers.MemberJoined"

    role: str


class MemberRoleChanged(MemberFact):
    event: ClassVar[str] = "producers.MemberRoleChanged"

    role: str


class MemberLeft(MemberFact):
    event: ClassVar[str] = "producers.MemberLeft"
