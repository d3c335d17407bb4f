"""A database of an earlier release is brought up to date: the books say what they said, and their guards hold.

`earlier/payments_0002.sql` was dumped from a database that the code of that release had made and sold over: one order
paid, one partly shipped, one refunded, one not paid yet. To its migrations of today that release would be another one:
they make the guards as they are now.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import make_url

from chassis.database import Database
from chassis.migrate import migrate
from services.payments.processor import Account, AccountWanted, Intent, IntentStatus
from tests.payments import facts
from tests.payments.fake_stripe import FakeStripe
from tests.payments.room import Order, Room

EARLIER = Path(__file__).parent / "earlier" / "payments_0002.sql"
PAID, PARTLY_SHIPPED, REFUNDED, UNPAID = (
    UUID("bada625f-021f-4dc7-96bd-88f68b3b16ec"),
    UUID("714a47ea-9eb1-43e3-add2-f26f1cd73d2b"),
    UUID("fc91d14a-1256-421c-b701-8133b6d5e9f6"),
    UUID("95e8264f-0326-4512-a79d-029819c6d7ae"),
)
ROWS = {
    table: f"SELECT to_jsonb({table})::text FROM {table} ORDER BY 1"
    for table in ("charges", "transfers", "ledger_entries", "ledger_postings", "payees", "received_notices", "tasks")
}
OPENED = "SELECT id FROM ledger_entries WHERE reference LIKE 'capture:%' ORDER BY id LIMIT 1"
POST = "INSERT INTO ledger_postings (entry_id, position, account, currency, amount) VALUES ($1, $2, 'a', 'EUR', $3)"
HELD = "SELECT consignment_id, coop_id, amount FROM transfers WHERE order_id = $1 AND state = 'held'"
ENTRY = """
    INSERT INTO ledger_entries (id, reference, kind, subject, digest, posted_at)
    VALUES (gen_random_uuid(), 'new', 'test', gen_random_uuid(), '', now()) RETURNING id
"""

Urls = Callable[[str], Awaitable[str]]


@pytest.fixture
async def url(database_urls: Urls) -> str:
    """Of a database as the earlier release has left it."""
    url = await database_urls("plumbing")
    connection = await connected(url)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await connection.execute(EARLIER.read_text())
    await connection.close()
    return url


@pytest.fixture
async def room(url: str) -> AsyncIterator[Room]:
    """Payments of today over the upgraded database."""
    await migrate(url, "services.payments")
    database = Database(url, pool_size=5)
    await database.signals.start()
    room = Room.of(database)
    await remind(room.stripe, database)
    yield room
    await database.close()


async def remind(stripe: FakeStripe, database: Database) -> None:
    """The provider knows the payments and accounts that it was asked for by the earlier release."""
    for charge in await database.fetch("SELECT intent_ref, charge_ref FROM charges"):
        ref, paid = charge["intent_ref"], charge["charge_ref"] is not None
        status = IntentStatus.SUCCEEDED if paid else IntentStatus.CANCELABLE
        stripe.intents[ref] = Intent(ref, status, "secret", 4734 if paid else 0, "EUR", charge["charge_ref"])
    for payee in await database.fetch("SELECT coop_id, name, domain, country, account_ref FROM payees"):
        wanted = AccountWanted(payee["coop_id"], payee["name"], payee["domain"], payee["country"])
        stripe.accounts[payee["account_ref"]] = (wanted, Account(payee["account_ref"], enabled=True))


async def connected(url: str) -> asyncpg.Connection:
    return await asyncpg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))


async def rows(url: str) -> dict[str, list[str]]:
    connection = await connected(url)
    found = {table: [row[0] for row in await connection.fetch(sql)] for table, sql in ROWS.items()}
    await connection.close()
    return found


async def upgraded(url: str) -> asyncpg.Connection:
    await migrate(url, "services.payments")
    return await connected(url)


async def test_every_row_is_what_it_was(url: str) -> None:
    before = await rows(url)
    assert len(before["ledger_postings"]) > 20

    await migrate(url, "services.payments")

    assert await rows(url) == before


async def test_what_comes_to_an_old_entry_has_to_balance(url: str) -> None:
    connection = await upgraded(url)
    entry = await connection.fetchval(OPENED)

    with pytest.raises(asyncpg.CheckViolationError, match="does not balance"):
        await connection.execute(POST, entry, 90, 1)


async def test_a_new_entry_has_to_balance_and_to_have_postings(url: str) -> None:
    connection = await upgraded(url)

    with pytest.raises(asyncpg.CheckViolationError, match="does not balance"):
        async with connection.transaction():
            await connection.execute(POST, await connection.fetchval(ENTRY), 0, 1)
    with pytest.raises(asyncpg.CheckViolationError, match="has no postings"):
        async with connection.transaction():
            await connection.fetchval(ENTRY)


@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
@pytest.mark.parametrize(("table", "column"), [("ledger_entries", "kind"), ("ledger_postings", "amount")])
async def test_nobody_changes_what_was_posted(url: str, table: str, column: str, change: str) -> None:
    connection = await upgraded(url)

    with pytest.raises(asyncpg.RestrictViolationError, match="only ever added to"):
        await connection.execute(change.format(table, column, column))


async def test_without_its_guard_an_upgraded_database_takes_what_does_not_balance(url: str) -> None:
    """The negative control."""
    connection = await upgraded(url)
    await connection.execute("DROP TRIGGER ledger_postings_balance ON ledger_postings")

    await connection.execute(POST, await connection.fetchval(OPENED), 90, 1)


async def test_an_order_sold_before_is_given_back_and_its_co_ops_are_owed_nothing_for_it(room: Room) -> None:
    before = await room.balances()
    owed = await shares(room.database, PAID)
    assert sorted(owed.values()) == [-3350, -1172]

    await room.hear(Order(order_id=PAID).cancelled())
    await room.settle_down()

    after = await room.balances()
    assert after.get("stripe:balance") == before["stripe:balance"] - 4734
    assert after["marketplace:fees"] == before["marketplace:fees"] + 212
    assert {account: before[account] - after.get(account, 0) for account in owed} == owed
    untouched = before.keys() - owed.keys() - {"stripe:balance", "marketplace:fees"}
    assert {account: after[account] for account in untouched} == {account: before[account] for account in untouched}


async def test_what_was_held_before_is_paid_to_its_co_op_when_it_ships(room: Room) -> None:
    [held] = await room.database.fetch(HELD, PARTLY_SHIPPED)
    consignment = facts.Consignment(
        consignment_id=held["consignment_id"], coop_id=held["coop_id"], goods=1234, delivery=0
    )

    await room.hear(Order(order_id=PARTLY_SHIPPED, consignments=[consignment]).shipped(0))
    await room.settle_down()

    [made] = room.stripe.transfers.values()
    assert (made.consignment_id, made.amount) == (held["consignment_id"], held["amount"])
    assert f"coop:{held['coop_id']}:payable" not in await room.balances()


async def test_an_order_that_waited_for_its_payment_is_paid_after_the_upgrade(room: Room) -> None:
    [charge] = await room.database.fetch("SELECT buyer_id FROM charges WHERE order_id = $1", UNPAID)

    answer = await room.open(Order(order_id=UNPAID, buyer_id=charge["buyer_id"]))

    assert answer.status_code == 200, answer.text
    assert answer.json()["amount"]["amount"] == 4734


async def shares(database: Database, order_id: UUID) -> dict[str, int]:
    """What the books owe each co-op for one order, by account."""
    found = await database.fetch(HELD, order_id)
    return {f"coop:{row['coop_id']}:payable": -row["amount"] for row in found}
