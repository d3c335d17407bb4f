"""What is shown of an import: its numbers, its problems, and what the file would make of each product."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from services.catalog.assortment.outcome import Outcome
from services.catalog.imports.importing import Import, ImportProblem, ImportProduct, ImportState, Origin, Policy
from services.catalog.imports.problem import Severity
from services.catalog.pictures.import_pictures import ImportedPictures, told_of

PROBLEMS_SHOWN = 5_000
SAMPLE = 20
UNPLACED_SHOWN = 100


class ProblemView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    line: int
    column: str
    value: str
    reason: str
    advice: str
    severity: Severity


class PlannedProduct(BaseModel):
    """`outcome` is new, changed, unchanged or rejected; `unplaced` a category that has no place in ours."""

    model_config = ConfigDict(from_attributes=True)

    position: int
    line: int
    key: str
    title: str
    rows: int
    outcome: str | None
    unplaced: str | None


class ImportSummary(BaseModel):
    """`rows_total` counts the file's records, its header left aside; `rows_done` is progress through them.

    `planned_…` is what the file would change, `products_…` what it has changed; `missing` are products of ours that it
    does not have. `variants` are those of the rows that were good; `failure` says why nothing could be imported,
    `obstacle` what has to be decided before it can begin. `encoding` is the one it was read in.
    """

    id: UUID
    coop_id: UUID
    filename: str
    origin: Origin
    dialect: str
    encoding: str
    state: ImportState
    currency: str
    policy: Policy
    dry_run: bool
    remove_missing: bool
    rows_total: int
    rows_done: int
    rows_rejected: int
    problems_total: int
    planned_new: int
    planned_changed: int
    planned_unchanged: int
    missing: int
    products_created: int
    products_updated: int
    products_unchanged: int
    products_removed: int
    variants: int
    failure: str | None
    obstacle: str | None
    asks_about_removal: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class ImportView(ImportSummary):
    """With its first problems, in the order of the file's lines, and the first products of each outcome."""

    problems: list[ProblemView]
    sample: list[PlannedProduct]
    unplaced: list[str]
    pictures: ImportedPictures


def summary(job: Import) -> ImportSummary:
    return ImportSummary.model_validate(_columns(job))


async def report_of(session: AsyncSession, job: Import) -> ImportView:
    """The whole report, as far as it is shown at once."""
    said = select(ImportProblem).where(ImportProblem.import_id == job.import_id)
    said = said.order_by(ImportProblem.line, ImportProblem.position).limit(PROBLEMS_SHOWN)
    return ImportView.model_validate(
        _columns(job)
        | {
            "problems": [ProblemView.model_validate(one) for one in await session.scalars(said)],
            "sample": await _sample(session, job),
            "pictures": await told_of(session, job.import_id),
            "unplaced": await _unplaced(session, job.import_id),
        }
    )


async def planned(
    session: AsyncSession, import_id: UUID, outcome: str | None, *, after: int, limit: int
) -> list[PlannedProduct]:
    """The next products of the file, in its order."""
    query = select(ImportProduct).where(ImportProduct.import_id == import_id, ImportProduct.position > after)
    if outcome is not None:
        query = query.where(ImportProduct.outcome == outcome)
    rows = await session.scalars(query.order_by(ImportProduct.position).limit(limit))
    return [PlannedProduct.model_validate(one) for one in rows]


async def _sample(session: AsyncSession, job: Import) -> list[PlannedProduct]:
    """Looks for none of an outcome that the job knows there is none of: that would be a look at the whole file."""
    there = [outcome for outcome, counted in _COUNTED.items() if getattr(job, counted)]
    found = [await planned(session, job.import_id, outcome, after=0, limit=SAMPLE) for outcome in there]
    return [one for some in found for one in some]


async def _unplaced(session: AsyncSession, import_id: UUID) -> list[str]:
    return [row["unplaced"] for row in await fetch(session, _UNPLACED, import_id, UNPLACED_SHOWN)]


def _columns(job: Import) -> dict[str, object]:
    return {"id": job.import_id} | {name: getattr(job, name) for name in ImportSummary.model_fields if name != "id"}


_COUNTED: Mapping[Outcome, str] = {
    Outcome.NEW: "planned_new",
    Outcome.CHANGED: "planned_changed",
    Outcome.UNCHANGED: "planned_unchanged",
    Outcome.REJECTED: "rows_rejected",
}
# From each to the next one, however many products have the same.
_UNPLACED = """
    WITH RECURSIVE told AS (
        (SELECT unplaced FROM import_products WHERE import_id = $1 AND unplaced <> '' ORDER BY unplaced LIMIT 1)
        UNION ALL
        SELECT (SELECT p.unplaced FROM import_products p
                WHERE p.import_id = $1 AND p.unplaced <> '' AND p.unplaced > told.unplaced
                ORDER BY p.unplaced LIMIT 1)
        FROM told WHERE told.unplaced IS NOT NULL)
    SELECT unplaced FROM told WHERE unplaced IS NOT NULL LIMIT $2
"""
