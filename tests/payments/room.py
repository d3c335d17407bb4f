"""Payments with everything round it: a database, a bus in memory, a clock to move, a processor to break."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from chassis.auth import Caller
from chassis.database import Database
from chassis.events import Envelope, Event
from chassis.testing import MemoryBus, client_for, deliver, do_tasks, failures, public_key_pem, ship
from chassis.worker import Worker
from services.payments.app import create_app
from services.payments.processor import Processor
from services.payments.settings import Settings
from services.payments.worker import create_worker
from tests.payments import facts
from tests.payments.fake_stripe import SECRET, Crash, FakeStripe, signature

OPERATOR = Caller(id=uuid4(), kind="account", operator=True)


def settings_for(**others: object) -> Settings:
    """A demo's settings, whatever the environment of the test run says."""
    given = {
        "demo": True,
        "database_url": "postgresql://unused",
        "internal_public_key": public_key_pem(),
        "stripe_api_key": "sk_test_unused",
        "stripe_webhook_secret": SECRET,
        "stripe_publishable_key": "pk_test_unused",
        "stripe_pay_page": "http://sandbox.test/pay",
    }
    return Settings.model_validate(given | others)


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = facts.NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Order:
    """An order of two co-ops: 30.00 + 5.00 delivery of the first, 12.34 without delivery of the second."""

    order_id: UUID = field(default_factory=uuid4)
    buyer_id: UUID = field(default_factory=uuid4)
    consignments: list[facts.Consignment] = field(
        default_factory=lambda: [
            facts.Consignment(consignment_id=uuid4(), coop_id=uuid4(), goods=3000, delivery=500),
            facts.Consignment(consignment_id=uuid4(), coop_id=uuid4(), goods=1234, delivery=0),
        ]
    )

    @property
    def total(self) -> int:
        return sum(one.goods + one.delivery - one.discount for one in self.consignments)

    @property
    def buyer(self) -> Caller:
        return Caller(id=self.buyer_id, kind="guest")

    def awaiting_payment(self) -> facts.OrderAwaitingPayment:
        return facts.OrderAwaitingPayment(
            order_id=self.order_id, buyer_id=self.buyer_id, total=self.total, consignments=self.consignments
        )

    def admitted(self) -> list[Event]:
        return [facts.CoopAdmitted(coop_id=one.coop_id) for one in self.consignments]

    def void_requested(self) -> facts.OrderVoidRequested:
        return facts.OrderVoidRequested(order_id=self.order_id)

    def cancelled(self) -> facts.OrderCancelled:
        return facts.OrderCancelled(order_id=self.order_id)

    def shipped(self, nth: int = 0) -> facts.ConsignmentShipped:
        one = self.consignments[nth]
        return facts.ConsignmentShipped(order_id=self.order_id, consignment_id=one.consignment_id, coop_id=one.coop_id)


@dataclass
class Room:
    """Payments, as a test drives it."""

    database: Database
    clock: Clock
    stripe: FakeStripe
    bus: MemoryBus
    app: FastAPI
    worker: Worker

    @classmethod
    def of(cls, database: Database, processor: Processor | None = None, *, now: datetime = facts.NOON) -> Self:
        """The processor is the fake one if none is given."""
        clock = Clock(now)
        stripe, bus, given = FakeStripe(clock), MemoryBus(), settings_for()
        app = create_app(given, database, clock=clock, processor=processor or stripe)
        worker = create_worker(given, database, bus, clock=clock, processor=processor or stripe)
        return cls(database, clock, stripe, bus, app, worker)

    def beside(self) -> Self:
        """Another process of the same room."""
        given = settings_for()
        worker = create_worker(given, self.database, self.bus, clock=self.clock, processor=self.stripe)
        return replace(self, worker=worker)

    async def hear(self, *events: Event) -> None:
        """Other rooms' facts arrive."""
        await deliver(self.worker, *events)

    async def call(self, caller: Caller, method: str, path: str, **request: object) -> httpx.Response:
        async with client_for(self.app, "payments", caller) as client:
            return await client.request(method, f"/api/v1{path}", **request)  # type: ignore[arg-type]

    async def open(self, order: Order, caller: Caller | None = None) -> httpx.Response:
        return await self.call(caller or order.buyer, "POST", f"/charges/{order.order_id}/open")

    async def webhook(self, payload: bytes, header: str | None = None) -> httpx.Response:
        headers = {"Stripe-Signature": signature(payload) if header is None else header}
        return await self.call(Caller(), "POST", "/webhooks/stripe", content=payload, headers=headers)

    async def news(self) -> None:
        """Everything the processor has to tell arrives, in order and once."""
        while self.stripe.notices:
            assert (await self.webhook(self.stripe.notices.pop(0))).status_code == 200

    async def work(self) -> None:
        """Every task is done, and those that they set off."""
        while await do_tasks(self.worker):
            pass

    async def work_and_crash(self) -> None:
        """As `work`, and the process dies on the way."""
        try:
            await self.work()
        except Crash:
            return
        raise AssertionError("nothing crashed")

    async def restart(self) -> None:
        """A new process takes up what the old one had claimed, and what was to be retried later."""
        async with self.database.transaction() as session:
            await session.execute(text("UPDATE tasks SET claimed_by = NULL, run_at = now()"))

    async def settle_down(self) -> None:
        """News arrive and tasks are done until nothing moves any more."""
        while self.stripe.notices or await do_tasks(self.worker):
            await self.news()
        await self.timer("fees")

    async def timer(self, name: str) -> None:
        """The timer of this name has gone off."""
        await next(timer for timer in self.worker.timers if timer.name == name).run()

    async def told(self, topic: str = "payments.charges") -> list[str]:
        """The names of the facts that payments has told, in order."""
        return [fact.type.partition(".")[2] for fact in await self.facts(topic)]

    async def facts(self, topic: str = "payments.charges") -> Sequence[Envelope]:
        await ship(self.worker)
        return self.bus.facts(topic)

    async def state(self, order: Order) -> str:
        answer = await self.call(OPERATOR, "GET", f"/charges/{order.order_id}")
        return str(answer.json()["state"])

    async def balances(self) -> dict[str, int]:
        answer = (await self.call(OPERATOR, "GET", "/ledger/balances")).json()
        assert answer["balanced"]
        return {one["account"]: one["amount"] for one in answer["balances"]}

    async def expected(self, order: Order | None = None) -> Order:
        order = order or Order()
        await self.hear(order.awaiting_payment())
        return order

    async def opened(self, order: Order | None = None) -> tuple[Order, str]:
        order = await self.expected(order)
        answer = await self.open(order)
        assert answer.status_code == 200, answer.text
        return order, answer.json()["payment_intent"]

    async def paid(self, order: Order | None = None) -> tuple[Order, str]:
        order, intent = await self.opened(order)
        self.stripe.pay(intent)
        await self.settle_down()
        return order, intent

    async def parked(self) -> list[str]:
        """What has gone wrong and waits for somebody."""
        return await failures(self.database)

    async def unpark(self) -> None:
        """Somebody has mended the cause, and says go on."""
        async with self.database.transaction() as session:
            await session.execute(text("UPDATE tasks SET parked_at = NULL, run_at = now(), claimed_by = NULL"))
