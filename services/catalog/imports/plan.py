"""Checks what was read, product by product: what each would be made of, and why not; nothing of ours changes."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.direct import fetch
from services.catalog.assortment.draft import ProductDraft
from services.catalog.assortment.outcome import Outcome, outcomes
from services.catalog.categories import OTHER, Categories
from services.catalog.formats.layout import Reading, as_cells
from services.catalog.formats.product_reader import Group, Read
from services.catalog.formats.recognise import reader, reading
from services.catalog.formats.record import Record
from services.catalog.imports.importing import DRAFT, Import
from services.catalog.imports.planned_bundles import refusals
from services.catalog.imports.problem import Severity, rejection
from services.catalog.imports.rows import forget_rows, keep_problems, reject_rows

PRODUCTS_AT_ONCE = 200
ROWS_AT_ONCE = 1_000
MOST_ROWS_OF_ONE = 10_000  # More rows of one product are no product, and would all have to be held in memory.
BEHIND_ALL = 1_000_000_000  # Bundles come last: what they are made of may stand anywhere in the file.
NO_REASON = "Not imported with the rest of its product."


@dataclass(frozen=True, slots=True)
class Checked:
    """One product of the file, read; `digest` tells whether we have just this."""

    position: int
    line: int
    key: str
    read: Read
    digest: bytes | None
    unplaced: str | None
    reasons: Mapping[int, str]

    @property
    def bundle(self) -> ProductDraft | None:
        product = self.read.product
        return product if product and product.has_bundles else None


async def check_next(database: Database, job: Import, categories: Categories) -> Sequence[Checked]:
    """The next few products, read in a thread; none when all are checked."""
    found = await database.fetch(_NEXT, job.import_id, job.products_checked, PRODUCTS_AT_ONCE)
    few = _few(found)
    keys = [row["key"] for row in few if row["rows"] <= MOST_ROWS_OF_ONE]
    rows = await database.fetch(_ROWS, job.import_id, keys)
    return await asyncio.to_thread(_check, job, few, rows, categories)


def _few(found: Sequence[asyncpg.Record]) -> Sequence[asyncpg.Record]:
    """As many as fit into the memory of one turn, and at least one."""
    total = 0
    for nth, row in enumerate(found):
        total += row["rows"]
        if total > ROWS_AT_ONCE:
            return found[: max(1, nth)]
    return found


def _check(
    job: Import, few: Sequence[asyncpg.Record], rows: Sequence[asyncpg.Record], categories: Categories
) -> list[Checked]:
    known = reading(job.read_layout)
    groups = {row["key"]: Group(row["key"]) for row in few}
    for row in rows:
        record = Record(row["line"], as_cells(row["cells"]))
        groups[row["key"]].rows.append(known.row(row["nth"], record))
    return [_checked(told, groups[told["key"]], known, job.currency, categories) for told in few]


def _checked(told: asyncpg.Record, group: Group, known: Reading, currency: str, categories: Categories) -> Checked:
    if not group.rows:
        reason = f"A product may have up to {MOST_ROWS_OF_ONE:,} rows, and this one has {told['rows']:,}."
        read = Read(None, [rejection(told["line"], "", told["key"], reason)], frozenset())
        return Checked(told["position"], told["line"], told["key"], read, None, None, {})
    read = reader(group, known, currency).read()
    product = read.product
    unplaced = None
    if product and categories.place(product.categories, product.tags, product.title) == OTHER:
        unplaced = next(iter(product.categories), "")
    digest = product.digest() if product else None
    return Checked(told["position"], told["line"], told["key"], read, digest, unplaced, _reasons(group, read))


def _reasons(group: Group, read: Read) -> dict[int, str]:
    """Of each row that is not taken, the first thing that is wrong with it."""
    told = {one.line: one.reason for one in reversed(read.problems) if one.severity is Severity.REJECTED}
    return {row.nth: told.get(row.line, NO_REASON) for row in group.rows if row.nth in read.rejected}


async def keep_checked(session: AsyncSession, job: Import, few: Sequence[Checked]) -> None:
    """With the job locked: the outcome each would have now, rows of good products forgotten.

    Bundles are put behind all others, and looked at once more when all that they may be made of has been checked.
    """
    job.products_checked = few[-1].position
    await _put_behind(session, job, [one for one in few if _is_early(one)])
    few = await _with_their_parts(session, job, [one for one in few if not _is_early(one)])
    told = [(one.key, one.digest) for one in few if one.digest]
    good = dict(zip((key for key, _ in told), await outcomes(session, job.coop_id, told, lock=False), strict=True))
    planned = [good.get(one.key, Outcome.REJECTED) for one in few]
    await fetch(
        session,
        _KEEP,
        job.import_id,
        [one.position for one in few],
        planned,
        [one.read.product.title if one.read.product else "" for one in few],
        [one.unplaced for one in few],
        [_draft(one.read) for one in few],
    )
    await _keep_rows(session, job, few)
    await keep_problems(session, job, [problem for one in few for problem in one.read.problems])
    job.planned_new += planned.count(Outcome.NEW)
    job.planned_changed += planned.count(Outcome.CHANGED)
    job.planned_unchanged += planned.count(Outcome.UNCHANGED)


def _is_early(one: Checked) -> bool:
    return one.bundle is not None and one.position < BEHIND_ALL


async def _put_behind(session: AsyncSession, job: Import, bundles: Sequence[Checked]) -> None:
    drafts = [_draft(one.read) for one in bundles]
    if bundles:
        await fetch(session, _BEHIND, job.import_id, [one.position for one in bundles], drafts, BEHIND_ALL)


def _draft(read: Read) -> str | None:
    return DRAFT.dump_json(read.product).decode() if read.product else None


async def _with_their_parts(session: AsyncSession, job: Import, few: Sequence[Checked]) -> Sequence[Checked]:
    bundles = {one.key: one.bundle for one in few if one.bundle}
    refused = await refusals(session, job, bundles) if bundles else {}
    return [_refused(one, refused[one.key].detail) if one.key in refused else one for one in few]


def _refused(one: Checked, reason: str) -> Checked:
    read = Read(None, [*one.read.problems, rejection(one.line, "parts", one.key, reason)], frozenset())
    return replace(one, read=read, digest=None, unplaced=None, reasons={})


async def _keep_rows(session: AsyncSession, job: Import, few: Sequence[Checked]) -> None:
    # A bundle may still become impossible before it is taken: until then its rows are kept.
    good = [one.key for one in few if one.read.product and not one.read.rejected and not one.bundle]
    await forget_rows(session, job.import_id, good)
    reasons = {nth: reason for one in few for nth, reason in one.reasons.items()}
    await fetch(session, _REJECT, job.import_id, list(reasons), list(reasons.values()))
    without = {one.key for one in few if one.read.product is None}
    unread = [one for one in few if not one.reasons and one.key in without]
    for one in unread:
        told = await reject_rows(session, job.import_id, one.key, one.read.problems[-1].reason)
        job.rows_rejected += told
        job.rows_done += told
    job.rows_rejected += len(reasons)
    job.rows_done += sum(len(one.reasons) for one in few if one.key in without)


async def count_missing(session: AsyncSession, job: Import) -> None:
    """How many of the co-op's imported products the file no longer has, and of how many."""
    [row] = await fetch(session, _MISSING, job.import_id, job.coop_id)
    job.missing, job.missing_of = row["missing"], row["of_all"]


async def next_missing(session: AsyncSession, job: Import, limit: int) -> Sequence[UUID]:
    """Products that the file no longer has, locked."""
    rows = await fetch(session, _NEXT_MISSING, job.import_id, job.coop_id, limit)
    return [row["product_id"] for row in rows]


_NEXT = """
    SELECT position, key, line, rows FROM import_products
    WHERE import_id = $1 AND position > $2 AND outcome IS NULL ORDER BY position LIMIT $3
"""
_ROWS = "SELECT nth, line, key, cells FROM import_rows WHERE import_id = $1 AND key = ANY($2) ORDER BY nth"
_KEEP = """
    UPDATE import_products p
    SET outcome = told.outcome, title = told.title, unplaced = told.unplaced, draft = told.draft
    FROM unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[])
         AS told (position, outcome, title, unplaced, draft)
    WHERE p.import_id = $1 AND p.position = told.position
"""
_BEHIND = """
    UPDATE import_products p SET position = p.position + $4, draft = told.draft
    FROM unnest($2::int[], $3::text[]) AS told (position, draft)
    WHERE p.import_id = $1 AND p.position = told.position
"""
_REJECT = """
    UPDATE import_rows r SET reason = told.reason FROM unnest($2::int[], $3::text[]) AS told (nth, reason)
    WHERE r.import_id = $1 AND r.nth = told.nth
"""
_OURS = """
    FROM products p WHERE p.coop_id = $2 AND p.external_id IS NOT NULL AND p.imported_digest IS NOT NULL
      AND p.state <> 'archived'
"""
_NOT_IN_FILE = "NOT EXISTS (SELECT FROM import_products i WHERE i.import_id = $1 AND i.key = p.external_id)"
_MISSING = f"SELECT count(*) FILTER (WHERE {_NOT_IN_FILE}) AS missing, count(*) AS of_all {_OURS}"
_NEXT_MISSING = f"SELECT p.product_id {_OURS} AND {_NOT_IN_FILE} ORDER BY p.product_id LIMIT $3 FOR UPDATE"
