"""The stock journal as a table for a spreadsheet, of one variant or of a whole co-op, read as it goes out."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from chassis.database import Database
from services.catalog.formats.written import MARK, csv_line
from services.catalog.stock.journal_view import Span

COLUMNS = (
    "time", "product id", "product", "choice", "sku", "change", "cause",
    "on the shelf: change", "promised: change", "on the shelf", "promised", "variant id",
)  # fmt: skip
PRODUCTS_AT_ONCE, ENTRIES_AT_ONCE = 200, 1_000

_VARIANTS = """
    WITH page AS (
        SELECT product_id, external_id, title FROM products
        WHERE coop_id = $1 AND product_id > $2 ORDER BY product_id LIMIT $3)
    SELECT v.variant_id, product_id, page.external_id AS product, title, v.options, v.sku
    FROM page JOIN variants v USING (product_id) ORDER BY product_id, v.position
"""
_ONE = """
    SELECT v.variant_id, product_id, p.external_id AS product, p.title, v.options, v.sku
    FROM variants v JOIN products p USING (product_id) WHERE v.variant_id = $1
"""
_ENTRIES = """
    SELECT variant_id, entry, at, change, cause, on_hand_change, reserved_change, on_hand, reserved
    FROM stock_journal
    WHERE variant_id = ANY($1) AND (variant_id, entry) > ($2, $3)
      AND at >= coalesce($4::timestamptz, '-infinity') AND at < coalesce($5::timestamptz, 'infinity')
      AND ($6::text IS NULL OR change = $6)
    ORDER BY variant_id, entry LIMIT $7
"""

Row = Mapping[str, Any]


async def of_coop(database: Database, coop_id: UUID, span: Span) -> AsyncIterator[str]:
    """Variant by variant, each one's entries in their order: memory is bounded by a page of either."""
    yield MARK + csv_line(COLUMNS)
    after = UUID(int=0)
    while variants := await database.fetch(_VARIANTS, coop_id, after, PRODUCTS_AT_ONCE):
        async for line in _lines(database, variants, span):
            yield line
        after = variants[-1]["product_id"]


async def of_variant(database: Database, variant_id: UUID, span: Span) -> AsyncIterator[str]:
    """The oldest first."""
    yield MARK + csv_line(COLUMNS)
    async for line in _lines(database, await database.fetch(_ONE, variant_id), span):
        yield line


async def _lines(database: Database, variants: Sequence[Row], span: Span) -> AsyncIterator[str]:
    named = {row["variant_id"]: row for row in variants}
    after = UUID(int=0), 0
    asked = span.begins, span.ends, span.change, ENTRIES_AT_ONCE
    while rows := await database.fetch(_ENTRIES, list(named), *after, *asked):
        yield "".join(csv_line(_cells(named[row["variant_id"]], row)) for row in rows)
        after = rows[-1]["variant_id"], rows[-1]["entry"]


def _cells(variant: Row, entry: Row) -> Sequence[str | int]:
    told = (
        entry["at"].isoformat(timespec="seconds"),
        variant["product"] or variant["product_id"],
        variant["title"],
        " / ".join(variant["options"].values()),
        variant["sku"],
        *(entry[name] for name in ("change", "cause", "on_hand_change", "reserved_change", "on_hand", "reserved")),
        variant["variant_id"],
    )
    return ["" if one is None else one if isinstance(one, int) else str(one) for one in told]
