"""An order that is not to be: voided, cancelled, refunded, and money that comes too late."""

from services.payments.processor import IntentStatus
from tests.payments.room import Order, Room


async def only_fees_are_left(room: Room) -> bool:
    """The processor keeps its fee of a payment that is given back; nothing else is left on any account."""
    return set(await room.balances()) <= {"stripe:balance", "processor:fees"}


async def test_a_charge_that_nobody_opened_is_voided_at_once(room: Room) -> None:
    order = await room.expected()

    await room.hear(order.void_requested())

    assert await room.state(order) == "voided"
    assert await room.told() == ["ChargeVoided"]
    assert (await room.open(order)).json()["code"] == "not_payable"


async def test_an_open_charge_is_voided_when_the_processor_agrees(room: Room) -> None:
    order, intent = await room.opened()

    await room.hear(order.void_requested())
    assert (await room.state(order), await room.told()) == ("voiding", [])
    await room.settle_down()

    assert room.stripe.intents[intent].status is IntentStatus.CANCELED
    assert (await room.state(order), await room.told()) == ("voided", ["ChargeVoided"])


async def test_money_that_was_faster_than_the_void_counts(room: Room) -> None:
    order, intent = await room.opened()
    room.stripe.pay(intent)

    await room.hear(order.void_requested())
    await room.work()

    assert (await room.state(order), await room.told()) == ("captured", ["PaymentCaptured"])
    await room.settle_down()
    assert await room.told() == ["PaymentCaptured"]


async def test_a_void_waits_for_a_processor_that_does_not_answer(room: Room) -> None:
    order, _ = await room.opened()
    room.stripe.down = True
    await room.hear(order.void_requested())
    await room.work()
    assert await room.state(order) == "voiding"

    room.stripe.down = False
    await room.restart()
    await room.settle_down()

    assert await room.state(order) == "voided"


async def test_a_payment_the_processor_never_agreed_to_make_is_voided(room: Room) -> None:
    room.stripe.refuses.add("create_intent")
    order = await room.expected()

    answer = await room.open(order)
    await room.hear(order.void_requested())
    await room.work()

    assert (answer.status_code, answer.json()["code"]) == (409, "payment_not_taken")
    assert await room.state(order) == "voided"
    assert await room.told() == ["ChargeVoided"]


async def test_a_cancelled_order_is_refunded_in_full_and_once(room: Room) -> None:
    order, _ = await room.paid()

    await room.hear(order.cancelled())
    await room.settle_down()
    await room.hear(order.cancelled())
    await room.settle_down()

    assert [one.amount for one in room.stripe.refunds.values()] == [4734]
    assert await room.told() == ["PaymentCaptured", "PaymentRefunded"]
    assert await only_fees_are_left(room)


async def test_money_for_a_voided_charge_goes_back(room: Room) -> None:
    order, intent = await room.opened()
    await room.hear(order.void_requested())
    await room.settle_down()
    await room.hear(order.cancelled())

    room.stripe.pay(intent)
    await room.settle_down()

    assert [one.amount for one in room.stripe.refunds.values()] == [4734]
    assert await room.told() == ["ChargeVoided", "PaymentRefunded"]
    assert await only_fees_are_left(room)


async def test_money_that_comes_after_the_cancellation_goes_back(room: Room) -> None:
    """The cancellation is heard before the news of the payment, which happened before it."""
    order, intent = await room.opened()
    room.stripe.pay(intent)
    await room.hear(order.void_requested(), order.cancelled())

    await room.settle_down()

    assert await room.state(order) == "refunded"
    assert len(room.stripe.refunds) == 1
    assert await room.told() == ["PaymentRefunded"]
    assert await only_fees_are_left(room)


async def test_an_order_that_was_rejected_before_its_payment_is_none_of_ours(room: Room) -> None:
    order = Order()

    await room.hear(order.cancelled())

    assert (await room.open(order)).json()["code"] == "not_yet"


async def test_nothing_is_paid_out_of_an_order_that_is_given_back(room: Room) -> None:
    order, _ = await room.paid()
    await room.hear(*order.admitted(), order.cancelled())
    await room.settle_down()

    await room.hear(order.shipped(0))
    await room.settle_down()

    assert room.stripe.transfers == {}
    assert "is given back" in (await room.parked())[0]


async def test_an_order_that_is_shipped_is_not_given_back_behind_the_co_ops_back(room: Room) -> None:
    order, _ = await room.paid()
    await room.hear(order.shipped(0), order.cancelled())
    await room.settle_down()

    assert room.stripe.refunds == {}
    assert await room.state(order) == "captured"
    assert "is shipped" in (await room.parked())[0]


async def test_a_refused_refund_goes_to_a_person_and_can_be_tried_again_after(room: Room) -> None:
    order, _ = await room.paid()
    room.stripe.refuses.add("refund")
    await room.hear(order.cancelled())
    await room.settle_down()
    assert "refused" in (await room.parked())[0]

    room.stripe.refuses.clear()
    await room.unpark()
    await room.settle_down()

    assert await room.state(order) == "refunded"
    assert len(room.stripe.refunds) == 1


async def test_a_refund_that_comes_back_is_owed_to_the_buyer_still(room: Room) -> None:
    order, _ = await room.paid()
    await room.hear(order.cancelled())
    await room.settle_down()

    room.stripe.return_refund("re_1")
    room.stripe.notices *= 3
    await room.settle_down()

    assert (await room.balances())["refunds:due"] == -4734
