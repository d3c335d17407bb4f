"""Works imports off in the background, a turn each: what was committed is not done twice, and nobody waits for long."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

import asyncpg
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from chassis.database import Database
from chassis.direct import Compiled, fetch
from chassis.errors import Refused
from chassis.pace import give_way
from chassis.rows import Holding, Reader
from chassis.tasks import Task, enqueue
from services.catalog.announcing import Seen, announce
from services.catalog.assortment.assortment import Assortment
from services.catalog.assortment.draft import ProductDraft, ProductState
from services.catalog.assortment.outcome import Outcome
from services.catalog.categories import Categories
from services.catalog.imports.importing import DRAFT, Import, ImportState
from services.catalog.imports.plan import check_next, count_missing, keep_checked, next_missing
from services.catalog.imports.problem import rejection
from services.catalog.imports.rows import (
    forget_file,
    forget_rows,
    keep_part,
    keep_problems,
    next_part,
    put_away,
    reject_rows,
)
from services.catalog.pictures.import_pictures import note
from services.catalog.product import Product
from services.catalog.search.indexing import index
from services.catalog.stock.bundling import NotAPart
from services.catalog.stock.journal import Cause, Change

PRODUCTS_AT_ONCE = 25  # Small enough that nobody buying waits long for the rows, or the loop, that this holds.
KEPT = timedelta(days=30)
STEPS_A_TURN = 16  # Then another import has its turn, however large this one is.


class RunImport(Task):
    kind: ClassVar[str] = "catalog.run_import"

    import_id: UUID


class Importer:
    def __init__(
        self,
        database: Database,
        categories: Categories,
        clock: Clock,
        rest: Callable[[float], Awaitable[None]] = give_way,
    ) -> None:
        self._database = database
        self._categories = categories
        self._clock = clock
        self._rest = rest

    async def run(self, task: RunImport) -> None:
        """One turn, giving way after each step. Safe to call again at any moment, and by two workers at once."""
        for _ in range(STEPS_A_TURN):
            begun = time.monotonic()
            if not await self.step(task.import_id):
                return
            await self._rest(time.monotonic() - begun)
        async with self._database.transaction() as session:
            enqueue(session, task, key=str(task.import_id))

    async def step(self, import_id: UUID) -> bool:
        """The next little that commits; False when there is nothing more to do for now."""
        job = await self._seen(import_id)
        try:
            match job.state:
                case ImportState.QUEUED | ImportState.READING:
                    return await self._read(job)
                case ImportState.CHECKING:
                    return await self._check(job)
                case ImportState.RUNNING:
                    return await self._take(import_id)
        except Refused as refused:
            await self._fail(job, refused.detail)
        return False

    async def _seen(self, import_id: UUID) -> Import:
        [row] = await _SEEN.rows(self._database, import_id=import_id)
        return _READER.made(row)

    async def forget(self) -> None:
        """Lets go of rows and products of imports that were over long ago, and of those nobody decided about."""
        now = self._clock()
        async with self._database.transaction() as session:
            await fetch(session, _ABANDON, now - KEPT, now)
            await fetch(session, _FORGET_ROWS, now - KEPT)
            await fetch(session, _FORGET_PRODUCTS, now - KEPT)
            await fetch(session, _FORGET_PICTURES, now - KEPT)

    async def _read(self, seen: Import) -> bool:
        part = await next_part(self._database, seen)
        async with self._database.transaction() as session:
            job = await locked(session, seen.import_id)
            if job.state not in {ImportState.QUEUED, ImportState.READING} or job.position != seen.position:
                return True
            if job.state == ImportState.QUEUED:
                job.move(ImportState.READING, self._clock())
                job.started_at = self._clock()
            if await keep_part(session, job, part):
                job.move(ImportState.CHECKING, self._clock())
        return True

    async def _check(self, seen: Import) -> bool:
        few = await check_next(self._database, seen, self._categories)
        async with self._database.transaction() as session:
            job = await locked(session, seen.import_id)
            if job.state != ImportState.CHECKING or job.products_checked != seen.products_checked:
                return True
            if few:
                await keep_checked(session, job, few)
            else:
                await self._decide(session, job)
        return True

    async def _decide(self, session: AsyncSession, job: Import) -> None:
        """All is known now: begin, wait for a word, or let it be."""
        await count_missing(session, job)
        if job.dry_run or job.asks_about_removal:
            job.move(ImportState.READY, self._clock())
        elif job.obstacle:
            job.failure = job.obstacle
            job.move(ImportState.FAILED, self._clock())
            await put_away(session, job.import_id)
        else:
            job.move(ImportState.RUNNING, self._clock())

    async def _take(self, import_id: UUID) -> bool:
        """The next few products, or, after the last, the next few that the file no longer has."""
        async with self._database.transaction() as session:
            job = await locked(session, import_id)
            if job.state != ImportState.RUNNING:
                return False
            rows = await fetch(session, _NEXT, import_id, job.products_done, job.holds_back, PRODUCTS_AT_ONCE)
            if rows:
                await self._take_rows(session, job, rows)
            elif job.holds_back:
                job.move(ImportState.HELD, self._clock())
            elif not (job.remove_missing and await self._remove(session, job)):
                job.move(ImportState.DONE, self._clock())
                await put_away(session, job.import_id)
            return job.state == ImportState.RUNNING

    async def _take_rows(self, session: AsyncSession, job: Import, rows: Sequence[asyncpg.Record]) -> None:
        drafts = [_draft(row, job) for row in rows]
        cause = Cause(Change.IMPORTED, job.import_id)
        assortment = Assortment(job.coop_id, job.currency, self._categories, self._clock(), cause)
        taken = await assortment.take(session, drafts)
        await note(session, job.import_id, drafts)
        job.products_done = rows[-1]["position"]
        if job.holds_back:
            return
        await self._refuse(session, job, rows, taken.refused)
        good = [one for nth, one in enumerate(drafts) if nth not in taken.refused and one.has_bundles and one.complete]
        await forget_rows(session, job.import_id, [str(one.external_id) for one in good])
        job.rows_done += sum(draft.rows for draft in drafts)
        job.variants += taken.variants
        for row, outcome in zip(rows, taken.outcomes, strict=True):
            # What came as a draft before staff said yes is new all the same.
            first = Outcome.NEW if job.published and row["outcome"] == Outcome.NEW else outcome
            job.products_created += first is Outcome.NEW
            job.products_updated += first is Outcome.CHANGED
            job.products_unchanged += first is Outcome.UNCHANGED

    async def _refuse(
        self, session: AsyncSession, job: Import, rows: Sequence[asyncpg.Record], refused: Mapping[int, NotAPart]
    ) -> None:
        """Bundles that have become impossible since they were checked."""
        told = [rejection(rows[nth]["line"], "parts", rows[nth]["key"], one.detail) for nth, one in refused.items()]
        await keep_problems(session, job, told)
        for nth, one in refused.items():
            job.rows_rejected += await reject_rows(session, job.import_id, rows[nth]["key"], one.detail)

    async def _remove(self, session: AsyncSession, job: Import) -> int:
        """Takes the next few off sale that are not in the file; how many there were."""
        ids = await next_missing(session, job, PRODUCTS_AT_ONCE)
        query = select(Product).where(Product.product_id.in_(ids)).order_by(Product.product_id)
        products = (await session.scalars(query)).all()
        await Assortment.lock_variants(session, products)
        for product in products:
            before = Seen.of(product)
            # Should a later file have it again, then it is news, and listed.
            product.state = product.imported_state = ProductState.ARCHIVED
            product.imported_digest = None
            announce(session, product, before=before, now=self._clock())
        index(session, ids)
        job.products_removed += len(ids)
        return len(ids)

    async def _fail(self, seen: Import, reason: str) -> None:
        async with self._database.transaction() as session:
            job = await locked(session, seen.import_id)
            if job.state != seen.state or job.position != seen.position:
                return  # Somebody else has got further: what was refused was only that there was nothing left.
            job.failure = reason
            job.rows_total = job.rows_done = job.rows_rejected = 0
            job.move(ImportState.FAILED, self._clock())
            await forget_file(session, job.import_id)


async def locked(session: AsyncSession, import_id: UUID) -> Import:
    """Whoever changes an import holds its row; what was changed is written with the commit."""
    [job] = await _HELD.hold(session, import_id=import_id)
    return job


def _draft(row: asyncpg.Record, job: Import) -> ProductDraft:
    draft = DRAFT.validate_json(row["draft"])
    hidden = job.holds_back and draft.state is ProductState.LISTED
    return replace(draft, state=ProductState.DRAFT) if hidden else draft


_THIS = Import.import_id == bindparam("import_id")
_HELD = Holding(Import, _THIS)
_READER = Reader(Import)
_SEEN = Compiled(select(*_READER.columns).where(_THIS))
_NEXT = """
    SELECT position, line, key, outcome, draft FROM import_products
    WHERE import_id = $1 AND position > $2 AND draft IS NOT NULL AND (outcome = 'new' OR NOT $3)
    ORDER BY position LIMIT $4
"""
_ABANDON = """
    UPDATE imports SET state = 'cancelled', finished_at = $2 WHERE state IN ('ready', 'held_back') AND created_at < $1
"""
_FORGET_ROWS = """
    DELETE FROM import_rows r USING imports i WHERE i.import_id = r.import_id AND i.finished_at < $1
"""
_FORGET_PICTURES = """
    DELETE FROM import_pictures p USING imports i WHERE i.import_id = p.import_id AND i.finished_at < $1
"""
_FORGET_PRODUCTS = """
    DELETE FROM import_products p USING imports i WHERE i.import_id = p.import_id AND i.finished_at < $1
"""
