"""An application to sell here, and the only steps it can take."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import DateTime, Enum, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.errors import Conflict
from chassis.ids import new_id
from services.producers.base import Base
from services.producers.names import CoopDomain

GIVES_WAY_AFTER = timedelta(days=7)  # so that nobody can keep a co-op from its own name by applying and never proving


class State(StrEnum):
    APPLIED = "applied"
    PROVED = "proved"
    ADMITTED = "admitted"
    REFUSED = "refused"


@dataclass(frozen=True)
class Step:
    reached_from: frozenset[State]
    state: State


PROVE = Step(frozenset({State.APPLIED}), State.PROVED)
ADMIT = Step(frozenset({State.PROVED}), State.ADMITTED)
REFUSE = Step(frozenset({State.APPLIED, State.PROVED}), State.REFUSED)


class NotProved(Conflict):
    code = "not_proved"
    title = "Control of the domain is not proved yet"


class AlreadyDecided(Conflict):
    code = "already_decided"
    title = "This application was decided already"


class Application(Base):
    __tablename__ = "applications"
    __table_args__ = (
        Index("one_active_per_domain", "domain", unique=True, postgresql_where=text("state <> 'refused'")),
        Index("applications_of_account", "account_id", "id"),
        Index("applications_by_state", "state", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID]
    domain: Mapped[str]
    domain_shown: Mapped[str]
    mixed_script: Mapped[bool]
    legal_name: Mapped[str]
    trading_name: Mapped[str]
    legal_form: Mapped[str]
    country: Mapped[str]
    city: Mapped[str]
    address: Mapped[str]
    postcode: Mapped[str]
    contact_name: Mapped[str]
    contact_email: Mapped[str]
    contact_phone: Mapped[str]
    makes: Mapped[str]
    state: Mapped[State] = mapped_column(
        Enum(State, native_enum=False, length=20, values_callable=lambda states: [str(state) for state in states]),
        default=State.APPLIED,
    )
    submitted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    proved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[UUID | None]
    decision_reason: Mapped[str | None]

    @property
    def canonical(self) -> CoopDomain:
        return CoopDomain(self.domain, self.domain_shown, self.mixed_script)

    def prove(self, at: datetime) -> bool:
        moved = self._take(PROVE)
        if moved:
            self.proved_at = at
        return moved

    def admit(self, *, at: datetime, by: UUID, note: str) -> bool:
        """False if it was admitted before: being told twice is no error and changes nothing."""
        return self._decide(ADMIT, at=at, by=by, reason=note)

    def refuse(self, *, at: datetime, by: UUID | None, reason: str) -> bool:
        """False if it was refused before. Nobody decides (`by` is None) where an unproved application gives way."""
        return self._decide(REFUSE, at=at, by=by, reason=reason)

    def _decide(self, step: Step, *, at: datetime, by: UUID | None, reason: str) -> bool:
        moved = self._take(step)
        if moved:
            self.decided_at, self.decided_by, self.decision_reason = at, by, reason
        return moved

    def _take(self, step: Step) -> bool:
        if self.state is step.state:
            return False
        if self.state not in step.reached_from:
            raise self._impossible(step)
        self.state = step.state
        return True

    def _impossible(self, step: Step) -> Conflict:
        if self.state is State.APPLIED:
            return NotProved(f"{self.domain_shown} must be proved by its TXT record before it can be {step.state}.")
        return AlreadyDecided(f"The application of {self.domain_shown} is {self.state} and cannot become {step.state}.")
