"""The ledger against a model of it: any series of postings, repeats, contradictions and roll-backs."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.entry import Entry, Posting, ReferenceReused
from tests.ledger.conftest import Kept, total_per_currency

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ACCOUNTS = ["stripe", "coop:a", "coop:b", "fees"]


@st.composite
def entries(draw: Any) -> Entry:
    """Balanced in each of one or two currencies; few references, so that many are told again."""
    postings: list[Posting] = []
    for currency in draw(st.lists(st.sampled_from(["EUR", "JPY"]), min_size=1, max_size=2, unique=True)):
        amounts = draw(st.lists(st.integers(-(10**9), 10**9).filter(bool), min_size=1, max_size=4))
        amounts.append(-sum(amounts))
        postings += [Posting(draw(st.sampled_from(ACCOUNTS)), amount, currency) for amount in amounts if amount]
    if len(postings) == 0:
        postings = [Posting("stripe", 1, "EUR"), Posting("fees", -1, "EUR")]
    return Entry(f"r{draw(st.integers(0, 9))}", "any", UUID(int=1), tuple(postings))


class Model:
    """What the books should hold."""

    def __init__(self) -> None:
        self.posted: dict[str, Entry] = {}

    def accepts(self, batch: list[Entry]) -> bool:
        references = [one.reference for one in batch]
        return len(set(references)) == len(references) and all(
            self.posted.get(one.reference, one).digest == one.digest for one in batch
        )

    def post(self, batch: list[Entry]) -> None:
        for one in batch:
            self.posted.setdefault(one.reference, one)

    def balances(self) -> dict[tuple[str, str], int]:
        sums: Counter[tuple[str, str]] = Counter()
        for one in self.posted.values():
            for posting in one.postings:
                sums[posting.account, posting.currency] += posting.amount
        return {key: amount for key, amount in sums.items() if amount}


async def test_the_books_are_as_the_model_after_every_step(kept: Kept) -> None:
    loop = asyncio.get_running_loop()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
    @given(st.lists(st.tuples(st.lists(entries(), min_size=1, max_size=3), st.booleans()), max_size=12))
    def steps(series: list[tuple[list[Entry], bool]]) -> None:
        asyncio.run_coroutine_threadsafe(_play(kept, series), loop).result()

    await asyncio.to_thread(steps)


async def _play(kept: Kept, series: list[tuple[list[Entry], bool]]) -> None:
    await _empty(kept)
    model = Model()
    for batch, rolled_back in series:
        await _step(kept, model, batch, rolled_back)
        async with kept.database.reading() as session:
            found = {(one.account, one.currency): one.amount for one in await kept.books.balances(session)}
            assert found == model.balances()
            assert not any((await total_per_currency(session)).values())


class Crash(Exception):
    """The transaction does not get to its commit."""


async def _step(kept: Kept, model: Model, batch: list[Entry], rolled_back: bool) -> None:
    try:
        async with kept.database.transaction() as session:
            await kept.books.post(session, batch, NOON)
            assert model.accepts(batch)
            _crash(rolled_back)
        model.post(batch)
    except ReferenceReused:
        assert not model.accepts(batch)
    except Crash:
        pass


def _crash(now: bool) -> None:
    if now:
        raise Crash


async def _empty(kept: Kept) -> None:
    await kept.run("ALTER TABLE ledger_postings DISABLE TRIGGER ledger_postings_immutable")
    await kept.run("ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_immutable")
    await kept.run("DELETE FROM ledger_postings")
    await kept.run("DELETE FROM ledger_entries")
    await kept.run("ALTER TABLE ledger_postings ENABLE TRIGGER ledger_postings_immutable")
    await kept.run("ALTER TABLE ledger_entries ENABLE TRIGGER ledger_entries_immutable")
