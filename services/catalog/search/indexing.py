"""Brings the search index to what the database says; tasks do it, after the commit that made the difference."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.clock import system_clock
from chassis.database import Database
from chassis.money import Money
from chassis.tasks import Task, enqueue
from services.catalog.assortment.changes import NumberChange
from services.catalog.categories import Categories
from services.catalog.labels.certifications import load_standards
from services.catalog.labels.compared import compared
from services.catalog.sanitise import plain_text
from services.catalog.search.port import Entry, FoundCoop, Hit, Place, SearchEngine
from services.catalog.stock.bundle import AVAILABLE
from services.catalog.telemetry import FINDABLE

BATCH = 500
COUNTED_BETWEEN = 144
"""Times that products are only counted before they are compared again one by one: a day of every ten minutes."""

# One row per product that may be found; a product missing from the answer has to leave the index.
_FINDABLE = text(f"""
    SELECT p.product_id, p.coop_id, p.slug, p.title, p.description_html, p.category, p.tags, p.certifications,
           p.currency, p.created_at, p.cover,
           c.slug AS coop_slug, c.name AS coop_name, c.country, c.latitude, c.longitude,
           v.price, v.price_max, v.compare_at, v.net_quantity, v.price_per, v.codes, v.in_stock, v.sold_ahead
    FROM products p JOIN coops c USING (coop_id)
    CROSS JOIN LATERAL (
        SELECT min(price) AS price, max(price) AS price_max,
               (array_agg(compare_at ORDER BY price, position))[1] AS compare_at,
               (array_agg(net_quantity ORDER BY price, position))[1] AS net_quantity,
               (array_agg(price_per ORDER BY price, position))[1] AS price_per,
               array_agg(v.sku) || array_agg(v.gtin) AS codes,
               bool_or(coalesce({AVAILABLE} > 0, true)) AS in_stock, bool_or(policy = 'back_order') AS sold_ahead
        FROM variants v WHERE v.product_id = p.product_id) v
    WHERE p.product_id = ANY(:products) AND p.state = 'listed' AND c.state = 'admitted' AND v.price IS NOT NULL
""")  # noqa: S608, our own
_ON_SALE = "FROM products p JOIN coops c USING (coop_id) WHERE p.state = 'listed' AND c.state = 'admitted'"
_LISTED = text(f"SELECT product_id {_ON_SALE}")
_HOW_MANY = text(f"SELECT count(*) {_ON_SALE}")
_OF_COOP = text("SELECT product_id FROM products WHERE coop_id = :coop")


class IndexProduct(Task):
    kind: ClassVar[str] = "catalog.index_product"

    product_id: UUID
    changed_at: datetime = Field(default_factory=system_clock)


class IndexCoop(Task):
    """Everything of a co-op: its name changed, or whether it may sell."""

    kind: ClassVar[str] = "catalog.index_coop"

    coop_id: UUID


def index(session: AsyncSession, products: Iterable[UUID]) -> None:
    """Once this transaction is committed, the index follows, and whoever reads along is told of the change."""
    for product in products:
        _index_alone(session, product)
        enqueue(session, NumberChange(product_id=product), key=str(product))


def _index_alone(session: AsyncSession, product: UUID) -> None:
    enqueue(session, IndexProduct(product_id=product), key=str(product))


class Indexer:
    """The one writer of the index. What it writes is read from the database at that moment, so twice does no harm."""

    def __init__(self, database: Database, engine: SearchEngine, categories: Categories) -> None:
        self._database = database
        self._engine = engine
        self._categories = categories
        self._until_compared = 0

    async def products(self, tasks: Sequence[IndexProduct]) -> None:
        """Only one process does this at a time: the engine has one writer."""
        wanted = sorted({task.product_id for task in tasks})
        async with self._database.reading() as session:
            rows = (await session.execute(_FINDABLE, {"products": wanted})).all()
        await asyncio.to_thread(self._write, rows, wanted)
        for task in tasks:
            FINDABLE.observe((system_clock() - task.changed_at).total_seconds())

    async def coop(self, task: IndexCoop) -> None:
        """Leaves the writing to the one writer."""
        async with self._database.reading() as session:
            found = await session.scalars(_OF_COOP, {"coop": task.coop_id})
        for some in _batches(set(found)):
            async with self._database.transaction() as session:
                index(session, some)

    async def mend(self) -> None:
        """Finds what the index lacks or holds too much, as after its folder was lost, and has that set right.

        An index with new settings lacks everything; it takes the old one's place once it lacks nothing. To compare a
        million takes ten seconds of processor time, so that where it was once right they are counted, and are compared
        again where there are not as many, and every so often.
        """
        if self._until_compared and await self._are_as_many():
            self._until_compared -= 1
        else:
            self._until_compared = 0 if await self._compared() else COUNTED_BETWEEN
        if self._until_compared:
            await asyncio.to_thread(self._engine.complete)

    async def _are_as_many(self) -> bool:
        async with self._database.reading() as session:
            listed = int((await session.execute(_HOW_MANY)).scalar_one())
        return listed == await asyncio.to_thread(self._engine.count)

    async def _compared(self) -> set[UUID]:
        """What was amiss, and is set right by tasks."""
        async with self._database.reading() as session:
            listed = set(await session.scalars(_LISTED))
        amiss = listed ^ await asyncio.to_thread(self._engine.known)
        for some in _batches(amiss):
            async with self._database.transaction() as session:
                for product in some:
                    _index_alone(session, product)
        return amiss

    def _write(self, rows: Sequence[Any], wanted: Sequence[UUID]) -> None:
        entries = [self._entry(row) for row in rows]
        gone = set(wanted) - {entry.hit.id for entry in entries}
        self._engine.write(entries, sorted(gone))

    def _entry(self, row: Any) -> Entry:
        before = row.compare_at
        certified = [one["code"] for one in row.certifications or ()]
        hit = Hit(
            id=row.product_id,
            slug=row.slug,
            title=row.title,
            price=Money(amount=row.price, currency=row.currency),
            price_max=Money(amount=row.price_max, currency=row.currency),
            compare_at=None if before is None else Money(amount=before, currency=row.currency),
            coop=FoundCoop(slug=row.coop_slug, name=row.coop_name),
            category=row.category,
            picture=row.cover or f"{row.category}/{row.slug}",
            in_stock=row.in_stock,
            back_order=row.sold_ahead and not row.in_stock,
            unit_price=compared(row.price, row.currency, row.net_quantity, row.price_per),
        )
        return Entry(
            hit,
            row.coop_id,
            self._categories.name(row.category),
            [*row.tags, *load_standards().found_by(certified)],
            plain_text(row.description_html),
            int(row.created_at.timestamp() * 1000),
            row.country,
            certified,
            None if row.latitude is None else Place(row.latitude, row.longitude),
            [code for code in row.codes if code],
            self._categories.above(row.category),
        )


def _batches(products: AbstractSet[UUID]) -> Iterator[list[UUID]]:
    everything = sorted(products)
    return (everything[start : start + BATCH] for start in range(0, len(everything), BATCH))
