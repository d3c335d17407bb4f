"""What the API of payments says."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from chassis.money import Money
from services.payments.charge import State
from services.payments.transfer import TransferState


class OpenedCharge(BaseModel):
    """`pay_url` is the stand-in's card page, in the demo only."""

    state: State
    amount: Money
    payment_intent: str
    client_secret: str
    publishable_key: str
    pay_url: str | None


class ChargeView(BaseModel):
    state: State
    amount: Money
    captured_at: datetime | None
    refunded: Money
    failure: str | None


class PostingView(BaseModel):
    """Debit positive, in minor units."""

    account: str
    amount: int
    currency: str


class EntryView(BaseModel):
    id: UUID
    kind: str
    reference: str
    subject: UUID
    posted_at: datetime
    postings: list[PostingView]


class BalancesView(BaseModel):
    """`balanced`: all accounts together come to nothing in every currency."""

    balances: list[PostingView]
    balanced: bool


class TransferView(BaseModel):
    order_id: UUID
    consignment_id: UUID
    amount: Money
    state: TransferState
    created_at: datetime


class PayeeView(BaseModel):
    """`balance` is what the marketplace owes the co-op now."""

    coop_id: UUID
    account_ref: str | None
    enabled: bool
    balance: Money
    transfers: list[TransferView]
