"""An application to sell here, and the only steps it can take."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import DateTime, Enum, Index, and_, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.errors import Conflict, NotFound
from chassis.ids import new_id
from services.producers.base import Base
from services.producers.names import CoopDomain

GIVES_WAY_AFTER = timedelta(days=7)  # so that nobody can keep a co-op from its own name by applying and never proving


APPEAL_OPEN_FOR = timedelta(days=30)


class State(StrEnum):
    """`proved` is read by the operators, `asked` waits for the applicant's answer, `dismissed` was appealed in vain."""

    APPLIED = "applied"
    PROVED = "proved"
    ASKED = "asked"
    ADMITTED = "admitted"
    REFUSED = "refused"
    APPEALED = "appealed"
    DISMISSED = "dismissed"


class Step(StrEnum):
    """What may happen to an application; the words are those of a refusal to take it."""

    PROVE = "proved"
    TAKE_BACK_PROOF = "proved anew"
    ASK = "asked about"
    ANSWER = "answered for"
    ADMIT = "admitted"
    REFUSE = "refused"
    APPEAL = "appealed"
    UPHOLD = "reopened"
    DISMISS = "dismissed"


APPLIED, PROVED, ASKED, ADMITTED, REFUSED, APPEALED, DISMISSED = State

# Where each step leads from each state. A state that leads to itself has nothing left to do; one that is missing
# refuses the step.
TRANSITIONS: Mapping[Step, Mapping[State, State]] = {
    Step.PROVE: {APPLIED: PROVED, PROVED: PROVED},
    Step.TAKE_BACK_PROOF: {PROVED: APPLIED, ASKED: APPLIED},
    Step.ASK: {PROVED: ASKED, ASKED: ASKED},
    Step.ANSWER: {ASKED: PROVED},
    Step.ADMIT: {PROVED: ADMITTED, ASKED: ADMITTED, ADMITTED: ADMITTED},
    Step.REFUSE: {APPLIED: REFUSED, PROVED: REFUSED, ASKED: REFUSED, REFUSED: REFUSED},
    Step.APPEAL: {REFUSED: APPEALED, APPEALED: APPEALED},
    # Back to the reading: whatever else speaks against it has to be found then.
    Step.UPHOLD: {APPEALED: PROVED, PROVED: PROVED},
    Step.DISMISS: {APPEALED: DISMISSED, DISMISSED: DISMISSED},
}

HOLDS = "state NOT IN ('refused', 'dismissed') AND released_at IS NULL"
DECIDED = (ADMITTED, REFUSED, APPEALED, DISMISSED)
READ = frozenset({PROVED, ASKED})
"""The states in which an operator may admit."""

OVER = (REFUSED, DISMISSED)
"""The states in which somebody else, or the same account again, may apply with the domain; as after a lapse."""


PARTICULARS = (
    "legal_name", "trading_name", "legal_form", "city", "address", "postcode", "contact_name", "contact_email",
    "contact_phone", "makes", "controlled_by", "register_name", "register_number", "tax_id", "bank_holder",
)  # fmt: skip
"""What an applicant writes in their own words."""


class NotProved(Conflict):
    code = "not_proved"
    title = "Control of the domain is not proved yet"


class NameHeld(Conflict):
    code = "name_held"
    title = "The letters of this name may pass for others"


class AlreadyDecided(Conflict):
    code = "already_decided"
    title = "This application was decided already"


class AppealClosed(Conflict):
    code = "appeal_closed"
    title = "There is nothing to appeal against, or not any more"


class Application(Base):
    __tablename__ = "applications"
    __table_args__ = (
        Index("one_active_per_domain", "domain", unique=True, postgresql_where=text(HOLDS)),
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
    eligibility: Mapped[str] = mapped_column(default="COOP", server_default="COOP")
    controlled_by: Mapped[str] = mapped_column(default="", server_default="")
    register_name: Mapped[str] = mapped_column(default="", server_default="")
    register_number: Mapped[str] = mapped_column(default="", server_default="")
    tax_id: Mapped[str] = mapped_column(default="", server_default="")
    bank_holder: Mapped[str] = mapped_column(default="", server_default="")
    certified_version: Mapped[str | None]
    certified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    state: Mapped[State] = mapped_column(
        Enum(State, native_enum=False, length=20, values_callable=lambda states: [str(state) for state in states]),
        default=State.APPLIED,
    )
    submitted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    proved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[UUID | None]
    decision_reason: Mapped[str | None]
    appealed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    appeal_words: Mapped[str | None]
    appeal_decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    appeal_answer: Mapped[str | None]
    released_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def canonical(self) -> CoopDomain:
        return CoopDomain(self.domain, self.domain_shown, self.mixed_script)

    @property
    def appeal_open_until(self) -> datetime | None:
        """None where there is nothing to appeal against: what merely gave way may be applied for again."""
        if self.state is not REFUSED or self.decided_at is None or self.decided_by is None or self.proved_at is None:
            return None
        return self.decided_at + APPEAL_OPEN_FOR

    def prove(self, at: datetime) -> bool:
        moved = self._take(Step.PROVE)
        if moved:
            self.proved_at = at
        return moved

    def take_back_proof(self) -> None:
        """The domain may have another holder since: whoever it is has to prove it afresh."""
        if self._take(Step.TAKE_BACK_PROOF):
            self.proved_at = None

    def ask(self) -> None:
        self._take(Step.ASK)

    def answer(self) -> None:
        self._take(Step.ANSWER)

    def admit(self, *, at: datetime, by: UUID, note: str) -> bool:
        """False if it was admitted before: being told twice is no error and changes nothing."""
        if self.mixed_script and self.state in READ and not note.strip():
            raise NameHeld(f"{self.domain} is written like other names. Say in the note why it imitates none.")
        return self._decide(Step.ADMIT, at=at, by=by, reason=note)

    def refuse(self, *, at: datetime, by: UUID | None, reason: str) -> bool:
        """False if it was refused before. Nobody decides (`by` is None) where an unproved application gives way."""
        return self._decide(Step.REFUSE, at=at, by=by, reason=reason)

    def appeal(self, *, at: datetime, words: str) -> bool:
        """False if it is appealed already. Raises AppealClosed after thirty days, or where it merely gave way."""
        until = self.appeal_open_until
        if self.state is REFUSED and (until is None or at >= until):
            raise AppealClosed(f"An appeal is open for {APPEAL_OPEN_FOR.days} days. You are welcome to apply again.")
        moved = self._take(Step.APPEAL)
        if moved:
            self.appealed_at, self.appeal_words = at, words
        return moved

    def uphold(self, *, at: datetime, answer: str) -> bool:
        """The refusal is taken back, and the application is read once more."""
        moved = self.appealed_at is not None and self._take(Step.UPHOLD)
        if moved:
            self.appeal_decided_at, self.appeal_answer = at, answer
            self.decided_at = self.decided_by = self.decision_reason = None
        return moved

    def dismiss(self, *, at: datetime, answer: str) -> bool:
        moved = self._take(Step.DISMISS)
        if moved:
            self.appeal_decided_at, self.appeal_answer = at, answer
        return moved

    def erase_particulars(self) -> None:
        """Everything that its applicant wrote but the domain: what was decided, and when, stays."""
        for name in PARTICULARS:
            setattr(self, name, "")
        self.appeal_words = self.appeal_answer = None

    def _decide(self, step: Step, *, at: datetime, by: UUID | None, reason: str) -> bool:
        moved = self._take(step)
        if moved:
            self.decided_at, self.decided_by, self.decision_reason = at, by, reason
        return moved

    def _take(self, step: Step) -> bool:
        after = TRANSITIONS[step].get(self.state)
        if after is None:
            raise self._impossible(step)
        before, self.state = self.state, after
        return before is not after

    def _impossible(self, step: Step) -> Conflict:
        if self.state is APPLIED:
            return NotProved(f"{self.domain_shown} must be proved before it can be {step}.")
        return AlreadyDecided(f"The application of {self.domain_shown} is {self.state} and cannot be {step} now.")


HOLDING = and_(Application.state.not_in(OVER), Application.released_at.is_(None))
"""The applications that keep others from their domain: those under way, and those of co-ops that have not lapsed."""


async def locked(session: AsyncSession, application_id: UUID) -> Application:
    """The application, its row locked until the transaction ends."""
    application = await session.get(Application, application_id, with_for_update=True, populate_existing=True)
    if application is None:
        raise NotFound("There is no such application.")
    return application
