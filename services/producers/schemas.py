"""The shapes of the producers' public API."""

import math
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.producers.application import Application, State
from services.producers.challenge import Challenge, file_url, record_name
from services.producers.control import DAY, GRACE, PROOF_LIFE
from services.producers.coop import Coop
from services.producers.document import DocumentKind
from services.producers.eligibility import Eligibility
from services.producers.evidence import Check
from services.producers.names import LONGEST_TYPED
from services.producers.proving import IssuedChallenge
from services.producers.recheck import Recheck
from services.producers.registration_check import RegistrationCheck
from services.producers.registry import Dossier
from services.producers.requirements import CODES, Kind, Met, Requirement, asked_for, met

# Control characters have no place in a name, and a line break in an address would reach a mail's header.
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
]
OptionalLine = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Text = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=2000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+$"
    ),
]
Note = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
]
Country = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{2}$")]
_NO_SPECIALS = r"[^\s@<>()\[\],;:\x00-\x1f\x7f]+"
MailAddress = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, max_length=254, pattern=rf"^{_NO_SPECIALS}@{_NO_SPECIALS}\.[a-zA-Z0-9-]+$"
    ),
]


class ApplicationDetails(BaseModel):
    """What an applicant says of the co-op besides its domain."""

    model_config = ConfigDict(from_attributes=True)

    legal_name: Line
    trading_name: Line
    legal_form: Line
    country: Country
    city: Line
    address: Line
    postcode: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20, pattern=r"^[^\x00-\x1f\x7f]*$")]
    contact_name: Line
    contact_email: MailAddress
    contact_phone: Line
    makes: Text


class SellerDetails(BaseModel):
    """What a marketplace has to know of a trader before it offers anything; empty where it is still to come."""

    model_config = ConfigDict(from_attributes=True)

    eligibility: Eligibility = Eligibility.COOP
    controlled_by: OptionalLine = ""
    register_name: OptionalLine = ""
    register_number: OptionalLine = ""
    tax_id: OptionalLine = ""
    bank_holder: OptionalLine = ""


class SellerForm(SellerDetails):
    """`certifies`: we are who we say, and offer only what the law allows."""

    certifies: bool = False


class ApplicationForm(ApplicationDetails, SellerForm):
    domain: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TYPED)]


class OpenChallenge(BaseModel):
    """The value belongs in a TXT record of that name, or in the file that the address leads to."""

    record_name: str
    file_url: str
    expires_at: datetime


class FreshChallenge(OpenChallenge):
    """The value is shown here and never again; whoever loses it asks for a fresh one."""

    record_type: Literal["TXT"] = "TXT"
    record_value: str

    @classmethod
    def of(cls, domain: str, issued: IssuedChallenge) -> Self:
        return cls(
            record_name=record_name(domain),
            record_value=issued.token,
            file_url=file_url(domain),
            expires_at=issued.expires_at,
        )


class Evidence(BaseModel):
    checked_at: datetime
    way: str
    place: str
    outcome: str
    resolvers: list[str]
    answers: list[str]
    authenticated_data: bool

    @classmethod
    def of(cls, check: Check) -> Self:
        return cls(
            checked_at=check.checked_at,
            way=check.way,
            place=check.record_name,
            outcome=check.outcome,
            resolvers=check.resolvers,
            answers=check.seen,
            authenticated_data=check.authenticated_data,
        )


class RegistryEvidence(BaseModel):
    """One answer of the registry, and over how long it gave it."""

    first_checked_at: datetime
    checked_at: datetime
    server: str
    verdict: str
    statuses: list[str]
    events: dict[str, datetime]

    @classmethod
    def of(cls, told: RegistrationCheck) -> Self:
        return cls(
            first_checked_at=told.first_checked_at,
            checked_at=told.checked_at,
            server=told.server,
            verdict=told.verdict,
            statuses=told.statuses,
            events=dict(told.events),
        )


class Payee(BaseModel):
    enabled: bool


class QuestionOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    asked_at: datetime
    words: str
    answered_at: datetime | None
    answer: str | None


class Appeal(BaseModel):
    appealed_at: datetime
    words: str
    decided_at: datetime | None
    answer: str | None

    @classmethod
    def of(cls, application: Application) -> Self | None:
        if application.appealed_at is None:
            return None
        return cls(
            appealed_at=application.appealed_at,
            words=application.appeal_words or "",
            decided_at=application.appeal_decided_at,
            answer=application.appeal_answer,
        )


class DocumentOut(BaseModel):
    """`name` is what the applicant called it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: DocumentKind
    name: str
    type: str
    size: int
    added_at: datetime


class RequirementOut(BaseModel):
    """`at`: when an operator verified or waived it; who it was stands in the audit log."""

    code: str
    kind: Kind
    told: str
    state: Met
    at: datetime | None

    @classmethod
    def of(cls, one: Requirement, dossier: Dossier) -> Self:
        papers = {document.kind for document in dossier.documents}
        mark = next((mark for mark in dossier.marks if mark.requirement == one.code), None)
        return cls(
            code=one.code,
            kind=one.kind,
            told=one.told,
            state=met(one, dossier.application, dossier.marks, papers),
            at=mark.at if mark else None,
        )


class Renewal(BaseModel):
    """When an admitted co-op has to prove its domain again, and whether its proof still counts."""

    due_at: datetime
    revoked: bool
    grace_days_left: int


class ApplicationOut(ApplicationDetails, SellerDetails):
    id: UUID
    account_id: UUID
    domain: str
    domain_shown: str
    mixed_script: bool
    state: State
    challenge: OpenChallenge | None
    evidence: list[Evidence]
    registry: list[RegistryEvidence]
    renewal: Renewal | None
    submitted_at: datetime
    decided_at: datetime | None
    decision_reason: str | None
    certified_version: str | None
    certified_at: datetime | None
    requirements: list[RequirementOut]
    documents: list[DocumentOut]
    questions: list[QuestionOut]
    appeal_open_until: datetime | None
    appeal: Appeal | None
    coop_id: UUID | None
    payee: Payee | None

    @classmethod
    def of(cls, dossier: Dossier, demanded: Collection[str], now: datetime) -> Self:
        application, coop = dossier.application, dossier.coop
        return cls(
            **ApplicationDetails.model_validate(application).model_dump(),
            **SellerDetails.model_validate(application).model_dump(),
            certified_version=application.certified_version,
            certified_at=application.certified_at,
            documents=[DocumentOut.model_validate(document) for document in dossier.documents],
            requirements=[RequirementOut.of(one, dossier) for one in asked_for(demanded)],
            id=application.id,
            account_id=application.account_id,
            domain=application.domain,
            domain_shown=application.domain_shown,
            mixed_script=application.mixed_script,
            state=application.state,
            challenge=_open(application, dossier.challenge, now),
            evidence=[Evidence.of(check) for check in dossier.checks],
            registry=[RegistryEvidence.of(told) for told in dossier.registrations],
            renewal=_renewal(coop, dossier.recheck),
            submitted_at=application.submitted_at,
            decided_at=application.decided_at,
            decision_reason=application.decision_reason,
            questions=[QuestionOut.model_validate(question) for question in dossier.questions],
            appeal_open_until=application.appeal_open_until,
            appeal=Appeal.of(application),
            coop_id=coop.id if coop else None,
            payee=None if coop is None or coop.payee_enabled is None else Payee(enabled=coop.payee_enabled),
        )


def _open(application: Application, challenge: Challenge | None, now: datetime) -> OpenChallenge | None:
    if challenge is None or not challenge.live(now):
        return None
    return OpenChallenge(
        record_name=record_name(application.domain),
        file_url=file_url(application.domain),
        expires_at=challenge.expires_at,
    )


def _renewal(coop: Coop | None, recheck: Recheck | None) -> Renewal | None:
    if coop is None or recheck is None:
        return None
    left = max(GRACE - recheck.grace_used, timedelta(0))
    return Renewal(
        due_at=coop.proved_at + PROOF_LIFE, revoked=recheck.proof_revoked, grace_days_left=math.ceil(left / DAY)
    )


class Admission(BaseModel):
    """`verified`: what the operator has looked at; `override`: admit although something is open, with a note."""

    note: Note = ""
    verified: list[str] = Field([], max_length=len(CODES))
    override: bool = False


class Waiver(BaseModel):
    requirement: str
    words: Text


class Refusal(BaseModel):
    reason: Text


class Said(BaseModel):
    """A question, an answer, an appeal, or the word on it."""

    words: Text
