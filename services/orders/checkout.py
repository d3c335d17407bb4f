"""Checkout: from a basket to an order, to its payment, or to its end without one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import Insertion, fetch
from chassis.errors import Conflict, Refused
from chassis.ids import new_id
from chassis.money import Money, named
from chassis.outbox import publish
from chassis.tasks import enqueue
from services.orders import guest_link, telemetry
from services.orders.basket import take_out_ordered
from services.orders.consignment import Consignment, OrderLine
from services.orders.inbound import PaymentCaptured, StockRejected, StockReserved
from services.orders.mails import SendConfirmation
from services.orders.number import new_number
from services.orders.order import Order, OrderState
from services.orders.order_queries import hold_orders, hold_orders_with_parts, lock_orders
from services.orders.price_book import DEAREST
from services.orders.pricing import PricedBasket, PricedConsignment, PricedLine


class BasketEmpty(Conflict):
    code: ClassVar[str] = "basket_empty"
    title: ClassVar[str] = "The basket is empty"


class BasketStale(Conflict):
    code: ClassVar[str] = "basket_stale"
    title: ClassVar[str] = "Some of the goods can no longer be bought"


class DoesNotDeliver(Conflict):
    code: ClassVar[str] = "does_not_deliver"
    title: ClassVar[str] = "Not delivered to that country"


class PriceChanged(Conflict):
    code: ClassVar[str] = "price_changed"
    title: ClassVar[str] = "The price has changed"


class NoCardPays(Conflict):
    code: ClassVar[str] = "total_out_of_bounds"
    title: ClassVar[str] = "No card can pay that total"


class WrongCurrency(Refused):
    code: ClassVar[str] = "wrong_currency"
    title: ClassVar[str] = "Not the currency of this marketplace"


@dataclass(frozen=True, slots=True)
class Recipient:
    email: str
    name: str
    line1: str
    line2: str
    city: str
    postcode: str
    country: str


async def place(
    session: AsyncSession, basket: PricedBasket, to: Recipient, *, shown: Money, least: int, now: datetime
) -> Order:
    """Orders the whole basket at the prices of our own price book, if they are those the shopper was shown.

    A total below `least` is refused while nothing is promised yet: goods would be held for money that cannot come.
    """
    _check(basket, shown)
    _check_payable(basket, least)
    order = _order_of(basket, to, now)
    placed = order.placed()
    await _write(session, order)
    publish(session, placed)
    telemetry.placed.inc()
    return order


_PLACED = Insertion(Order, Consignment, OrderLine)


async def _write(session: AsyncSession, order: Order) -> None:
    """An order has too many rows to let each kind of them cost a statement."""
    parts = [vars(part) for part in order.consignments]
    lines = [vars(line) for part in order.consignments for line in part.lines]
    await _PLACED.write(session, [vars(order)], parts, lines)


def _check(basket: PricedBasket, shown: Money) -> None:
    if shown.currency != basket.currency:
        raise WrongCurrency(f"This marketplace sells in {basket.currency}.", field="total")
    if not basket.lines:
        raise BasketEmpty("There is nothing in your basket.")
    if basket.stale:
        titles = ", ".join(line.title for line in basket.stale)
        gone = [{"variant_id": line.variant_id, "problem": line.problem} for line in basket.stale]
        raise BasketStale(f"No longer for sale: {titles}. Please take it out of your basket.", lines=gone)
    if elsewhere := [part.coop for part in basket.consignments if not part.delivers]:
        names = ", ".join(coop.name for coop in elsewhere)
        raise DoesNotDeliver(f"{names} does not deliver to {basket.country}.", coops=[coop.id for coop in elsewhere])
    if shown.amount != basket.total:
        raise PriceChanged(
            "A price or a delivery price has changed since you saw it. Please look at the new total.",
            goods=_money(basket.goods, basket),
            delivery=_money(basket.delivery, basket),
            total=_money(basket.total, basket),
        )


def _check_payable(basket: PricedBasket, least: int) -> None:
    if least <= basket.total <= DEAREST:
        return
    low, high = (named(bound, basket.currency) for bound in (least, DEAREST))
    what = f"at least {low}: please add something" if basket.total < least else f"up to {high}: please order in parts"
    raise NoCardPays(f"A card can pay {what}.", least=_money(least, basket), most=_money(DEAREST, basket))


def _money(amount: int, basket: PricedBasket) -> dict[str, object]:
    return Money(amount=amount, currency=basket.currency).model_dump()


def _order_of(basket: PricedBasket, to: Recipient, now: datetime) -> Order:
    order_id = new_id()
    return Order(
        id=order_id,
        version=0,
        number=new_number(),
        buyer_id=basket.owner,
        state=OrderState.PLACED,
        currency=basket.currency,
        total=basket.total,
        refunded=0,
        placed_at=now,
        email=to.email,
        name=to.name,
        line1=to.line1,
        line2=to.line2,
        city=to.city,
        postcode=to.postcode,
        country=to.country,
        consignments=[_consignment_of(part, order_id) for part in basket.consignments],
    )


def _consignment_of(part: PricedConsignment, order_id: UUID) -> Consignment:
    assert part.delivery is not None
    consignment_id = new_id()
    return Consignment(
        id=consignment_id,
        order_id=order_id,
        coop_id=part.coop.id,
        coop_slug=part.coop.slug,
        coop_name=part.coop.name,
        goods=part.goods,
        delivery=part.delivery,
        tax=0,
        discount=0,
        lines=[_line_of(line, order_id, consignment_id, position) for position, line in enumerate(part.lines)],
    )


def _line_of(line: PricedLine, order_id: UUID, consignment_id: UUID, position: int) -> OrderLine:
    return OrderLine(
        order_id=order_id,
        consignment_id=consignment_id,
        variant_id=line.variant_id,
        position=position,
        product_id=line.product_id,
        slug=line.slug,
        title=line.title,
        variant_title=line.variant_title,
        picture=line.picture,
        quantity=line.quantity,
        unit_price=line.unit_price,
        available_from=line.available_from,
        lead_days=line.lead_days,
        back_ordered=False,
        withdrawal_exception=line.withdrawal_exception,
    )


async def await_payment(session: AsyncSession, reserved: Sequence[StockReserved], *, until: datetime) -> None:
    """The goods are there: payments may ask for the money, and the basket no longer needs to hold them."""
    ids = [fact.order_id for fact in reserved]
    orders = await hold_orders_with_parts(session, ids)
    for order_id in ids:
        if (awaiting := orders[order_id].await_payment(until)) is not None:
            publish(session, awaiting)
    await take_out_ordered(session, ids)
    await _keep_back_orders(session, reserved)


_BACK_ORDERED = """
    UPDATE order_lines l SET back_ordered = true FROM unnest($1::uuid[], $2::uuid[]) AS owed (order_id, variant_id)
    WHERE l.order_id = owed.order_id AND l.variant_id = owed.variant_id
"""


async def _keep_back_orders(session: AsyncSession, reserved: Sequence[StockReserved]) -> None:
    """Which lines wait for goods to come: few orders have one."""
    owed = [(fact.order_id, variant) for fact in reserved for variant in fact.back_ordered or ()]
    if owed:
        await fetch(session, _BACK_ORDERED, [order for order, _ in owed], [variant for _, variant in owed])


async def reject(session: AsyncSession, rejections: Sequence[StockRejected]) -> None:
    """The order ends before anybody paid; each refused line keeps its reason for the page."""
    orders = await lock_orders(session, [rejection.order_id for rejection in rejections])
    for rejection in rejections:
        order = orders[rejection.order_id]
        if (cancelled := order.reject()) is not None:
            _keep_reasons(order, rejection)
            publish(session, cancelled)
            telemetry.cancelled.labels(cancelled.reason).inc()


def _keep_reasons(order: Order, rejection: StockRejected) -> None:
    reasons = {reason.variant_id: reason for reason in rejection.reasons}
    for line in (line for part in order.consignments for line in part.lines):
        if (reason := reasons.get(line.variant_id)) is not None:
            line.refused, line.refused_available, line.refused_price = reason.reason, reason.available, reason.price


async def mark_paid(session: AsyncSession, captures: Sequence[PaymentCaptured]) -> None:
    orders = await hold_orders(session, [capture.order_id for capture in captures])
    news = []
    for capture in captures:
        order = orders[capture.order_id]
        if (paid := order.pay(capture.amount, capture.currency, capture.captured_at)) is not None:
            publish(session, paid)
            telemetry.paid.inc()
            news.append(order.id)
    for order_id, token in (await guest_link.mint(session, news)).items():
        enqueue(session, SendConfirmation(order_id=order_id, token=token))
