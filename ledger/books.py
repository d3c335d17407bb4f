"""The books: tables in the database of whoever keeps them, posting once per reference, balances as sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CHAR,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from chassis.ids import new_id
from ledger.entry import Entry, Posting, ReferenceReused


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry as it stands in the books."""

    id: UUID
    reference: str
    kind: str
    subject: UUID
    posted_at: datetime
    postings: tuple[Posting, ...]


# Postings are written for the entries that were opened: for one whose reference is known already, nothing is.
_POST = """
    WITH opened AS (
        INSERT INTO ledger_entries (id, reference, kind, subject, digest, posted_at)
        SELECT id, reference, kind, subject, digest, $6
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::bytea[])
             WITH ORDINALITY AS given (id, reference, kind, subject, digest, nth)
        ORDER BY nth ON CONFLICT (reference) DO NOTHING RETURNING id, reference),
    posted AS (
        INSERT INTO ledger_postings (entry_id, position, account, currency, amount)
        SELECT entry_id, position, account, currency, amount
        FROM unnest($7::uuid[], $8::smallint[], $9::text[], $10::text[], $11::bigint[])
             AS line (entry_id, position, account, currency, amount)
        JOIN opened ON opened.id = line.entry_id)
    SELECT reference FROM opened
"""


async def _write(session: AsyncSession, entries: Sequence[Entry], at: datetime) -> set[str]:
    """The references that were new; one statement for all entries and their postings."""
    ids = [new_id() for _ in entries]
    lines = [(id_, *line) for id_, one in zip(ids, entries, strict=True) for line in enumerate(one.postings)]
    opened = await fetch(
        session,
        _POST,
        ids,
        [one.reference for one in entries],
        [one.kind for one in entries],
        [one.subject for one in entries],
        [one.digest for one in entries],
        at,
        [entry_id for entry_id, _, _ in lines],
        [position for _, position, _ in lines],
        [line.account for _, _, line in lines],
        [line.currency for _, _, line in lines],
        [line.amount for _, _, line in lines],
    )
    return {row["reference"] for row in opened}


class Books:
    """One ledger, its tables built into `metadata`; `ledger.guards.GUARDS` belongs into the same migration."""

    def __init__(self, metadata: MetaData) -> None:
        self.entries = Table(
            "ledger_entries",
            metadata,
            Column("id", Uuid, primary_key=True),
            Column("reference", Text, nullable=False, unique=True),
            Column("kind", Text, nullable=False),
            Column("subject", Uuid, nullable=False, index=True),
            Column("digest", LargeBinary, nullable=False),
            Column("posted_at", DateTime(timezone=True), nullable=False),
        )
        self.postings = Table(
            "ledger_postings",
            metadata,
            Column("entry_id", ForeignKey("ledger_entries.id"), primary_key=True),
            Column("position", SmallInteger, primary_key=True, autoincrement=False),
            Column("account", Text, nullable=False),
            Column("currency", CHAR(3), nullable=False),
            Column("amount", BigInteger, nullable=False),
            CheckConstraint("amount <> 0", name="not_zero"),
            Index(None, "account", "currency", postgresql_include=["amount"]),
        )

    async def post(self, session: AsyncSession, entries: Sequence[Entry], at: datetime) -> None:
        """Posts what is not posted yet; the same reference with the same content is no error, with another it is."""
        wanted = {one.reference: one for one in entries}
        if len(wanted) < len(entries):
            raise ReferenceReused("one reference twice in one call")
        # In the order of the references: two batches that share some must not wait for each other in a circle.
        opened = await _write(session, sorted(wanted.values(), key=lambda one: one.reference), at)
        if known := wanted.keys() - opened:
            await self._check_same(session, [wanted[reference] for reference in known])

    async def _check_same(self, session: AsyncSession, entries: Sequence[Entry]) -> None:
        columns = self.entries.c
        found = await session.execute(
            select(columns.reference, columns.digest).where(columns.reference.in_([one.reference for one in entries]))
        )
        digests: dict[str, bytes] = dict(found.all())
        for one in entries:
            if digests[one.reference] != one.digest:
                raise ReferenceReused(f"{one.reference} is posted with another content")

    async def balances(self, session: AsyncSession, account: str | None = None) -> list[Posting]:
        """What every account stands at, debit positive; those that stand at zero are left out."""
        columns = self.postings.c
        amount = func.sum(columns.amount).cast(BigInteger)
        query = select(columns.account, amount, columns.currency).group_by(columns.account, columns.currency)
        if account is not None:
            query = query.where(columns.account == account)
        rows = await session.execute(query.having(amount != 0).order_by(columns.account, columns.currency))
        return [Posting(name, total, currency) for name, total, currency in rows]

    async def entries_after(
        self, session: AsyncSession, after: UUID | None, limit: int, subject: UUID | None = None
    ) -> list[Posted]:
        """Entries in the order they were made, after the given one, of one subject or of all."""
        columns = self.entries.c
        query = select(columns.id, columns.reference, columns.kind, columns.subject, columns.posted_at)
        if subject is not None:
            query = query.where(columns.subject == subject)
        if after is not None:
            query = query.where(columns.id > after)
        heads = (await session.execute(query.order_by(columns.id).limit(limit))).all()
        lines = await self._postings_of(session, [head[0] for head in heads])
        return [Posted(*head, postings=tuple(lines[head[0]])) for head in heads]

    async def _postings_of(self, session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, list[Posting]]:
        columns = self.postings.c
        lines: dict[UUID, list[Posting]] = {id_: [] for id_ in ids}
        rows = await session.execute(
            select(columns.entry_id, columns.account, columns.amount, columns.currency)
            .where(columns.entry_id.in_(ids))
            .order_by(columns.entry_id, columns.position)
        )
        for entry_id, account, amount, currency in rows:
            lines[entry_id].append(Posting(account, amount, currency))
        return lines
