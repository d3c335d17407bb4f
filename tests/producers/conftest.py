"""A producers' room of one's own, with callers, name servers that say what they are told, and a mail folder."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import SecretStr

from chassis.auth import Caller
from chassis.database import Database
from chassis.testing import Databases, MemoryBus, client_for, public_key_pem
from chassis.worker import Worker
from services.producers.app import create_app
from services.producers.rdap import Registration
from services.producers.resolver import Said, TxtAnswer
from services.producers.settings import Settings
from services.producers.worker import create_worker

RDAP = "https://rdap.example/"
DETAILS = {
    "legal_name": "Sunrise Bakers' Co-operative Ltd",
    "trading_name": "Sunrise Bakers",
    "legal_form": "co-operative society",
    "country": "GB",
    "city": "Rochdale",
    "address": "31 Toad Lane",
    "postcode": "OL12 0NU",
    "contact_name": "Ann Tweedale",
    "contact_email": "ann@sunrise.coop",
    "contact_phone": "+44 1706 000000",
    "makes": "Bread and buns.",
}


ADMISSION = {"note": "Welcome!", "verified": ["papers_read"]}
STATED = {
    "eligibility": "COOP",
    "controlled_by": "",
    "register_name": "Mutuals Public Register",
    "register_number": "1844",
    "tax_id": "GB 184 412 21",
    "bank_holder": "Sunrise Bakers' Co-operative Ltd",
}


class FakeResolver:
    """Name servers as a test sets them: each holds its own records, or cannot be reached."""

    def __init__(self) -> None:
        self.servers: dict[str, Sequence[bytes] | None] = {"192.0.2.1:53": ()}
        self.unsigned: set[str] = set()
        self.asked: list[str] = []
        self.while_asked: Callable[[], Any] | None = None

    def hold(self, *values: str) -> None:
        for server in self.servers:
            self.servers[server] = tuple(value.encode() for value in values)

    async def ask(self, name: str) -> Sequence[TxtAnswer]:
        self.asked.append(name)
        if self.while_asked is not None:
            await self.while_asked()
        return [self._answer(server, records) for server, records in self.servers.items()]

    def _answer(self, server: str, records: Sequence[bytes] | None) -> TxtAnswer:
        if records is None:
            return TxtAnswer(server, Said.UNREACHABLE, failure="timed out")
        signed = server not in self.unsigned
        return TxtAnswer(server, Said.RECORDS if records else Said.NOTHING, tuple(records), authenticated_data=signed)


class FakeRegistry:
    """Every domain is active until a test says otherwise; the last of a list of answers stays."""

    def __init__(self) -> None:
        self.says: dict[str, Registration] = {}
        self.asked: list[str] = []

    def say(self, domain: str, *statuses: str, **events: datetime) -> None:
        self.says[domain] = Registration(RDAP, found=True, statuses=statuses or ("active",), events=events)

    def forget(self, domain: str) -> None:
        self.says[domain] = Registration(RDAP, found=False)

    def fail(self, domain: str, *, retry_after: timedelta | None = None) -> None:
        self.says[domain] = Registration(RDAP, failure="it answered with status 503", retry_after=retry_after)

    async def ask(self, domain: str) -> Registration:
        self.asked.append(domain)
        return self.says.get(domain, Registration(RDAP, found=True, statuses=("active",)))


@dataclass
class MailFolder:
    sent: list[dict[str, str]] = field(default_factory=list)

    async def send(self, *, to: str, subject: str, text: str, message_id: str) -> None:
        self.sent.append({"to": to, "subject": subject, "text": text, "message_id": message_id})


@dataclass
class Room:
    database: Database
    bus: MemoryBus
    worker: Worker
    resolver: FakeResolver
    registry: FakeRegistry
    mails: MailFolder
    connect: Callable[[Caller | None], httpx.AsyncClient]
    now: datetime = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def clock(self) -> datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def tick(self, timer: str) -> None:
        """The timer of that name goes off."""
        [found] = [one for one in self.worker.timers if one.name == timer]
        await found.run()

    def as_account(
        self, account_id: UUID | None = None, *, operator: bool = False, email_verified: bool = True
    ) -> httpx.AsyncClient:
        caller = Caller(id=account_id or uuid4(), kind="account", operator=operator, email_verified=email_verified)
        return self.connect(caller)

    def as_staff(self, coop_id: str, *scopes: str, kind: Literal["account", "key"] = "account") -> httpx.AsyncClient:
        """Somebody, or a key, who holds those scopes at the co-op; both of its shop's where none is named."""
        held = {UUID(coop_id): frozenset(scopes or ("shop:read", "shop:write"))}
        return self.connect(Caller(id=uuid4(), kind=kind, works_for={UUID(coop_id): "owner"}, scopes=held))

    def as_nobody(self) -> httpx.AsyncClient:
        return self.connect(None)

    async def applied(self, client: httpx.AsyncClient, domain: str = "sunrise.coop", **details: str) -> dict[str, Any]:
        answer = await client.post(
            "/api/v1/applications", json={**DETAILS, **STATED, "certifies": True, "domain": domain, **details}
        )
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def proved(self, client: httpx.AsyncClient, domain: str = "sunrise.coop", **details: str) -> dict[str, Any]:
        application = await self.applied(client, domain, **details)
        challenge = await client.post(f"/api/v1/applications/{application['id']}/challenge")
        self.resolver.hold(challenge.json()["record_value"])
        answer = await client.post(f"/api/v1/applications/{application['id']}/check")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def admitted(self, client: httpx.AsyncClient, domain: str = "sunrise.coop", **details: str) -> dict[str, Any]:
        application = await self.proved(client, domain, **details)
        operator = self.as_account(operator=True)
        answer = await operator.post(f"/api/v1/applications/{application['id']}/admit", json=ADMISSION)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@pytest.fixture
async def room(databases: Databases) -> AsyncIterator[Room]:
    database = await databases("services.producers")
    settings = Settings(
        database_url="postgresql://unused",
        internal_public_key=public_key_pem(),
        webhook_key=SecretStr("w" * 32),
        demo=True,
        checks_per_hour=5,
    )
    bus, resolver, registry, mails = MemoryBus(), FakeResolver(), FakeRegistry(), MailFolder()

    def clock() -> datetime:
        return made.now

    worker = create_worker(settings, database, bus, clock=clock, mailer=mails, resolver=resolver, registry=registry)
    async with AsyncExitStack() as clients:
        app = create_app(settings, database, clock=clock, resolver=resolver, registry=registry)
        made = Room(
            database, bus, worker, resolver, registry, mails, lambda caller: client_for(app, "producers", caller)
        )
        yield made
        await clients.aclose()
