"""Co-ops as the public sees them, and applications as the applicant and the operator see them."""

from datetime import date, datetime
from typing import Final

from storefront.wire.reading import Wire

ABOUT_ACCOUNTS: Final = frozenset(
    {
        "address_verified", "address_changed", "password_changed", "sessions_ended", "second_factor_added",
        "second_factor_removed", "recovery_code_used", "recovery_codes_renewed", "operator_made", "account_closed",
    }
)  # fmt: skip
BY_THE_APPLICANT: Final = frozenset(
    {"applied", "challenge_issued", "proved", "answered", "appealed", "stated", "document_added", "paused", "resumed"}
)
# What staff decide among themselves, and what goes with somebody who leaves: no operator has a hand in it.
BY_AN_ACCOUNT: Final = ABOUT_ACCOUNTS | {
    "api_key_made", "api_key_revoked", "invited", "invitation_withdrawn", "joined", "role_changed", "left", "removed",
    "words_erased",
}  # fmt: skip


class CoopName(Wire):
    """As much of a co-op as a line beside its goods needs."""

    id: str | None = None
    slug: str
    name: str
    country: str | None = None
    paused: bool = False
    paused_until: date | None = None


class Pause(Wire):
    since: datetime | None = None
    until: date | None = None
    words: str = ""


class Proof(Wire):
    method: str | None = None
    proved_at: datetime | None = None
    due_again_at: datetime | None = None
    revoked: bool = False
    resolvers: tuple[str, ...] = ()
    authenticated_data: bool = False


class RegistryStatus(Wire):
    verdict: str | None = None
    statuses: tuple[str, ...] = ()
    seen_at: datetime | None = None
    next_check_due: datetime | None = None


class Seller(Wire):
    """Whom a shopper deals with."""

    name: str
    legal_form: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""
    register_name: str = ""
    register_number: str = ""
    certified_at: datetime | None = None


class Coop(Wire):
    id: str
    slug: str
    name: str
    domain: str
    country: str | None = None
    city: str | None = None
    makes: str | None = None
    state: str = "admitted"
    state_since: datetime | None = None
    state_told: str | None = None
    pause: Pause | None = None
    admitted_at: datetime | None = None
    proof: Proof | None = None
    registry: RegistryStatus | None = None
    seller: Seller | None = None

    @property
    def sells(self) -> bool:
        return self.state == "admitted"


class AuditEntry(Wire):
    """One decision of the registry; `by` is None where the house decided by itself."""

    position: int
    at: datetime
    what: str
    subject: str
    by: str | None = None
    why: str | None = None
    evidence: str | None = None
    said: str | None = None
    digest: str = ""

    @property
    def is_about_an_account(self) -> bool:
        return self.what in ABOUT_ACCOUNTS

    @property
    def whose(self) -> str:
        if self.by is None:
            return "the house"
        if self.what in BY_AN_ACCOUNT:
            return f"account …{self.by[-6:]}"
        return "the co-op" if self.what in BY_THE_APPLICANT else f"operator …{self.by[-6:]}"


class StandingAppeal(Wire):
    """What a co-op says against being stopped; `upheld` is None while it is being read."""

    appealed_at: datetime
    words: str
    decided_at: datetime | None = None
    answer: str | None = None
    upheld: bool | None = None

    @property
    def state(self) -> str:
        return "appeal_waiting" if self.upheld is None else "appeal_upheld" if self.upheld else "appeal_dismissed"


class WaitingAppeal(Wire):
    coop_id: str
    name: str
    domain: str = ""
    state: str
    appealed_at: datetime
    words: str


class Standing(Wire):
    """Where a co-op stands, as its staff and operators see it."""

    coop_id: str
    state: str
    since: datetime | None = None
    reason: str | None = None
    told: str | None = None
    to_do: str | None = None
    words: str | None = None
    by_operator: bool = False
    registered_anew_at: datetime | None = None
    appeals: tuple[StandingAppeal, ...] = ()

    @property
    def open_appeal(self) -> StandingAppeal | None:
        return next((appeal for appeal in self.appeals if appeal.upheld is None), None)


class Challenge(Wire):
    """The value is present only in the answer that made it."""

    record_name: str
    record_type: str = "TXT"
    record_value: str | None = None
    file_url: str | None = None
    expires_at: datetime | None = None


class Evidence(Wire):
    checked_at: datetime
    way: str = "dns_txt"
    outcome: str
    resolvers: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    authenticated_data: bool | None = None


class RegistryAnswer(Wire):
    first_checked_at: datetime | None = None
    checked_at: datetime
    server: str = ""
    verdict: str
    statuses: tuple[str, ...] = ()


class Renewal(Wire):
    due_at: datetime
    revoked: bool = False
    grace_days_left: int = 0


class PayeeState(Wire):
    enabled: bool = False


class Question(Wire):
    id: str
    asked_at: datetime
    words: str
    answered_at: datetime | None = None
    answer: str | None = None


class Appeal(Wire):
    appealed_at: datetime
    words: str
    decided_at: datetime | None = None
    answer: str | None = None


class Document(Wire):
    id: str
    kind: str
    name: str
    type: str
    size: int
    added_at: datetime


class Requirement(Wire):
    code: str
    kind: str
    told: str
    state: str
    at: datetime | None = None


class Application(Wire):
    id: str
    domain: str
    mixed_script: bool = False
    state: str
    legal_name: str = ""
    trading_name: str = ""
    legal_form: str = ""
    country: str = ""
    city: str = ""
    address: str = ""
    postcode: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str | None = None
    makes: str = ""
    eligibility: str = "COOP"
    controlled_by: str = ""
    register_name: str = ""
    register_number: str = ""
    tax_id: str = ""
    bank_holder: str = ""
    certified_at: datetime | None = None
    requirements: tuple[Requirement, ...] = ()
    documents: tuple[Document, ...] = ()
    challenge: Challenge | None = None
    evidence: tuple[Evidence, ...] = ()
    registry: tuple[RegistryAnswer, ...] = ()
    renewal: Renewal | None = None
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None
    questions: tuple[Question, ...] = ()
    appeal_open_until: datetime | None = None
    appeal: Appeal | None = None
    payee: PayeeState | None = None

    @property
    def may_state(self) -> bool:
        return self.state in {"applied", "proved", "asked"}

    @property
    def still_to_state(self) -> bool:
        """Whether the co-op itself has something to give yet."""
        return any(one.kind != "verified" for one in self.still_open)

    @property
    def still_open(self) -> tuple[Requirement, ...]:
        return tuple(one for one in self.requirements if one.state == "open")
