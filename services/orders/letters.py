"""What we write to buyers, in plain words. Pure text: sending it is somebody else's work."""

from collections.abc import Iterator
from dataclasses import dataclass

from chassis.money import named
from services.orders.consignment import Consignment, OrderLine
from services.orders.events import CancelReason
from services.orders.order import Order


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str


def confirmation(order: Order, link: str) -> Letter:
    return _letter(
        order,
        f"Thank you for your order {order.number}",
        "thank you! Your order is paid, and the co-ops are packing it.",
        "",
        *(line for part in order.consignments for line in _contents(order, part)),
        f"Total, tax included: {_money(order, order.total)}",
        "",
        "It goes to:",
        *_address(order),
        "",
        "See how it is getting on, or change your mind before it ships:",
        link,
    )


def on_its_way(order: Order, consignment: Consignment, link: str) -> Letter:
    waiting = any(part.shipped_at is None for part in order.consignments)
    still = ["", "The rest is still being packed; we write again when it leaves."] if waiting else []
    return _letter(
        order,
        f"On its way: a parcel of your order {order.number}",
        f"{consignment.coop_name} has sent your goods.",
        "",
        *(f"  {line.quantity} × {_goods(line.title, line.variant_title)}" for line in consignment.lines),
        "",
        f"Carrier: {consignment.carrier}",
        f"Tracking number: {consignment.tracking_number}",
        *still,
        "",
        "Your order:",
        link,
    )


_WHY_CANCELLED = {
    CancelReason.EXPIRED: "it was not paid in time, so it was cancelled and the goods are free for others again.",
    CancelReason.BUYER: "it was cancelled, as you asked.",
    CancelReason.COOP_UNAVAILABLE: "one of its co-ops has stopped selling for now, so it was cancelled unpaid.",
    CancelReason.REJECTED: "the co-ops could not deliver it, so it was cancelled.",
}


_NOT_SENT_BACK = {
    "perishable": "it spoils quickly",
    "made_to_measure": "it is made to your wishes",
    "hygiene": "for health or hygiene, once its seal is broken",
    "mixed": "it cannot be parted again from what it is mixed with",
    "sealed_media": "it is a recording or software, once its seal is broken",
    "periodical": "it is a newspaper or magazine",
}


def cancelled(order: Order, link: str) -> Letter:
    assert order.cancel_reason is not None
    money = (
        f"We are sending back {_money(order, order.total)} the way you paid it. That can take a few days."
        if order.paid_at is not None
        else "You were not charged."
    )
    return _letter(
        order,
        f"Your order {order.number} was cancelled",
        f"about your order {order.number}: {_WHY_CANCELLED[order.cancel_reason]}",
        "",
        money,
        "",
        "Your order:",
        link,
    )


def refunded(order: Order, amount: int, link: str) -> Letter:
    return _letter(
        order,
        f"Your money for order {order.number} is on its way back",
        f"we have sent {_money(order, amount)} back the way you paid it.",
        "Depending on your bank it takes a few days to arrive.",
        "",
        "Your order:",
        link,
    )


def _letter(order: Order, subject: str, *lines: str) -> Letter:
    text = "\n".join([f"Hello {order.name},", "", *lines, "", "Toad Lane, the marketplace of the co-ops", ""])
    return Letter(subject, text)


def _contents(order: Order, part: Consignment) -> Iterator[str]:
    yield f"From {part.coop_name}:"
    for line in part.lines:
        yield f"  {line.quantity} × {_goods(line.title, line.variant_title)}: {_money(order, line.total)}{_wait(line)}"
        if line.withdrawal_exception:
            why = _NOT_SENT_BACK.get(line.withdrawal_exception, "the law makes an exception for it")
            yield f"    Cannot be sent back because you changed your mind: {why}."
    yield f"  Delivery: {_money(order, part.delivery)}"
    yield ""


def _wait(line: OrderLine) -> str:
    if line.back_ordered:
        return f" (on back order, sent from {line.available_from})" if line.available_from else " (on back order)"
    return f" (made to order, within {line.lead_days} days)" if line.lead_days else ""


def _goods(title: str, variant_title: str) -> str:
    return f"{title}, {variant_title}" if variant_title and variant_title != title else title


def _money(order: Order, amount: int) -> str:
    return named(amount, order.currency)


def _address(order: Order) -> list[str]:
    lines = (order.name, order.line1, order.line2, f"{order.postcode} {order.city}", order.country)
    return [f"  {line}" for line in lines if line.strip()]
