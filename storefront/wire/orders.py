"""Baskets, orders, consignments and charges as their owners see them."""

from datetime import date, datetime

from storefront.wire.coops import CoopName
from storefront.wire.labels import UnitPrice
from storefront.wire.reading import Money, Wire


class BasketLine(Wire):
    variant_id: str
    product_id: str | None = None
    slug: str
    title: str
    variant_title: str | None = None
    coop_id: str
    quantity: int
    unit_price: Money
    line_total: Money
    picture: str | None = None
    problem: str | None = None
    back_on: date | None = None
    policy: str | None = None
    available_from: date | None = None
    lead_days: int | None = None
    compared: UnitPrice | None = None
    withdrawal_exception: str | None = None


class BasketConsignment(Wire):
    coop: CoopName
    lines: tuple[str, ...] = ()
    goods: Money
    delivery: Money | None = None
    delivers: bool = True


class Basket(Wire):
    id: str | None = None
    country: str | None = None
    lines: tuple[BasketLine, ...] = ()
    consignments: tuple[BasketConsignment, ...] = ()
    goods: Money | None = None
    delivery: Money | None = None
    total: Money | None = None
    can_checkout: bool = False

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines)

    def lines_of(self, consignment: BasketConsignment) -> list[BasketLine]:
        return [line for line in self.lines if line.variant_id in consignment.lines]


class Address(Wire):
    line1: str = ""
    line2: str | None = None
    city: str = ""
    postcode: str = ""
    country: str = ""


class OrderLine(Wire):
    variant_id: str | None = None
    slug: str | None = None
    title: str = ""
    variant_title: str | None = None
    sku: str | None = None
    quantity: int
    unit_price: Money
    line_total: Money | None = None
    picture: str | None = None
    back_ordered: bool = False
    available_from: date | None = None
    lead_days: int | None = None
    withdrawal_exception: str | None = None

    @property
    def amount(self) -> Money:
        price = self.unit_price
        return self.line_total or Money(amount=price.amount * self.quantity, currency=price.currency)


class Consignment(Wire):
    id: str
    order_number: str | None = None
    coop: CoopName | None = None
    state: str
    goods: Money
    delivery: Money
    carrier: str | None = None
    tracking_number: str | None = None
    shipped_at: datetime | None = None
    name: str | None = None
    address: Address | None = None
    lines: tuple[OrderLine, ...] = ()


class Rejection(Wire):
    variant_id: str
    title: str = ""
    reason: str
    available: int | None = None
    price: Money | None = None


class Order(Wire):
    id: str
    number: str
    state: str
    placed_at: datetime
    expires_at: datetime | None = None
    email: str | None = None
    name: str | None = None
    address: Address | None = None
    total: Money
    refunded: Money | None = None
    consignments: tuple[Consignment, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    cancel_reason: str | None = None
    can_cancel: bool = False
    can_pay: bool = False

    def name_of(self, rejection: Rejection) -> str:
        lines = (line for consignment in self.consignments for line in consignment.lines)
        line = next((line for line in lines if line.variant_id == rejection.variant_id), None)
        return ", ".join(filter(None, (line.title, line.variant_title))) if line else rejection.title

    @property
    def is_undecided(self) -> bool:
        return self.state in {"placed", "voiding"}

    @property
    def was_refunded(self) -> bool:
        return self.refunded is not None and self.refunded.amount > 0


class OpenCharge(Wire):
    state: str
    amount: Money
    payment_intent: str | None = None
    client_secret: str | None = None
    publishable_key: str | None = None
    pay_url: str | None = None


class Charge(Wire):
    state: str
    amount: Money
    captured_at: datetime | None = None
    failure: str | None = None
