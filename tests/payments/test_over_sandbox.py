"""Payments over Stripe's own client and the sandbox's process: the code path that takes real money."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from chassis.testing import Databases, do_tasks
from services.payments.processor import Processor, ProcessorUnavailable
from services.payments.stripe_adapter import StripeProcessor
from tests.payments.ends import SandboxEnd, sandbox_end
from tests.payments.fake_stripe import Crash
from tests.payments.room import Order, Room


class Mortal:
    """A processor under a process that dies once, after the named call has done its work."""

    def __init__(self, processor: Processor) -> None:
        self._processor = processor
        self.crash_after: str | None = None

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._processor, name)

        async def and_die(*args: object, **kwargs: object) -> object:
            answer = await call(*args, **kwargs)
            if self.crash_after == name:
                self.crash_after = None
                raise Crash(name)
            return answer

        return call if name == "verify" else and_die


class Sale:
    """One order in a room whose processor is the sandbox."""

    def __init__(self, room: Room, end: SandboxEnd, mortal: Mortal) -> None:
        self.room, self.end, self.mortal, self.order = room, end, mortal, Order()
        self._taken = 0

    async def opened(self) -> str:
        _, intent = await self.room.opened(self.order)
        return intent

    async def paid(self) -> str:
        intent = await self.opened()
        self.end.pay(intent)
        await self.until("captured")
        return intent

    async def until(self, state: str) -> None:
        """Copies of the news arrive in any order, and tasks are done, until the charge is there."""
        await self.until_so(lambda: self._is(state))

    async def _is(self, state: str) -> bool:
        return await self.room.state(self.order) == state

    async def until_so(self, so: Callable[[], Awaitable[bool]]) -> None:
        end = time.monotonic() + 90
        while not await so():
            assert time.monotonic() < end, (await self.room.state(self.order), await self.room.parked())
            await self.news()
            if not await do_tasks(self.room.worker):
                await asyncio.sleep(0.05)

    async def news(self) -> None:
        heard = self.end.about(self.order.order_id)
        fresh, self._taken = heard[self._taken :], len(heard)
        random.shuffle(fresh)
        for payload, signature in fresh:
            assert (await self.room.webhook(payload, signature)).status_code == 200

    async def crash(self) -> None:
        await self.room.work_and_crash()
        await self.room.restart()
        await self.room.work()


@pytest.fixture(scope="module")
async def end(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SandboxEnd]:
    async with sandbox_end(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
async def sale(databases: Databases, end: SandboxEnd) -> Sale:
    mortal = Mortal(end.processor)
    database = await databases("services.payments")
    # A little ahead, so that what the sandbox does next lies in the past.
    now = datetime.now(UTC) + timedelta(seconds=30)
    return Sale(Room.of(database, cast("Processor", mortal), now=now), end, mortal)


async def test_a_sale_from_the_card_to_the_co_ops(sale: Sale) -> None:
    room, order = sale.room, sale.order
    await room.hear(*order.admitted())
    await sale.paid()
    await sale.until_so(lambda: _has_fee(room))
    await room.hear(order.shipped(0), order.shipped(1))
    await room.work()

    assert await room.balances() == {"stripe:balance": 212 - 96, "processor:fees": 96, "marketplace:fees": -212}
    assert sorted(await room.told()) == ["PaymentCaptured", "TransferMade", "TransferMade"]
    assert sale.end.made("transfers", order.order_id) == 2


async def _has_fee(room: Room) -> bool:
    await room.timer("fees")
    return "processor:fees" in await room.balances()


async def test_a_declined_card_is_told_and_another_pays(sale: Sale) -> None:
    intent = await sale.opened()
    sale.end.pay(intent, "pm_card_visa_chargeDeclinedInsufficientFunds")
    await sale.until_so(lambda: _has_told(sale.room, "PaymentFailed"))

    sale.end.pay(intent)
    await sale.until("captured")

    assert await sale.room.told() == ["PaymentFailed", "PaymentCaptured"]


async def _has_told(room: Room, fact: str) -> bool:
    return fact in await room.told()


async def test_a_cancelled_order_is_given_back(sale: Sale) -> None:
    await sale.paid()
    await sale.room.hear(sale.order.cancelled())
    await sale.until("refunded")

    assert sale.end.made("refunds", sale.order.order_id) == 1


async def test_a_bank_that_pays_after_all_is_given_its_money_back(sale: Sale) -> None:
    intent = await sale.opened()
    await sale.room.hear(sale.order.void_requested())
    await sale.until("voided")
    sale.end.box.late_success(intent)
    await sale.until("refunded")

    assert await sale.room.told() == ["ChargeVoided", "PaymentRefunded"]
    assert sale.end.made("refunds", sale.order.order_id) == 1


async def test_a_crash_after_the_transfer_makes_no_second_one(sale: Sale) -> None:
    await sale.room.hear(*sale.order.admitted())
    await sale.paid()
    sale.mortal.crash_after = "transfer"
    await sale.room.hear(sale.order.shipped(0))
    await sale.crash()

    assert await _has_told(sale.room, "TransferMade")
    assert sale.end.made("transfers", sale.order.order_id) == 1


async def test_a_crash_after_the_refund_makes_no_second_one(sale: Sale) -> None:
    await sale.paid()
    sale.mortal.crash_after = "refund"
    await sale.room.hear(sale.order.cancelled())
    await sale.crash()

    assert await sale.room.state(sale.order) == "refunded"
    assert sale.end.made("refunds", sale.order.order_id) == 1


async def test_a_crash_after_the_payment_was_made_makes_no_second_one(sale: Sale) -> None:
    await sale.room.expected(sale.order)
    sale.mortal.crash_after = "create_intent"
    with pytest.raises(Crash):
        await sale.room.open(sale.order)

    assert (await sale.room.open(sale.order)).status_code == 200
    assert sale.end.made("payment_intents", sale.order.order_id) == 1


async def test_a_wrong_key_of_ours_is_no_refusal(sale: Sale) -> None:
    """With a mistyped key nothing may be taken for refused: what was made before is still there."""
    order = await sale.room.expected()
    mistyped = StripeProcessor("sk_test_wrong", "whsec_x", sale.end.box.url)

    answer = await Room.of(sale.room.database, mistyped).open(order)
    await mistyped.close()

    assert (answer.status_code, answer.json()["code"]) == (503, ProcessorUnavailable.code)
