"""Facts of other rooms as those would send them."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from chassis.events import Event


class CoopAdmitted(Event):
    topic: ClassVar[str] = "producers.coops"
    subject_field: ClassVar[str] = "coop_id"

    coop_id: UUID
    slug: str = "sunrise"
    name: str = "Sunrise Bakers"
    domain: str = "sunrise.coop"
    country: str = "GB"
    city: str = "Rochdale"
    makes: str = "Bread"
    state: str = "admitted"
    admitted_at: datetime = datetime(2026, 11, 1, tzinfo=UTC)
    pause: dict[str, Any] | None = None


class CoopPaused(CoopAdmitted):
    pause: dict[str, Any] | None = {"since": "2026-12-20T09:00:00Z", "until": "2027-01-04"}


class CoopResumed(CoopAdmitted):
    pass


class CoopSuspended(CoopAdmitted):
    state: str = "suspended"


class CoopReinstated(CoopAdmitted):
    pass


class CoopLapsed(CoopAdmitted):
    state: str = "lapsed"


class OrderPlaced(Event):
    topic: ClassVar[str] = "orders.orders"
    subject_field: ClassVar[str] = "order_id"

    order_id: UUID
    number: str = "T-1"
    buyer_id: UUID
    currency: str = "EUR"
    total: int = 0
    consignments: list[dict[str, Any]]


class OrderPaid(Event):
    topic: ClassVar[str] = "orders.orders"
    subject_field: ClassVar[str] = "order_id"

    order_id: UUID
    buyer_id: UUID


class OrderCancelled(Event):
    topic: ClassVar[str] = "orders.orders"
    subject_field: ClassVar[str] = "order_id"

    order_id: UUID
    reason: str = "buyer"
    was_paid: bool = False


def line(product: dict[str, Any], quantity: int = 1, *, price: int | None = None, variant: int = 0) -> dict[str, Any]:
    found = product["variants"][variant]
    return {
        "variant_id": found["id"],
        "product_id": product["id"],
        "quantity": quantity,
        "unit_price": found["price"]["amount"] if price is None else price,
    }


def placed(*lines: dict[str, Any], order_id: UUID | None = None) -> OrderPlaced:
    """One order; each line in a consignment of its own, as from different co-ops."""
    consignments = [
        {
            "consignment_id": str(uuid4()),
            "coop_id": str(uuid4()),
            "goods": 0,
            "delivery": 0,
            "tax": 0,
            "discount": 0,
            "lines": [one],
        }
        for one in lines
    ]
    return OrderPlaced(order_id=order_id or uuid4(), version=1, buyer_id=uuid4(), consignments=consignments)


def paid(order: OrderPlaced) -> OrderPaid:
    return OrderPaid(order_id=order.order_id, version=3, buyer_id=order.buyer_id)


def cancelled(order: OrderPlaced) -> OrderCancelled:
    return OrderCancelled(order_id=order.order_id, version=4)
