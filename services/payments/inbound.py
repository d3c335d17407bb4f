"""What payments reads in the facts of others: no more than it needs."""

from typing import ClassVar
from uuid import UUID

from chassis.events import Inbound
from services.payments.split import Consignment


class OrderFact(Inbound):
    topic: ClassVar[str] = "orders.orders"

    order_id: UUID


class OrderAwaitingPayment(OrderFact):
    event: ClassVar[str] = "orders.OrderAwaitingPayment"

    buyer_id: UUID
    currency: str
    total: int
    consignments: list[Consignment]


class OrderVoidRequested(OrderFact):
    event: ClassVar[str] = "orders.OrderVoidRequested"


class OrderCancelled(OrderFact):
    event: ClassVar[str] = "orders.OrderCancelled"


class ConsignmentShipped(OrderFact):
    event: ClassVar[str] = "orders.ConsignmentShipped"

    consignment_id: UUID


class CoopFact(Inbound):
    topic: ClassVar[str] = "producers.coops"

    coop_id: UUID
    name: str
    domain: str
    country: str


class CoopAdmitted(CoopFact):
    event: ClassVar[str] = "producers.CoopAdmitted"


class CoopReinstated(CoopFact):
    """Of a compacted topic only the last fact may be left, and that can be this one."""

    event: ClassVar[str] = "producers.CoopReinstated"


class AccountFact(Inbound):
    topic: ClassVar[str] = "gateway.accounts"

    account_id: UUID


class GuestSignedIn(AccountFact):
    event: ClassVar[str] = "gateway.GuestSignedIn"

    guest_id: UUID


class AccountClosed(AccountFact):
    event: ClassVar[str] = "gateway.AccountClosed"
