"""What was answered at each check of a challenge, kept whatever the outcome."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Self, TypedDict
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.ids import new_id
from services.producers.audit import evidence_of
from services.producers.base import Base
from services.producers.challenge import Way, place
from services.producers.resolver import Said, TxtAnswer

LONGEST_RECORD = 1000  # characters kept of one record; a token has 43


class Outcome(StrEnum):
    ASKED = "asked"
    PROVED = "proved"
    NOT_FOUND = "not_found"
    RESOLVERS_DISAGREE = "resolvers_disagree"
    UNREACHABLE = "unreachable"


class KeptAnswer(TypedDict):
    nameserver: str
    said: str
    records: list[str]
    aliases: list[str]
    authenticated_data: bool
    failure: str | None


class Check(Base):
    __tablename__ = "checks"
    __table_args__ = (Index("checks_of_application", "application_id", "checked_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    checked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    record_name: Mapped[str]
    way: Mapped[str] = mapped_column(default=Way.DNS, server_default=Way.DNS)
    outcome: Mapped[str]
    answers: Mapped[list[KeptAnswer]] = mapped_column(JSONB)

    @classmethod
    def begun(cls, application_id: UUID, domain: str, way: Way, now: datetime) -> Self:
        """Written before anybody is asked, so that many checks at once cannot pass a limit together."""
        return cls(
            application_id=application_id,
            checked_at=now,
            record_name=place(way, domain),
            way=way,
            outcome=Outcome.ASKED,
            answers=[],
        )

    @property
    def digest(self) -> bytes:
        """For the audit log: what was asked, and every answer that was kept."""
        return evidence_of([self.record_name, self.outcome, self.answers])

    @property
    def resolvers(self) -> list[str]:
        return [answer["nameserver"] for answer in self.answers]

    @property
    def seen(self) -> list[str]:
        return sorted({record for answer in self.answers for record in answer["records"]})

    @property
    def authenticated_data(self) -> bool:
        """Whether DNSSEC vouched for every answer."""
        return bool(self.answers) and all(answer["authenticated_data"] for answer in self.answers)


def judge(answers: Sequence[TxtAnswer], published: Sequence[bool]) -> Outcome:
    """Proved only if every server was reached and shows the token."""
    if not answers or any(answer.said is Said.UNREACHABLE for answer in answers):
        return Outcome.UNREACHABLE
    if all(published):
        return Outcome.PROVED
    return Outcome.RESOLVERS_DISAGREE if any(published) else Outcome.NOT_FOUND


def kept(way: Way, answer: TxtAnswer) -> KeptAnswer:
    # What DNS says everybody may see. A web server's words are kept as a digest: it might have been made to fetch them.
    readable = _readable if way is Way.DNS else _digest
    return KeptAnswer(
        nameserver=answer.nameserver,
        said=answer.said,
        records=[readable(record)[:LONGEST_RECORD] for record in answer.records],
        aliases=list(answer.aliases),
        authenticated_data=answer.authenticated_data,
        failure=answer.failure,
    )


def _digest(record: bytes) -> str:
    return f"sha256:{hashlib.sha256(record).hexdigest()}"


def _readable(record: bytes) -> str:
    # As zone files write them: a record may hold any octet, and neither JSONB nor a page can show all of them.
    return "".join(chr(octet) if 0x20 <= octet < 0x7F else f"\\{octet:03d}" for octet in record)
