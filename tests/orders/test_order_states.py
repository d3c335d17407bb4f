"""The table of transitions, and what holds of an order whatever it is told, in whatever order, however often."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Conflict
from services.orders.consignment import Consignment, ConsignmentState, OrderLine
from services.orders.events import (
    CancelReason,
    ConsignmentShipped,
    OrderAwaitingPayment,
    OrderCancelled,
    OrderEvent,
    OrderPaid,
    OrderVoidRequested,
    VoidReason,
)
from services.orders.order import (
    TRANSITIONS,
    AlreadyShipped,
    NothingToShip,
    NotYet,
    Order,
    OrderState,
    OutOfTurn,
    Step,
    WrongAmount,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def consignment(**changes: object) -> Consignment:
    line = OrderLine(variant_id=uuid4(), product_id=uuid4(), quantity=2, unit_price=450)
    given = {"id": uuid4(), "coop_id": uuid4(), "goods": 900, "delivery": 100, "tax": 0, "discount": 0, **changes}
    return Consignment(lines=[line], **given)


def order(state: OrderState = OrderState.PLACED, *, consignments: int = 2) -> Order:
    return Order(
        id=uuid4(), version=0, number="7K3-F9Q-XM2", buyer_id=uuid4(), state=state, currency="EUR",
        total=1000 * consignments, refunded=0, placed_at=NOW,
        consignments=[consignment() for _ in range(consignments)],
    )  # fmt: skip


def paid_order(*, consignments: int = 2) -> Order:
    made = order(consignments=consignments)
    made.await_payment(NOW)
    made.pay(made.total, "EUR", NOW)
    return made


def ship(made: Order, nth: int) -> ConsignmentShipped | None:
    return made.ship(made.consignments[nth], carrier="DHL", tracking_number=f"JD{nth}", at=NOW)


def test_the_table_knows_every_step_and_leads_nowhere_else() -> None:
    assert set(TRANSITIONS) == set(Step)
    reached = {after for steps in TRANSITIONS.values() for after in steps.values()}
    assert reached == set(OrderState) - {OrderState.PLACED}


def test_nothing_leads_out_of_shipped_or_cancelled() -> None:
    for steps in TRANSITIONS.values():
        for final in (OrderState.SHIPPED, OrderState.CANCELLED):
            assert steps.get(final, final) is final


def test_the_facts_of_an_order_that_goes_well_are_numbered_one_by_one() -> None:
    made = order()

    told = [made.placed(), made.await_payment(NOW), made.pay(2000, "EUR", NOW), ship(made, 0), ship(made, 1)]

    assert [fact.version for fact in told if fact is not None] == [1, 2, 3, 4, 5]
    assert made.state is OrderState.SHIPPED


def test_being_told_twice_says_nothing_new() -> None:
    made = order()

    assert isinstance(made.await_payment(NOW), OrderAwaitingPayment)
    assert made.await_payment(NOW) is None
    assert isinstance(made.pay(2000, "EUR", NOW), OrderPaid)
    assert made.pay(2000, "EUR", NOW) is None
    assert isinstance(ship(made, 0), ConsignmentShipped)
    assert ship(made, 0) is None
    assert made.version == 3


def test_an_unpaid_order_is_cancelled_only_when_its_charge_is_void() -> None:
    made = order()
    made.await_payment(NOW)

    wish = made.expire()
    assert isinstance(wish, OrderVoidRequested)
    assert wish.reason is VoidReason.EXPIRED
    assert made.state is OrderState.VOIDING

    cancelled = made.charge_voided()
    assert isinstance(cancelled, OrderCancelled)
    assert (cancelled.reason, cancelled.was_paid) == (CancelReason.EXPIRED, False)


def test_money_that_is_quicker_than_the_voiding_pays_the_order() -> None:
    made = order()
    made.await_payment(NOW)
    made.expire()

    assert isinstance(made.pay(2000, "EUR", NOW), OrderPaid)
    assert made.state is OrderState.PAID
    assert made.cancel_reason is None


def test_money_after_the_cancellation_does_not_bring_the_order_back() -> None:
    made = order()
    made.reject()

    assert made.pay(2000, "EUR", NOW) is None
    assert made.state is OrderState.CANCELLED
    assert made.paid_at is None


def test_money_of_another_amount_or_currency_is_refused() -> None:
    for amount, currency in [(1999, "EUR"), (2001, "EUR"), (2000, "USD")]:
        made = order()
        made.await_payment(NOW)
        with pytest.raises(WrongAmount):
            made.pay(amount, currency, NOW)
        assert made.state is OrderState.AWAITING_PAYMENT


def test_a_paid_order_is_cancelled_at_once_and_was_paid() -> None:
    cancelled = paid_order().cancel()

    assert isinstance(cancelled, OrderCancelled)
    assert (cancelled.reason, cancelled.was_paid) == (CancelReason.BUYER, True)


def test_nothing_ships_after_a_cancellation() -> None:
    made = paid_order()
    made.cancel()

    with pytest.raises(NothingToShip):
        ship(made, 0)
    assert made.state_of(made.consignments[0]) is ConsignmentState.CANCELLED


def test_nothing_is_cancelled_once_something_has_shipped() -> None:
    made = paid_order()
    ship(made, 0)

    with pytest.raises(AlreadyShipped):
        made.cancel()
    assert made.state is OrderState.PART_SHIPPED


def test_an_order_that_is_still_being_looked_at_cannot_be_cancelled_yet() -> None:
    with pytest.raises(NotYet):
        order().cancel()


def test_an_unpaid_order_ships_nothing() -> None:
    made = order()
    made.await_payment(NOW)

    with pytest.raises(OutOfTurn):
        ship(made, 0)


def test_shipping_again_with_another_number_is_refused() -> None:
    made = paid_order()
    ship(made, 0)

    with pytest.raises(AlreadyShipped):
        made.ship(made.consignments[0], carrier="DHL", tracking_number="other", at=NOW)
    assert made.consignments[0].tracking_number == "JD0"


def test_consignments_wait_are_packed_and_are_shipped() -> None:
    made = order()
    assert made.state_of(made.consignments[0]) is ConsignmentState.WAITING
    made.await_payment(NOW)
    made.pay(2000, "EUR", NOW)
    ship(made, 0)

    assert [made.state_of(part) for part in made.consignments] == [ConsignmentState.SHIPPED, ConsignmentState.TO_PACK]


TOLD: dict[str, Callable[[Order], OrderEvent | None]] = {
    "reserved": lambda made: made.await_payment(NOW),
    "rejected": lambda made: made.reject(),
    "captured": lambda made: made.pay(made.total, "EUR", NOW),
    "expired": lambda made: made.expire(),
    "cancel": lambda made: made.cancel(),
    "voided": lambda made: made.charge_voided(),
    "ship 0": lambda made: ship(made, 0),
    "ship 1": lambda made: ship(made, 1),
    "ship 2": lambda made: ship(made, 2),
}


def tell(made: Order, word: str) -> OrderEvent | None:
    """What the order answers, None where it refuses; a refusal must leave it as it was."""
    before = (made.state, made.version, made.cancel_reason, made.paid_at)
    try:
        fact = TOLD[word](made)
    except Conflict:
        assert (made.state, made.version, made.cancel_reason, made.paid_at) == before
        return None
    assert (fact is None) == (made.version == before[1])
    return fact


@given(st.lists(st.sampled_from(sorted(TOLD)), max_size=30))
def test_whatever_an_order_is_told_its_facts_make_one_story(words: list[str]) -> None:
    made = order(consignments=3)

    facts = [fact for word in words if (fact := tell(made, word)) is not None]

    assert [fact.version for fact in facts] == list(range(1, len(facts) + 1))
    kinds = [type(fact) for fact in facts]
    for once in (OrderAwaitingPayment, OrderPaid, OrderCancelled):
        assert kinds.count(once) <= 1
    assert kinds.count(ConsignmentShipped) == sum(part.shipped_at is not None for part in made.consignments)
    if OrderCancelled in kinds:
        assert kinds[-1] is OrderCancelled
        assert ConsignmentShipped not in kinds
        assert made.state is OrderState.CANCELLED
        cancelled = next(fact for fact in facts if isinstance(fact, OrderCancelled))
        assert cancelled.was_paid == (OrderPaid in kinds)
    if ConsignmentShipped in kinds:
        assert kinds.index(ConsignmentShipped) > kinds.index(OrderPaid)
    assert (made.state is OrderState.SHIPPED) == (kinds.count(ConsignmentShipped) == 3)


@given(st.lists(st.sampled_from(sorted(TOLD)), max_size=15))
def test_repeating_every_word_changes_nothing(words: list[str]) -> None:
    once, twice = order(), order()

    for word in words:
        if word == "ship 2":
            continue
        tell(once, word)
        tell(twice, word)
        tell(twice, word)

    assert (once.state, once.version, once.cancel_reason) == (twice.state, twice.version, twice.cancel_reason)
