"""The orders room alone, with a shop of two co-ops in it and a clock that a test can move."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from chassis.auth import Caller
from chassis.database import Database
from chassis.events import Event
from chassis.testing import Databases, MemoryBus, client_for, deliver, do_tasks, failures, public_key_pem, ship
from chassis.worker import Worker
from services.orders.app import create_app
from services.orders.settings import Settings
from services.orders.worker import create_worker
from tests.orders.heard import CoopAdmitted, ProductPublished, StockReserved, Variant, captured

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ADDRESS = {"line1": "31 Toad Lane", "line2": "", "city": "Rochdale", "postcode": "OL12 0NU", "country": "GB"}


@dataclass
class Letter:
    to: str
    subject: str
    text: str
    message_id: str


@dataclass
class MailFolder:
    """Keeps what was sent; refuses as often as it is told to."""

    letters: list[Letter] = field(default_factory=list)
    refuse: int = 0

    async def send(self, *, to: str, subject: str, text: str, message_id: str) -> None:
        if self.refuse:
            self.refuse -= 1
            raise ConnectionError("the mail server is away")
        self.letters.append(Letter(to, subject, text, message_id))


@dataclass(frozen=True)
class Goods:
    """A product with one variant."""

    coop_id: UUID
    product_id: UUID
    variant_id: UUID
    price: int


@dataclass
class Room:
    """Orders with everything around it pretended: other services' facts are delivered by hand."""

    database: Database
    app: Any
    worker: Worker
    bus: MemoryBus
    mails: MailFolder
    settings: Settings
    now: datetime
    stack: AsyncExitStack

    async def client(self, caller: Caller) -> httpx.AsyncClient:
        return await self.stack.enter_async_context(client_for(self.app, "orders", caller))

    async def shopper(self) -> "Shopper":
        caller = Caller(id=uuid4(), kind="guest")
        return Shopper(self, caller, await self.client(caller))

    async def operator(self) -> httpx.AsyncClient:
        return await self.client(Caller(id=uuid4(), kind="account", operator=True))

    async def staff(self, *coops: UUID) -> httpx.AsyncClient:
        works_for = dict.fromkeys(coops, "fulfilment")
        scopes = dict.fromkeys(coops, frozenset({"orders:read", "orders:write"}))
        return await self.client(Caller(id=uuid4(), kind="account", works_for=works_for, scopes=scopes))

    async def hear(self, *facts: Event) -> None:
        await deliver(self.worker, *facts)
        assert await failures(self.database) == []

    async def told(self) -> list[Any]:
        """What orders has published by now, oldest first, as (name, data)."""
        await ship(self.worker)
        return [(fact.type.partition(".")[2], fact.data) for fact in self.bus.facts("orders.orders")]

    async def do_tasks(self) -> None:
        await do_tasks(self.worker)

    async def open_coop(self, slug: str, name: str, *, delivery: int | None = 500) -> UUID:
        coop_id = uuid4()
        await self.hear(CoopAdmitted(coop_id=coop_id, slug=slug, name=name))
        if delivery is not None:
            await self.deliver_for(coop_id, {"*": delivery})
        return coop_id

    async def deliver_for(self, coop_id: UUID, prices: dict[str, int]) -> None:
        rates = [
            {"country": country, "price": {"amount": price, "currency": "EUR"}} for country, price in prices.items()
        ]
        staff = await self.staff(coop_id)
        (await staff.put(f"/api/v1/deliveries/{coop_id}", json={"rates": rates})).raise_for_status()

    async def sell(self, coop_id: UUID, *, price: int = 450, title: str = "Rye bread", **ahead: Any) -> Goods:
        goods = Goods(coop_id, uuid4(), uuid4(), price)
        await self.hear(
            ProductPublished(
                product_id=goods.product_id,
                coop_id=coop_id,
                title=title,
                slug=title.lower().replace(" ", "-"),
                variants=[Variant(variant_id=goods.variant_id, price=price, **ahead)],
            )
        )
        return goods

    async def reserve(self, order_id: str) -> None:
        await self.hear(StockReserved(order_id=UUID(order_id)))

    async def pay(self, order: dict[str, Any]) -> None:
        await self.hear(captured(UUID(order["id"]), order["total"]["amount"]))


@dataclass
class Shopper:
    room: Room
    caller: Caller
    client: httpx.AsyncClient

    @property
    def id(self) -> UUID:
        assert self.caller.id is not None
        return self.caller.id

    async def put_in(self, goods: Goods, quantity: int = 1) -> dict[str, Any]:
        line = {"variant_id": str(goods.variant_id), "quantity": quantity}
        self.room.now += timedelta(milliseconds=1)  # lines stand in the order in which they came
        return ok(await self.client.post("/api/v1/basket/lines", json=line))

    async def basket(self) -> dict[str, Any]:
        return ok(await self.client.get("/api/v1/basket"))

    async def try_to_place(self, *, key: str | None = None, **changes: Any) -> httpx.Response:
        body = {"email": "ada@example.org", "name": "Ada", "address": ADDRESS, **changes}
        if "total" not in body:
            body["total"] = (await self.basket())["total"]
        headers = {"Idempotency-Key": key or uuid4().hex}
        return await self.client.post("/api/v1/orders", json=body, headers=headers)

    async def place(self) -> dict[str, Any]:
        response = await self.try_to_place()
        assert response.status_code == 201, response.text
        order: dict[str, Any] = response.json()
        return order

    async def order_of(self, *goods: Goods) -> dict[str, Any]:
        for one in goods:
            await self.put_in(one)
        return await self.place()

    async def awaiting(self, *goods: Goods) -> dict[str, Any]:
        order = await self.order_of(*goods)
        await self.room.reserve(order["id"])
        return await self.see(order)

    async def paid(self, *goods: Goods) -> dict[str, Any]:
        order = await self.awaiting(*goods)
        await self.room.pay(order)
        return await self.see(order)

    async def see(self, order: dict[str, Any]) -> dict[str, Any]:
        return ok(await self.client.get(f"/api/v1/orders/{order['id']}"))

    async def cancel(self, order: dict[str, Any]) -> httpx.Response:
        return await self.client.post(f"/api/v1/orders/{order['id']}/cancel")


def ok(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document, after a look at its status and code."""
    answer: dict[str, Any] = response.json()
    assert (response.status_code, answer["code"]) == (status, code), response.text
    return answer


@pytest.fixture
async def room(databases: Databases) -> AsyncIterator[Room]:
    database = await databases("services.orders")
    settings = Settings(
        database_url="postgresql://unused",
        internal_public_key=public_key_pem(),
        public_url="https://toadlane.example",
        default_country="GB",
        smtp_url="smtp://unused",
    )
    mails, bus = MailFolder(), MemoryBus()
    async with AsyncExitStack() as stack:
        made = Room(database, None, None, bus, mails, settings, NOON, stack)  # type: ignore[arg-type]
        made.app = create_app(settings, database, clock=lambda: made.now)
        made.worker = create_worker(settings, database, bus, clock=lambda: made.now, mailer=mails)
        yield made


@pytest.fixture
async def bread(room: Room) -> Goods:
    return await room.sell(await room.open_coop("sunrise", "Sunrise Bakers"), title="Rye bread", price=450)


@pytest.fixture
async def honey(room: Room) -> Goods:
    return await room.sell(await room.open_coop("hive", "The Hive", delivery=390), title="Honey", price=800)


@pytest.fixture
async def shopper(room: Room) -> Shopper:
    return await room.shopper()


def later(room: Room, **by: float) -> None:
    room.now += timedelta(**by)
