"""What the producers read in the facts of others: no more than they need."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel

from chassis.events import Inbound


class PlacedConsignment(BaseModel):
    consignment_id: UUID
    coop_id: UUID


class OrderPlaced(Inbound):
    event: ClassVar[str] = "orders.OrderPlaced"
    topic: ClassVar[str] = "orders.orders"

    order_id: UUID
    number: str
    consignments: list[PlacedConsignment]


class OrderPaid(Inbound):
    event: ClassVar[str] = "orders.OrderPaid"
    topic: ClassVar[str] = "orders.orders"

    order_id: UUID


class OrderCancelled(Inbound):
    event: ClassVar[str] = "orders.OrderCancelled"
    topic: ClassVar[str] = "orders.orders"

    order_id: UUID


class ConsignmentShipped(Inbound):
    event: ClassVar[str] = "orders.ConsignmentShipped"
    topic: ClassVar[str] = "orders.orders"

    consignment_id: UUID


class PayeeOpened(Inbound):
    event: ClassVar[str] = "payments.PayeeOpened"
    topic: ClassVar[str] = "payments.payees"

    coop_id: UUID
    version: int
    enabled: bool


class AccountAct(Inbound):
    """Something done to an account, for the audit log: whom it is about, by whom, and a code that says more."""

    topic: ClassVar[str] = "gateway.accounts"

    account_id: UUID
    at: datetime | None = None

    @property
    def about(self) -> UUID:
        return self.account_id

    @property
    def by(self) -> UUID | None:
        return self.account_id

    @property
    def why(self) -> str | None:
        return None


class AddressVerified(AccountAct):
    event: ClassVar[str] = "gateway.AddressVerified"


class AddressChanged(AccountAct):
    event: ClassVar[str] = "gateway.AddressChanged"


class PasswordChanged(AccountAct):
    event: ClassVar[str] = "gateway.PasswordChanged"


class SessionsEnded(AccountAct):
    event: ClassVar[str] = "gateway.SessionsEnded"


class OperatorMade(AccountAct):
    """From a terminal of the house, so that nobody's account did it."""

    event: ClassVar[str] = "gateway.OperatorMade"

    @property
    def by(self) -> None:
        return None


class AccountClosed(AccountAct):
    event: ClassVar[str] = "gateway.AccountClosed"


class SecondFactorAct(AccountAct):
    kind: str

    @property
    def why(self) -> str:
        return self.kind


class SecondFactorAdded(SecondFactorAct):
    event: ClassVar[str] = "gateway.SecondFactorAdded"


class SecondFactorRemoved(SecondFactorAct):
    event: ClassVar[str] = "gateway.SecondFactorRemoved"


class RecoveryCodeUsed(AccountAct):
    event: ClassVar[str] = "gateway.RecoveryCodeUsed"


class RecoveryCodesRenewed(AccountAct):
    event: ClassVar[str] = "gateway.RecoveryCodesRenewed"


class ApiKeyAct(AccountAct):
    coop_id: UUID
    key_id: UUID

    @property
    def about(self) -> UUID:
        return self.coop_id

    @property
    def why(self) -> str:
        return str(self.key_id)


class ApiKeyMade(ApiKeyAct):
    event: ClassVar[str] = "gateway.ApiKeyMade"


class ApiKeyRevoked(ApiKeyAct):
    event: ClassVar[str] = "gateway.ApiKeyRevoked"
