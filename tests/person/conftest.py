"""A front door with the rooms behind it that know people, all in this process, and a bus that a test moves along."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

import tests.orders.conftest as orders
import tests.payments.room as payments
import tests.producers.conftest as producers
from chassis.auth import Caller
from chassis.database import Database
from chassis.tasks import GiveUp
from chassis.testing import Databases, MemoryBus, client_for, failures, public_key_pem, ship
from chassis.worker import Worker
from gateway.app import create_app
from gateway.carrier import InProcess
from gateway.worker import create_worker
from services.orders.app import create_app as create_orders
from services.orders.settings import Settings as OrdersSettings
from services.orders.worker import create_worker as create_orders_worker
from services.producers.app import create_app as create_producers
from services.producers.settings import Settings as ProducersSettings
from services.producers.worker import create_worker as create_producers_worker
from tests.gateway.conftest import ORIGIN, Letters, settings_for


class Mailbox(Letters):
    """A mail server that may turn an address away for good."""

    def __init__(self) -> None:
        super().__init__()
        self.refuses: set[str] = set()

    async def send(self, *, to: str, subject: str, text: str, message_id: str) -> None:
        if to in self.refuses:
            raise GiveUp(f"the mail was refused: {to}")
        await super().send(to=to, subject=subject, text=text, message_id=message_id)


@dataclass
class House:
    app: object
    databases: Mapping[str, Database]
    workers: Mapping[str, Worker]
    bus: MemoryBus
    mails: Mailbox
    orders: orders.Room
    resolver: producers.FakeResolver
    operator: httpx.AsyncClient

    def visitor(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.app, client=("203.0.113.7", 5000))  # type: ignore[arg-type]
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN)

    async def news_travels(self) -> None:
        """Everything published by now reaches every room that listens; what comes of it does as well.

        Payments hears of people alone: no money moves here.
        """
        for _ in range(2):
            for worker in self.workers.values():
                await ship(worker)
            for name, worker in self.workers.items():
                for topic in worker.consumers if name != "payments" else ("gateway.accounts",):
                    await worker.consumers[topic].handle(self.bus.topics.get(topic, []))
        for name, database in self.databases.items():
            assert [error for error in await failures(database) if "mail was refused" not in error] == [], name


@pytest.fixture
async def house(databases: Databases) -> AsyncIterator[House]:
    found = {name: await databases(f"services.{name}") for name in ("orders", "producers", "payments")}
    found["gateway"] = await databases("gateway")
    bus, mails, resolver, registry = MemoryBus(), Mailbox(), producers.FakeResolver(), producers.FakeRegistry()
    async with AsyncExitStack() as stack:
        given = {
            "database_url": "postgresql://unused",
            "internal_public_key": public_key_pem(),
            "smtp_url": "smtp://unused",
            "demo": True,
            "webhook_key": "w" * 32,
        }
        orders_settings = OrdersSettings.model_validate(given)
        producers_settings = ProducersSettings.model_validate(given)
        paying = payments.Room.of(found["payments"], now=datetime.now(UTC))
        rooms = {
            "orders": create_orders(orders_settings, found["orders"]),
            "producers": create_producers(producers_settings, found["producers"], resolver=resolver, registry=registry),
            "payments": paying.app,
        }
        selling = create_orders_worker(orders_settings, found["orders"], bus, mailer=mails)
        orders_room = orders.Room(
            found["orders"],
            rooms["orders"],
            selling,
            bus,
            orders.MailFolder(),
            orders_settings,
            datetime.now(UTC),
            stack,
        )
        door = settings_for(found["gateway"])
        workers = {
            "gateway": create_worker(door, found["gateway"], bus, mailer=mails),
            "orders": selling,
            "producers": create_producers_worker(
                producers_settings, found["producers"], bus, mailer=mails, resolver=resolver, registry=registry
            ),
            "payments": paying.worker,
        }
        app = create_app(door, found["gateway"], {name: InProcess(room) for name, room in rooms.items()}, None)
        operator = Caller(id=uuid4(), kind="account", operator=True)
        desk = await stack.enter_async_context(client_for(rooms["producers"], "producers", operator))
        yield House(app, found, workers, bus, mails, orders_room, resolver, desk)
