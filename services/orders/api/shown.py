"""What the API of orders answers."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from chassis.money import Money
from services.orders.api.given import Address, DeliveryRate
from services.orders.consignment import Consignment, ConsignmentState, OrderLine
from services.orders.delivery import ELSEWHERE, DeliveryPrice
from services.orders.events import CancelReason
from services.orders.order import Order, OrderState
from services.orders.pricing import Compared, LineProblem, PricedBasket, PricedConsignment, PricedLine


class CoopDeliveries(BaseModel):
    coop_id: UUID
    rates: list[DeliveryRate]

    @classmethod
    def of(cls, coop_id: UUID, rates: Iterable[DeliveryPrice]) -> "CoopDeliveries":
        shown = sorted(rates, key=lambda rate: (rate.country == ELSEWHERE, rate.country))
        return cls(coop_id=coop_id, rates=[DeliveryRate.of(rate) for rate in shown])


class CoopShown(BaseModel):
    id: UUID
    slug: str
    name: str


class LineShown(BaseModel):
    """What is `back_ordered` is sent from `available_from` on, where that is known; what has `lead_days` is made.

    With a `withdrawal_exception` it cannot be sent back because of a change of mind.
    """

    variant_id: UUID
    product_id: UUID
    slug: str
    title: str
    variant_title: str
    picture: str | None
    quantity: int
    unit_price: Money
    line_total: Money
    available_from: date | None
    lead_days: int | None
    back_ordered: bool = False
    withdrawal_exception: str | None = None

    @classmethod
    def sold(cls, line: OrderLine, currency: str) -> "LineShown":
        return cls(
            variant_id=line.variant_id,
            product_id=line.product_id,
            slug=line.slug,
            title=line.title,
            variant_title=line.variant_title,
            picture=line.picture,
            quantity=line.quantity,
            unit_price=Money(amount=line.unit_price, currency=currency),
            line_total=Money(amount=line.total, currency=currency),
            available_from=line.available_from,
            lead_days=line.lead_days,
            back_ordered=line.back_ordered,
            withdrawal_exception=line.withdrawal_exception,
        )


class ComparedShown(BaseModel):
    """What `per` of it costs, as a kilogram."""

    price: Money
    per: str

    @classmethod
    def of(cls, compared: Compared, currency: str) -> "ComparedShown":
        return cls(price=Money(amount=compared.price, currency=currency), per=compared.per)


class BasketLineShown(LineShown):
    """With a `policy` it is sold though none may be left. `compared` is the price by measure, where it has one."""

    coop_id: UUID
    policy: str | None
    problem: LineProblem | None
    back_on: date | None
    compared: ComparedShown | None

    @classmethod
    def of(cls, line: PricedLine, currency: str) -> "BasketLineShown":
        return cls(
            variant_id=line.variant_id,
            product_id=line.product_id,
            slug=line.slug,
            title=line.title,
            variant_title=line.variant_title,
            coop_id=line.coop.id,
            picture=line.picture,
            quantity=line.quantity,
            unit_price=Money(amount=line.unit_price, currency=currency),
            line_total=Money(amount=line.total, currency=currency),
            available_from=line.available_from,
            lead_days=line.lead_days,
            policy=line.policy,
            problem=line.problem,
            back_on=line.back_on,
            compared=ComparedShown.of(line.compared, currency) if line.compared else None,
            withdrawal_exception=line.withdrawal_exception,
        )


class BasketConsignmentShown(BaseModel):
    coop: CoopShown
    lines: list[UUID]
    goods: Money
    delivery: Money | None
    delivers: bool

    @classmethod
    def of(cls, part: PricedConsignment, currency: str) -> "BasketConsignmentShown":
        return cls(
            coop=CoopShown(id=part.coop.id, slug=part.coop.slug, name=part.coop.name),
            lines=[line.variant_id for line in part.lines],
            goods=Money(amount=part.goods, currency=currency),
            delivery=None if part.delivery is None else Money(amount=part.delivery, currency=currency),
            delivers=part.delivers,
        )


class BasketShown(BaseModel):
    id: UUID
    country: str
    lines: list[BasketLineShown]
    consignments: list[BasketConsignmentShown]
    goods: Money
    delivery: Money
    total: Money
    can_checkout: bool

    @classmethod
    def of(cls, basket: PricedBasket) -> "BasketShown":
        currency = basket.currency
        return cls(
            id=basket.owner,
            country=basket.country,
            lines=[BasketLineShown.of(line, currency) for line in basket.lines],
            consignments=[BasketConsignmentShown.of(part, currency) for part in basket.consignments],
            goods=Money(amount=basket.goods, currency=currency),
            delivery=Money(amount=basket.delivery, currency=currency),
            total=Money(amount=basket.total, currency=currency),
            can_checkout=basket.can_checkout,
        )


class ConsignmentShown(BaseModel):
    id: UUID
    coop: CoopShown
    state: ConsignmentState
    goods: Money
    delivery: Money
    carrier: str | None
    tracking_number: str | None
    shipped_at: datetime | None
    lines: list[LineShown]

    @classmethod
    def of(cls, part: Consignment, order: Order) -> "ConsignmentShown":
        currency = order.currency
        return cls(
            id=part.id,
            coop=CoopShown(id=part.coop_id, slug=part.coop_slug, name=part.coop_name),
            state=order.state_of(part),
            goods=Money(amount=part.goods, currency=currency),
            delivery=Money(amount=part.delivery, currency=currency),
            carrier=part.carrier,
            tracking_number=part.tracking_number,
            shipped_at=part.shipped_at,
            lines=[LineShown.sold(line, currency) for line in part.lines],
        )


class Rejection(BaseModel):
    variant_id: UUID
    title: str
    reason: str
    available: int | None
    price: Money | None

    @classmethod
    def of(cls, line: OrderLine, reason: str, currency: str) -> "Rejection":
        price = None if line.refused_price is None else Money(amount=line.refused_price, currency=currency)
        return cls(
            variant_id=line.variant_id, title=line.title, reason=reason, available=line.refused_available, price=price
        )


class OrderShown(BaseModel):
    id: UUID
    number: str
    state: OrderState
    placed_at: datetime
    expires_at: datetime | None
    email: str
    name: str
    address: Address
    total: Money
    refunded: Money
    consignments: list[ConsignmentShown]
    rejections: list[Rejection]
    cancel_reason: CancelReason | None
    can_cancel: bool
    can_pay: bool

    @classmethod
    def of(cls, order: Order) -> "OrderShown":
        lines = [line for part in order.consignments for line in part.lines]
        return cls(
            id=order.id,
            number=order.number,
            state=order.state,
            placed_at=order.placed_at,
            expires_at=order.expires_at,
            email=order.email,
            name=order.name,
            address=address_of(order),
            total=Money(amount=order.total, currency=order.currency),
            refunded=Money(amount=order.refunded, currency=order.currency),
            consignments=[ConsignmentShown.of(part, order) for part in order.consignments],
            rejections=[Rejection.of(line, line.refused, order.currency) for line in lines if line.refused]
            if order.lost
            else [],
            cancel_reason=order.cancel_reason,
            can_cancel=order.can_cancel,
            can_pay=order.can_pay,
        )


def address_of(order: Order) -> Address:
    # As it was stored: rules for addresses may have changed since.
    return Address.model_construct(
        line1=order.line1, line2=order.line2, city=order.city, postcode=order.postcode, country=order.country
    )


class ConsignmentToPack(ConsignmentShown):
    """What the co-op needs to pack and send it; the buyer's mail address is not theirs."""

    order_number: str
    paid_at: datetime
    name: str
    address: Address
    transferred: Money | None

    @classmethod
    def for_coop(cls, part: Consignment, order: Order) -> "ConsignmentToPack":
        assert order.paid_at is not None
        transferred = None if part.transferred is None else Money(amount=part.transferred, currency=order.currency)
        return cls(
            **dict(ConsignmentShown.of(part, order)),
            order_number=order.number,
            paid_at=order.paid_at,
            name=order.name,
            address=address_of(order),
            transferred=transferred,
        )
