"""The shapes in which a co-op, its proof and its standing are shown, and those in which it is stopped."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from services.producers.application import Application
from services.producers.control import PROOF_LIFE
from services.producers.coop import Coop, CoopState, Reason
from services.producers.names import CoopDomain
from services.producers.reasons import public_sentence, to_do
from services.producers.recheck import Recheck
from services.producers.registry import Listed
from services.producers.schemas import Note, Text
from services.producers.standing_appeal import StandingAppeal

# What an operator may give as a reason; what the house finds out about a domain is its own to say.
StoppedFor = Literal[
    Reason.UNDER_REVIEW,
    Reason.NOT_ELIGIBLE,
    Reason.RULES_BROKEN,
    Reason.DETAILS_MISSING,
    Reason.DOMAIN_ON_HOLD,
    Reason.DOMAIN_CHANGED_HANDS,
]
ShoppersWords = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
]
BackFor = Literal[Reason.MENDED, Reason.PROVED_AGAIN, Reason.APPEAL_UPHELD]


class Proof(BaseModel):
    """How the co-op showed that the domain is its own; `authenticated_data`: every answer was DNSSEC-validated."""

    method: str
    proved_at: datetime
    due_again_at: datetime
    revoked: bool
    resolvers: list[str]
    authenticated_data: bool

    @classmethod
    def of(cls, listed: Listed) -> Self:
        coop = listed.coop
        return cls(
            method=coop.proof_method,
            proved_at=coop.proved_at,
            due_again_at=coop.proved_at + PROOF_LIFE,
            revoked=listed.recheck.proof_revoked,
            resolvers=coop.proof_resolvers,
            authenticated_data=coop.proof_authenticated,
        )


class RegistryStatus(BaseModel):
    """What the `.coop` registry last said of the domain; `verdict` is what it means for the holder."""

    verdict: str
    statuses: list[str]
    seen_at: datetime | None
    next_check_due: datetime

    @classmethod
    def of(cls, recheck: Recheck) -> Self:
        return cls(
            verdict=recheck.verdict,
            statuses=recheck.registry_statuses,
            seen_at=recheck.registry_seen_at,
            next_check_due=recheck.next_due,
        )


class Seller(BaseModel):
    """Whom a shopper deals with, as the law wants it shown beside an offer: no person's name, tax or bank."""

    name: str
    legal_form: str
    address: str
    postcode: str
    city: str
    country: str
    email: str
    phone: str
    register_name: str
    register_number: str
    certified_at: datetime | None

    @classmethod
    def of(cls, stated: Application) -> Self:
        return cls(
            name=stated.legal_name,
            legal_form=stated.legal_form,
            address=stated.address,
            postcode=stated.postcode,
            city=stated.city,
            country=stated.country,
            email=stated.contact_email,
            phone=stated.contact_phone,
            register_name=stated.register_name,
            register_number=stated.register_number,
            certified_at=stated.certified_at,
        )


class PauseForm(BaseModel):
    """`until` is the day on which the shop opens again by itself; `words` are for shoppers."""

    until: date | None = None
    words: ShoppersWords = ""


class PauseOut(BaseModel):
    since: datetime
    until: date | None
    words: str

    @classmethod
    def of(cls, coop: Coop) -> Self | None:
        if coop.paused_at is None:
            return None
        return cls(since=coop.paused_at, until=coop.paused_until, words=coop.pause_words)


class CoopOut(BaseModel):
    """`seller` is None once the co-op has lapsed: its address at a lost domain may be somebody else's."""

    id: UUID
    slug: str
    name: str
    domain: str
    country: str
    city: str
    makes: str
    state: str
    state_since: datetime
    state_reason: str | None
    state_told: str | None
    pause: PauseOut | None
    admitted_at: datetime
    proof: Proof
    registry: RegistryStatus
    seller: Seller | None

    @classmethod
    def of(cls, listed: Listed) -> Self:
        coop = listed.coop
        return cls(
            id=coop.id,
            slug=coop.slug,
            name=coop.name,
            domain=coop.domain,
            country=coop.country,
            city=coop.city,
            makes=coop.makes,
            state=coop.state,
            state_since=coop.state_since,
            state_reason=coop.state_reason,
            state_told=public_sentence(coop.state_reason),
            pause=PauseOut.of(coop),
            admitted_at=coop.admitted_at,
            proof=Proof.of(listed),
            registry=RegistryStatus.of(listed.recheck),
            seller=None if coop.state == CoopState.LAPSED else Seller.of(listed.seller),
        )


class Stopping(BaseModel):
    """`words` are read by the co-op's staff, and by nobody else."""

    reason: StoppedFor
    words: Text


class Reinstatement(BaseModel):
    reason: BackFor = Reason.MENDED
    words: Note = ""


class StandingAppealOut(BaseModel):
    """`upheld` is None while it is being read."""

    model_config = ConfigDict(from_attributes=True)

    appealed_at: datetime
    words: str
    decided_at: datetime | None
    answer: str | None
    upheld: bool | None


class WaitingAppeal(BaseModel):
    coop_id: UUID
    name: str
    domain: str
    state: str
    appealed_at: datetime
    words: str

    @classmethod
    def of(cls, appeal: StandingAppeal, coop: Coop) -> Self:
        return cls(
            coop_id=coop.id,
            name=coop.name,
            domain=coop.domain,
            state=coop.state,
            appealed_at=appeal.appealed_at,
            words=appeal.words,
        )


class StandingOut(BaseModel):
    """Where a co-op stands, as its staff and operators see it.

    `registered_anew_at`: the registry says that the domain got a new registration since a person last confirmed who
    holds it, so that only an operator may let the co-op sell again.
    """

    coop_id: UUID
    state: str
    since: datetime
    reason: str | None
    told: str | None
    to_do: str | None
    words: str | None
    by_operator: bool
    registered_anew_at: datetime | None
    appeals: list[StandingAppealOut]

    @classmethod
    def of(cls, coop: Coop, appeals: Sequence[StandingAppeal], registered_anew_at: datetime | None) -> Self:
        return cls(
            coop_id=coop.id,
            state=coop.state,
            since=coop.state_since,
            reason=coop.state_reason,
            told=public_sentence(coop.state_reason),
            to_do=to_do(coop.state_reason),
            words=coop.state_words,
            by_operator=coop.state_by is not None,
            registered_anew_at=registered_anew_at,
            appeals=[StandingAppealOut.model_validate(appeal) for appeal in appeals],
        )


class Verified(BaseModel):
    """`verified`: a co-op sells here under this name now, with a proof that counts. `coop`: whoever last did."""

    domain: str
    verified: bool
    coop: CoopOut | None

    @classmethod
    def of(cls, name: CoopDomain, listed: Listed | None) -> Self:
        verified = listed is not None and listed.coop.state == CoopState.ADMITTED
        return cls(domain=name.ascii, verified=verified, coop=None if listed is None else CoopOut.of(listed))
