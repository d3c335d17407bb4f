"""Works an import off in the background: a few products to a transaction, going on after a crash where it was."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import Clock
from chassis.database import Database
from chassis.errors import Refused
from chassis.tasks import Task
from services.catalog.assortment import Assortment, Taken
from services.catalog.categories import Categories
from services.catalog.draft import ProductDraft
from services.catalog.importing import FINISHED, Import, ImportPiece, ImportProblem, ImportState
from services.catalog.problem import Problem
from services.catalog.sheet import decode
from services.catalog.shopify import Catalogue, parse

PRODUCTS_AT_ONCE = 50  # Small enough that nobody buying waits long for the rows this holds.
PROBLEMS_KEPT = 5_000


class RunImport(Task):
    kind: ClassVar[str] = "catalog.run_import"

    import_id: UUID


class Importer:
    def __init__(self, database: Database, categories: Categories, clock: Clock) -> None:
        self._database = database
        self._categories = categories
        self._clock = clock

    async def run(self, task: RunImport) -> None:
        """Safe to call again at any moment: what is committed is not done twice."""
        async with self._database.reading() as session:
            job = await session.get_one(Import, task.import_id)
            content = b"".join(await session.scalars(_pieces(task.import_id)))
        if job.state in FINISHED:
            return
        try:
            catalogue = await asyncio.to_thread(lambda: parse(decode(content), currency=job.currency))
        except Refused as refused:
            await self._fail(task.import_id, refused.detail)
            return
        done = await self._start(task.import_id, catalogue)
        while done is not None:
            done = await self._go_on(task.import_id, done, catalogue.products)

    async def _start(self, import_id: UUID, catalogue: Catalogue) -> int | None:
        async with self._database.transaction() as session:
            job = await _locked(session, import_id)
            if job.state == ImportState.QUEUED:
                job.state, job.started_at = ImportState.RUNNING, self._clock()
                job.rows_total, job.rows_rejected = catalogue.rows_total, catalogue.rows_rejected
                job.rows_done = catalogue.rows_without_product
                await _record(session, import_id, catalogue.problems[:PROBLEMS_KEPT])
            return job.products_done if job.state == ImportState.RUNNING else None

    async def _go_on(self, import_id: UUID, done: int, products: Sequence[ProductDraft]) -> int | None:
        """Takes the next few; None when this was the end, or somebody else has got further."""
        drafts = products[done : done + PRODUCTS_AT_ONCE]
        async with self._database.transaction() as session:
            job = await _locked(session, import_id)
            if job.products_done != done or job.state != ImportState.RUNNING:
                return None
            assortment = Assortment(job.coop_id, job.currency, self._categories, self._clock())
            _count(job, drafts, await assortment.take(session, drafts))
            if job.products_done < len(products):
                return job.products_done
            await self._finish(session, job, ImportState.DONE)
            return None

    async def _fail(self, import_id: UUID, reason: str) -> None:
        async with self._database.transaction() as session:
            job = await _locked(session, import_id)
            job.failure = reason
            await self._finish(session, job, ImportState.FAILED)

    async def _finish(self, session: AsyncSession, job: Import, state: ImportState) -> None:
        job.state, job.finished_at = state, self._clock()
        await session.execute(delete(ImportPiece).where(ImportPiece.import_id == job.import_id))


async def _locked(session: AsyncSession, import_id: UUID) -> Import:
    return await session.get_one(Import, import_id, with_for_update=True)


def _pieces(import_id: UUID) -> Select[bytes]:
    return select(ImportPiece.content).where(ImportPiece.import_id == import_id).order_by(ImportPiece.position)


async def _record(session: AsyncSession, import_id: UUID, problems: Sequence[Problem]) -> None:
    rows = [
        {
            "import_id": import_id,
            "position": position,
            "line": one.line,
            "column": one.column,
            "value": one.value,
            "reason": one.reason,
            "severity": one.severity,
        }
        for position, one in enumerate(problems)
    ]
    if rows:
        await session.execute(insert(ImportProblem), rows)


def _count(job: Import, drafts: Sequence[ProductDraft], taken: Taken) -> None:
    job.products_done += len(drafts)
    job.rows_done += sum(draft.rows for draft in drafts)
    job.products_created += taken.created
    job.products_updated += taken.updated
    job.products_unchanged += taken.unchanged
    job.variants += taken.variants
