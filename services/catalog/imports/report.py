"""What is said of an import, as files: read from the database as they go out, safe to open in a spreadsheet."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence

from chassis.database import Database
from services.catalog.formats.csv_file import CsvFile
from services.catalog.formats.feed import GOOGLE, Feed
from services.catalog.formats.layout import as_cells
from services.catalog.formats.own import COLUMNS, EXAMPLES
from services.catalog.formats.record import REASON
from services.catalog.formats.written import MARK, csv_line
from services.catalog.imports.importing import Import
from services.catalog.pictures.import_pictures import FAILED
from services.catalog.syndication.xml import PROLOGUE, element

AT_ONCE = 1_000
PROBLEM_COLUMNS = ("line", "column", "value", "reason", "what to do", "what was done")
NO_PICTURE = "Mend the address and upload the file again, or hand the picture in on the product’s page."
PLAN_COLUMNS = ("line", "product", "title", "outcome", "rows", "category not known")


async def rejected_rows(database: Database, job: Import) -> AsyncIterator[str]:
    """In the file's own format, with a reason beside each; with them the good rows of the same products.

    Mended and uploaded they make whole products, so that no variant is lost.
    """
    container = job.read_layout.container
    if isinstance(container, CsvFile):
        header = [name for name in job.read_layout.header if name != REASON]
        yield MARK + csv_line([*header, REASON], container.delimiter)
    elif isinstance(container, Feed):
        yield f'{PROLOGUE}<rss version="2.0" xmlns:g="{GOOGLE}"><channel>\n'
    async for row in _rows(database, _REJECTED, job, after=-1):
        cells = as_cells(row["cells"])
        if isinstance(cells, Mapping):
            told = {**cells, REASON: row["reason"] or ""}
            yield _item(told) if isinstance(container, Feed) else json.dumps(told, ensure_ascii=False) + "\n"
        elif isinstance(container, CsvFile):
            yield csv_line([*_fitted(cells, job.read_layout.header), str(row["reason"] or "")], container.delimiter)
    if isinstance(container, Feed):
        yield "</channel></rss>\n"


async def problems(database: Database, job: Import) -> AsyncIterator[str]:
    """Everything there is to say about rows, by line."""
    yield MARK + csv_line(PROBLEM_COLUMNS)
    async for row in _rows(database, _PROBLEMS, job, after=-1):
        yield csv_line([str(row[name]) for name in ("line", "column_name", "value", "reason", "advice", "severity")])
    async for row in _rows(database, FAILED, job, after=0):
        yield csv_line([str(row["line"]), "", str(row["url"]), str(row["reason"]), NO_PICTURE, "not fetched"])


async def plan(database: Database, job: Import) -> AsyncIterator[str]:
    """Every product of the file, and what it would be."""
    yield MARK + csv_line(PLAN_COLUMNS)
    async for row in _rows(database, _PLAN, job, after=0):
        names = ("line", "key", "title", "outcome", "rows", "unplaced")
        yield csv_line(["" if row[name] is None else str(row[name]) for name in names])


def template_csv() -> str:
    """Our own format, with examples to write over."""
    rows = [[example.get(name, "") for name in COLUMNS] for example in EXAMPLES]
    return MARK + "".join(csv_line(row) for row in ([*COLUMNS], *rows))


def template_jsonl() -> str:
    return "".join(json.dumps(example, ensure_ascii=False) + "\n" for example in EXAMPLES)


async def _rows(database: Database, sql: str, job: Import, *, after: int) -> AsyncIterator[Mapping[str, object]]:
    while rows := await database.fetch(sql, job.import_id, after, AT_ONCE):
        for row in rows:
            yield row
        after = rows[-1]["at"]


def _fitted(cells: Sequence[str], header: Sequence[str]) -> list[str]:
    """As wide as the header, an older reason left out; what stands beyond it is the fault, and is in the reason."""
    wide = [*cells, *[""] * len(header)][: len(header)]
    return [cell for name, cell in zip(header, wide, strict=True) if name != REASON]


def _item(cells: Mapping[str, object]) -> str:
    told = "".join(element(name, str(value)) for name, value in cells.items() if name != REASON)
    return f"<item>{told}{element('g:reason', str(cells[REASON]))}</item>\n"


_REJECTED = """
    SELECT nth AS at, cells, reason FROM import_rows r WHERE import_id = $1 AND nth > $2
      AND (reason IS NOT NULL OR EXISTS (
          SELECT FROM import_rows bad WHERE bad.import_id = $1 AND bad.key = r.key AND bad.reason IS NOT NULL))
    ORDER BY nth LIMIT $3
"""
_PROBLEMS = """
    SELECT position AS at, line, column_name, value, reason, advice, severity FROM import_problems
    WHERE import_id = $1 AND position > $2 ORDER BY position LIMIT $3
"""
_PLAN = """
    SELECT position AS at, line, key, title, outcome, rows, unplaced FROM import_products
    WHERE import_id = $1 AND position > $2 ORDER BY position LIMIT $3
"""
