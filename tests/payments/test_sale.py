"""The plain way of money: expected, opened, captured, shared out, transferred."""

from dataclasses import replace

from tests.payments.room import OPERATOR, Order, Room


async def test_an_order_that_awaits_payment_can_be_opened_by_its_buyer(room: Room) -> None:
    order = await room.expected()

    answer = await room.open(order)

    assert answer.status_code == 200
    assert answer.json() == {
        "state": "open",
        "amount": {"amount": 4734, "currency": "EUR"},
        "payment_intent": "pi_1",
        "client_secret": "pi_1_secret",
        "publishable_key": "pk_test_unused",
        "pay_url": "http://sandbox.test/pay/pi_1?client_secret=pi_1_secret&return_url="
        f"http%3A%2F%2F127.0.0.1%3A8000%2Forders%2F{order.order_id}",
    }


async def test_opening_twice_gives_the_same_payment(room: Room) -> None:
    order, intent = await room.opened()

    again = await room.open(order)

    assert again.json()["payment_intent"] == intent
    assert list(room.stripe.intents) == [intent]


async def test_captured_money_is_shared_out_to_the_cent(room: Room) -> None:
    order, _ = await room.paid()

    first, second = (one.coop_id for one in order.consignments)
    assert await room.state(order) == "captured"
    assert await room.balances() == {
        "stripe:balance": 4734 - 96,
        "processor:fees": 96,
        "marketplace:fees": -212,
        f"coop:{first}:payable": -(3500 - 150),
        f"coop:{second}:payable": -(1234 - 62),
    }


async def test_the_capture_is_told_once_with_what_was_captured(room: Room) -> None:
    order, _ = await room.paid()

    (fact,) = await room.facts()
    assert fact.type == "payments.PaymentCaptured"
    assert fact.key == str(order.order_id)
    assert (fact.data["amount"], fact.data["currency"]) == (4734, "EUR")


async def test_every_line_of_the_books_names_its_order(room: Room) -> None:
    order, _ = await room.paid()
    await room.paid()

    answer = await room.call(OPERATOR, "GET", f"/ledger/entries?order_id={order.order_id}")

    assert sorted(entry["kind"] for entry in answer.json()["items"]) == ["capture", "processor_fee"]
    capture = next(entry for entry in answer.json()["items"] if entry["kind"] == "capture")
    assert [line["amount"] for line in capture["postings"]] == [4734, -3350, -150, -1172, -62]


async def test_a_co_op_is_paid_when_it_ships(room: Room) -> None:
    order, _ = await room.paid()
    await room.hear(*order.admitted())
    await room.settle_down()
    assert room.stripe.transfers == {}

    await room.hear(order.shipped(0))
    await room.settle_down()

    (transfer,) = room.stripe.transfers.values()
    assert (transfer.amount, transfer.charge_ref, transfer.order_id) == (3350, "ch_1", order.order_id)
    assert f"coop:{order.consignments[0].coop_id}:payable" not in await room.balances()
    assert await room.told() == ["PaymentCaptured", "TransferMade"]


async def test_a_transfer_waits_for_a_payee_who_can_be_paid(room: Room) -> None:
    room.stripe.accounts_enabled = False
    order, _ = await room.paid()
    await room.hear(order.shipped(0))
    await room.settle_down()
    await room.hear(*order.admitted())
    await room.settle_down()
    assert room.stripe.transfers == {}

    for account in list(room.stripe.accounts):
        room.stripe.enable(account)
    await room.settle_down()

    assert [one.amount for one in room.stripe.transfers.values()] == [3350]
    assert await room.told("payments.payees") == ["PayeeOpened"] * 4


async def test_a_declined_card_leaves_the_charge_open_for_another(room: Room) -> None:
    order, intent = await room.opened()

    room.stripe.decline(intent)
    await room.settle_down()
    answer = await room.call(order.buyer, "GET", f"/charges/{order.order_id}")
    room.stripe.pay(intent)
    await room.settle_down()

    assert (answer.json()["state"], answer.json()["failure"]) == ("open", "insufficient_funds")
    assert await room.told() == ["PaymentFailed", "PaymentCaptured"]


async def test_fees_are_asked_for_in_one_call_for_many_and_not_at_all_for_none(room: Room) -> None:
    await room.timer("fees")
    assert room.stripe.calls["fees"] == 0

    for _ in range(3):
        await room.paid()
    await room.timer("fees")
    asked = room.stripe.calls["fees"]
    await room.timer("fees")

    assert (await room.balances())["processor:fees"] == 3 * 96
    assert room.stripe.calls["fees"] == asked == 3


async def test_a_fee_that_is_known_late_is_asked_for_until_it_is(room: Room) -> None:
    order, intent = await room.opened()
    room.stripe.pay(intent)
    fee = room.stripe.kept.pop("ch_1")
    await room.settle_down()
    room.clock.pass_(minutes=6)
    await room.timer("late fees")
    assert "processor:fees" not in await room.balances()

    room.stripe.kept["ch_1"] = fee
    await room.timer("late fees")
    await room.timer("late fees")

    assert (await room.balances())["processor:fees"] == 96
    assert await room.state(order) == "captured"


async def test_a_fee_in_another_currency_holds_up_none_of_the_others(room: Room) -> None:
    for _ in range(2):
        _, intent = await room.opened()
        room.stripe.pay(intent)
    room.stripe.kept["ch_1"] = replace(room.stripe.kept["ch_1"], currency="USD")

    await room.settle_down()

    assert (await room.balances())["processor:fees"] == 96


async def test_what_the_consignments_come_to_must_be_the_total(room: Room) -> None:
    order = Order()
    wrong = order.awaiting_payment().model_copy(update={"total": order.total + 1})

    await room.hear(wrong)

    assert (await room.open(order)).json()["code"] == "not_yet"


async def test_a_consignment_that_cost_nothing_is_settled_without_asking_the_processor(room: Room) -> None:
    order = Order()
    order.consignments[1] = order.consignments[1].model_copy(update={"goods": 0})
    await room.paid(order)
    await room.hear(*order.admitted(), order.shipped(0), order.shipped(1))

    await room.settle_down()

    assert [one.amount for one in room.stripe.transfers.values()] == [3350]
    assert room.stripe.calls["transfer"] == 1
    told = [fact.data["amount"] for fact in await room.facts() if fact.type.endswith("TransferMade")]
    assert sorted(told, key=str) == [0, 3350]
    assert await room.parked() == []
