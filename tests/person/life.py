"""What one person does here, with a word of its own in every field that they, or somebody about them, can fill."""

from typing import Any
from uuid import UUID

import httpx
from pyotp import TOTP
from sqlalchemy import text, update

from chassis.testing import deliver, do_tasks
from gateway.api_key import KeyRing
from gateway.role import Scope
from services.producers import audit
from services.producers.application import PARTICULARS
from services.producers.audit import Decision
from services.producers.coop import Membership
from tests.orders.conftest import Goods
from tests.orders.heard import AvailabilityChanged
from tests.person.conftest import House
from tests.person.markers import marked
from tests.producers.conftest import ADMISSION, DETAILS, STATED

PASSWORD = "correct horse battery staple"
EMAIL, NEW_EMAIL = f"{marked('email')}@example.org", f"{marked('newemail')}@example.org"
PAPER = b"%PDF-1.7 " + marked("paper").encode()
PARTICULAR = {name: marked(name) for name in PARTICULARS} | {"contact_email": f"{marked('contact')}@example.org"}
KEPT = {
    "contact_name": "zqxjvkkept contact",
    "contact_email": "zqxjvkkept@sunrise.coop",
    "contact_phone": "zqxjvkkept 1844",
}
"""A co-op's file, which the law asks for."""


def ok(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


async def opens_an_account(house: House, ada: httpx.AsyncClient, email: str = EMAIL) -> UUID:
    told = ok(await ada.post("/api/v1/accounts", json={"email": email, "password": PASSWORD, "name": marked("name")}))
    await do_tasks(house.workers["gateway"])
    ok(await ada.post(f"/api/v1/address-verifications/{house.mails.tokens('verify-address')[-1]}"))
    return UUID(told["id"])


async def asks_for_another_address(house: House, ada: httpx.AsyncClient) -> None:
    """One mail arrives and waits to be opened; that for a new password is turned away, and parked with its error."""
    ok(await ada.put("/api/v1/me/address", json={"email": NEW_EMAIL, "password": PASSWORD}))
    ok(await ada.post("/api/v1/password-resets", json={"email": EMAIL}))
    house.mails.refuses.add(EMAIL)
    await do_tasks(house.workers["gateway"])


async def buys(house: House, ada: httpx.AsyncClient, bread: Goods) -> None:
    """An order that is sent; the mail about it is turned away."""
    order = await orders(house, ada, bread)
    house.mails.refuses.add(f"{marked('buyeremail')}@example.org")
    await is_sent(house, order, bread)
    await do_tasks(house.workers["orders"])


async def is_sent(house: House, order: dict[str, Any], bread: Goods) -> None:
    await house.orders.reserve(order["id"])
    await house.orders.pay(order)
    staff = await house.orders.staff(bread.coop_id)
    parcel = {"carrier": "Post", "tracking_number": marked("tracking")}
    ok(await staff.post(f"/api/v1/consignments/{order['consignments'][0]['id']}/ship", json=parcel))


async def erased_again(house: House) -> None:
    """As when its time has come."""
    await house.databases["orders"].fetch("UPDATE tasks SET run_at = now() WHERE kind = 'orders.erase_buyer'")
    await do_tasks(house.workers["orders"])


async def orders(house: House, ada: httpx.AsyncClient, bread: Goods) -> dict[str, Any]:
    ok(await ada.post("/api/v1/basket/lines", json={"variant_id": str(bread.variant_id), "quantity": 1}))
    address = {name: marked(f"buyer{name}") for name in ("line1", "line2", "city")}
    address |= {"postcode": marked("postcode"), "country": "DE"}
    total = ok(await ada.put("/api/v1/basket", json={"country": "DE"}))["total"]
    form = {"email": f"{marked('buyeremail')}@example.org", "name": marked("buyername"), "address": address}
    placed = await ada.post("/api/v1/orders", json=form | {"total": total}, headers={"Idempotency-Key": marked("key")})
    order: dict[str, Any] = ok(placed)
    return order


async def wants_to_be_told(house: House, ada: httpx.AsyncClient, bread: Goods) -> None:
    """At the account's address and at another one, where the question is turned away."""
    gone = AvailabilityChanged(product_id=bread.product_id, coop_id=bread.coop_id, sold_out=[bread.variant_id])
    await deliver(house.workers["orders"], gone)
    other = f"{marked('wishemail')}@example.org"
    house.mails.refuses.add(other)
    for email in (EMAIL, other):
        ok(await ada.post("/api/v1/wishes", json={"variant_id": str(bread.variant_id), "email": email}))
    await do_tasks(house.workers["orders"])


async def applies_in_vain(house: House, ada: httpx.AsyncClient) -> None:
    """Asked, answered, refused, heard, refused again, and appealed once more; every mail of it is turned away."""
    form = {**DETAILS, **STATED, **PARTICULAR, "domain": "harbour.coop", "certifies": True}
    made = ok(await ada.post("/api/v1/applications", json=form))
    path = f"/api/v1/applications/{made['id']}"
    paper = {"kind": "statutes", "filename": f"{marked('papername')}.pdf"}
    ok(await ada.post(f"{path}/documents", params=paper, content=PAPER))
    await proves(house, ada, path)
    asked = ok(await house.operator.post(f"{path}/questions", json={"words": marked("question")}))
    ok(await ada.post(f"{path}/questions/{asked['questions'][0]['id']}/answer", json={"words": marked("answer")}))
    ok(await house.operator.post(f"{path}/refuse", json={"reason": marked("refusal")}))
    ok(await ada.post(f"{path}/appeal", json={"words": marked("first appeal")}))
    ok(await house.operator.post(f"{path}/appeal/uphold", json={"words": marked("upheld")}))
    ok(await house.operator.post(f"{path}/refuse", json={"reason": marked("refusal")}))
    ok(await ada.post(f"{path}/appeal", json={"words": marked("appeal")}))
    house.mails.refuses.add(PARTICULAR["contact_email"])
    await do_tasks(house.workers["producers"])


async def works_for_a_co_op(house: House, ada: httpx.AsyncClient) -> UUID:
    """A co-op of two owners; a key of the co-op was made by the person."""
    form = {**DETAILS, **STATED, **KEPT, "domain": "sunrise.coop", "certifies": True}
    made = ok(await ada.post("/api/v1/applications", json=form))
    path = f"/api/v1/applications/{made['id']}"
    await proves(house, ada, path)
    ok(await house.operator.post(f"{path}/admit", json=ADMISSION))
    await house.news_travels()
    return UUID(made["id"])


async def proves(house: House, ada: httpx.AsyncClient, path: str) -> None:
    challenge = ok(await ada.post(f"{path}/challenge"))
    house.resolver.hold(challenge["record_value"])
    ok(await ada.post(f"{path}/check"))


async def makes_a_key(house: House, coop_id: UUID, account_id: UUID) -> None:
    async with house.databases["gateway"].transaction() as session:
        KeyRing(b"k" * 32).make(
            session,
            coop_id=coop_id,
            name="stock room",
            scopes=[Scope.CATALOG_READ],
            made_by=account_id,
            now=house.orders.now,
        )


async def gets_a_fellow_owner(house: House, coop_id: UUID, fellow: UUID) -> None:
    """As the rooms have it once somebody has joined."""
    row = {"coop": coop_id, "fellow": fellow}
    for room, statement in JOINED.items():
        async with house.databases[room].transaction() as session:
            await session.execute(text(statement), row)


async def was_invited(house: House, coop_id: UUID, account_id: UUID, by: UUID) -> None:
    """To the co-op, by mail: so the audit log says, and so the others there know them."""
    email = f"{marked('workemail')}@sunrise.coop"
    async with house.databases["producers"].transaction() as session:
        theirs = update(Membership).where(Membership.coop_id == coop_id, Membership.account_id == account_id)
        await session.execute(theirs.values(email=email))
        audit.record(session, Decision.INVITED, subject=coop_id, by=by, at=house.orders.now, words=email)


async def adds_a_second_factor(ada: httpx.AsyncClient) -> None:
    begun = ok(await ada.post("/api/v1/factors/totp", json={"name": marked("factor")}))
    code = {"code": TOTP(begun["secret"]).now()}
    ok(await ada.post(f"/api/v1/factors/totp/{begun['id']}/confirm", json=code))


JOINED = {
    "producers": """
        INSERT INTO memberships (coop_id, account_id, email, role, joined_at)
        VALUES (:coop, :fellow, 'fellow@sunrise.coop', 'owner', now())
    """,
    "gateway": "INSERT INTO memberships (coop_id, account_id, role, version) VALUES (:coop, :fellow, 'owner', 2)",
}
