"""`python -m benchmarks.hot_variant`: how many orders a second are promised something of one and the same variant.

The catalogue's own statements on a database of its own, durable as in the one box: each transaction locks the variant's
row, so that those who want it queue there. A batch is what a worker takes from the bus at once.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID, uuid4

from benchmarks import machine
from chassis.database import Database
from chassis.migrate import migrate
from chassis.postgres import EmbeddedPostgres
from services.catalog.inbound import OrderedConsignment, OrderedLine, OrderPlaced
from services.catalog.stock.check import discrepancies
from services.catalog.stock.reserving import Stock
from services.catalog.stock.shelf import Shelf

SHELF = """
    WITH coop AS (
        INSERT INTO coops (coop_id, version, slug, name, country, state)
        VALUES ($1, 1, 'hot', 'Hot', 'DE', 'admitted')),
    product AS (
        INSERT INTO products (product_id, coop_id, slug, title, description_html, category, tags, state, currency,
                              version, created_at, updated_at)
        VALUES ($1, $1, 'hot', 'Hot', '', 'other', '{}', 'listed', 'EUR', 1, now(), now())),
    journal AS (
        INSERT INTO stock_journal (variant_id, change, on_hand_change, reserved_change, on_hand, reserved, version)
        VALUES ($1, 'opening', $2, 0, $2, 0, 0))
    INSERT INTO variants (variant_id, product_id, position, external_id, options, sku, price, on_hand)
    VALUES ($1, $1, 0, '', '{}', '', 450, $2)
"""


def main() -> int:
    parser = argparse.ArgumentParser("benchmarks.hot_variant", description=__doc__)
    parser.add_argument("--orders", type=int, default=4_000)
    parser.add_argument("--workers", type=int, default=4, help="how many want the variant at the same time")
    given = parser.parse_args()
    about = machine.facts()
    print(f"{about.processor}, {about.cores} cores, load {about.load_before}")
    with tempfile.TemporaryDirectory(prefix="toadlane-bench-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", settings={"max_connections": "50"})
        try:
            asyncio.run(_measure(server.url("postgres").render_as_string(hide_password=False), given))
        finally:
            server.stop()
    return 0


async def _measure(url: str, given: argparse.Namespace) -> None:
    await migrate(url, "services.catalog")
    database = Database(url, pool_size=given.workers)
    variant = uuid4()
    await database.fetch(SHELF, variant, 10 * given.orders)
    for batch in (1, 20):
        begun = time.perf_counter()
        await _reserve(database, variant, given.orders, batch, given.workers)
        seconds = time.perf_counter() - begun
        print(f"batches of {batch}: {given.orders / seconds:.0f} reservations a second")
    wrong = await discrepancies(database)
    print("the journal adds up" if not wrong else f"the journal does not add up: {wrong[0]}")
    await database.close()


async def _reserve(database: Database, variant: UUID, orders: int, batch: int, workers: int) -> None:
    stock, crowd = Stock(Shelf()), asyncio.Semaphore(workers)

    async def serve() -> None:
        async with crowd, database.transaction() as session:
            await stock.reserve(session, [_order(variant) for _ in range(batch)])

    await asyncio.gather(*(serve() for _ in range(orders // batch)))


def _order(variant: UUID) -> OrderPlaced:
    line = OrderedLine(variant_id=variant, quantity=1, unit_price=450)
    return OrderPlaced(order_id=uuid4(), currency="EUR", consignments=[OrderedConsignment(lines=[line])])


if __name__ == "__main__":
    sys.exit(main())
