"""The books on a real database: posting once, balances as sums, and what the database refuses by itself."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.ids import new_id
from ledger.entry import Entry, Posting, ReferenceReused, entry
from tests.ledger.conftest import Kept, total_per_currency

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LOAF = uuid4()


def sale(reference: str = "sale:1", amount: int = 250, subject: UUID = LOAF) -> Entry:
    return entry(reference, "sale", subject, "EUR", [("till", amount), ("bread", -amount)])


async def post(kept: Kept, *entries: Entry) -> None:
    async with kept.database.transaction() as session:
        await kept.books.post(session, entries, NOON)


async def balances(kept: Kept) -> dict[tuple[str, str], int]:
    async with kept.database.reading() as session:
        return {(one.account, one.currency): one.amount for one in await kept.books.balances(session)}


async def test_a_balance_is_the_sum_of_what_was_posted(kept: Kept) -> None:
    await post(kept, sale("sale:1", 250), sale("sale:2", 100))
    await post(kept, entry("refund:2", "refund", LOAF, "EUR", [("till", -100), ("bread", 100)]))
    await post(kept, entry("sale:3", "sale", LOAF, "JPY", [("till", 7), ("bread", -7)]))

    assert await balances(kept) == {
        ("till", "EUR"): 250,
        ("bread", "EUR"): -250,
        ("till", "JPY"): 7,
        ("bread", "JPY"): -7,
    }


async def test_the_same_reference_with_the_same_content_is_posted_already(kept: Kept) -> None:
    await post(kept, sale())
    await post(kept, sale(), sale("sale:2", 100))

    assert (await balances(kept))["till", "EUR"] == 350


async def test_the_same_reference_with_another_content_is_an_error_and_posts_nothing(kept: Kept) -> None:
    await post(kept, sale())

    with pytest.raises(ReferenceReused):
        await post(kept, sale(amount=251), sale("sale:2"))

    assert (await balances(kept))["till", "EUR"] == 250


async def test_one_reference_twice_in_one_call_is_an_error(kept: Kept) -> None:
    with pytest.raises(ReferenceReused):
        await post(kept, sale(), sale(amount=3))


async def test_twenty_posting_the_same_at_once_post_it_once(kept: Kept) -> None:
    await asyncio.gather(*(post(kept, sale("sale:1"), sale("sale:2")) for _ in range(20)))

    assert (await balances(kept))["till", "EUR"] == 500


async def test_entries_are_found_by_their_subject_and_read_on_from_any_of_them(kept: Kept) -> None:
    cake = uuid4()
    await post(kept, sale("sale:1"), sale("sale:2", 3, cake), sale("sale:3", 4, cake))

    async with kept.database.reading() as session:
        first = await kept.books.entries_after(session, None, 1, cake)
        rest = await kept.books.entries_after(session, first[0].id, 10, cake)

    assert [one.reference for one in [*first, *rest]] == ["sale:2", "sale:3"]
    assert rest[0].postings == (Posting("till", 4, "EUR"), Posting("bread", -4, "EUR"))


async def off_balance(kept: Kept) -> None:
    """An entry of 5 that never came from anywhere, by somebody who writes past the engine."""
    id_ = new_id()
    async with kept.database.transaction() as session:
        await session.execute(
            kept.books.entries.insert().values(
                id=id_, reference=f"forged:{id_}", kind="forged", subject=LOAF, digest=b"", posted_at=NOON
            )
        )
        await session.execute(
            kept.books.postings.insert().values(entry_id=id_, position=0, account="till", currency="EUR", amount=5)
        )


async def test_the_database_refuses_an_entry_that_does_not_balance(kept: Kept) -> None:
    with pytest.raises(DBAPIError, match="does not balance"):
        await off_balance(kept)

    assert await balances(kept) == {}


async def test_without_the_trigger_the_same_entry_is_taken(kept: Kept) -> None:
    """The negative control: it is the trigger that refuses, and nothing else."""
    await kept.run("DROP TRIGGER ledger_postings_balance ON ledger_postings")

    await off_balance(kept)

    assert await balances(kept) == {("till", "EUR"): 5}


async def test_the_database_refuses_an_entry_without_postings(kept: Kept) -> None:
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="has no postings"):
        await kept.run("INSERT INTO ledger_entries VALUES (:id, 'empty', 'forged', :id, '', now())", id=new_id())


async def test_the_database_refuses_a_posting_added_to_an_entry_afterwards(kept: Kept) -> None:
    await post(kept, sale())

    with pytest.raises(DBAPIError, match="does not balance"):
        await kept.run("INSERT INTO ledger_postings SELECT id, 9, 'till', 'EUR', 5 FROM ledger_entries")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_postings SET amount = amount * 2",
        "UPDATE ledger_entries SET kind = 'gift'",
        "DELETE FROM ledger_postings",
        "DELETE FROM ledger_entries",
        "TRUNCATE ledger_entries, ledger_postings",
    ],
)
async def test_what_is_posted_is_never_changed_nor_taken_out(kept: Kept, statement: str) -> None:
    await post(kept, sale())

    with pytest.raises(DBAPIError, match="only ever added to"):
        await kept.run(statement)

    assert (await balances(kept))["till", "EUR"] == 250


async def test_without_the_trigger_the_books_can_be_cooked(kept: Kept) -> None:
    """The negative control."""
    await post(kept, sale())
    await kept.run("DROP TRIGGER ledger_postings_immutable ON ledger_postings")

    await kept.run("UPDATE ledger_postings SET amount = amount * 2")

    async with kept.database.reading() as session:
        assert await total_per_currency(session) == {"EUR": 0}
    assert (await balances(kept))["till", "EUR"] == 500


WHOLE_READS = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'ledger_postings'"


async def reads_of_all_postings(kept: Kept) -> int:
    """How often sales read everything that was ever posted, on a connection that has posted since the first day."""
    await kept.run("SET plan_cache_mode = force_generic_plan")
    for nth in range(20):
        await post(kept, sale(f"sale:{nth}"))
    async with kept.database.transaction() as session:
        await kept.books.post(session, [sale("sale:last")], NOON)
        await session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        return int(await session.scalar(text(WHOLE_READS)) or 0)


async def test_what_was_posted_before_is_not_read_again(kept: Kept) -> None:
    assert await reads_of_all_postings(kept) == 0


async def test_left_to_plan_the_guard_would_read_all_of_it_for_every_entry(kept: Kept) -> None:
    """The negative control: this plan is as old as the connection, from when the table was empty."""
    await kept.run("ALTER FUNCTION ledger_entry_has_postings() RESET ALL")

    assert await reads_of_all_postings(kept) > 0


async def test_postings_go_with_the_transaction_they_are_part_of(kept: Kept) -> None:
    async def fail_after_posting() -> None:
        async with kept.database.transaction() as session:
            await kept.books.post(session, [sale()], NOON)
            await session.execute(text("SELECT 1 / 0"))

    with pytest.raises(DBAPIError, match="division by zero"):
        await fail_after_posting()

    assert await balances(kept) == {}
