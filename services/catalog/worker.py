"""The catalogue's worker, wired: stock for orders, imports, and the one writer of the search index."""

from datetime import timedelta

from chassis.bus import Bus
from chassis.clock import Clock, system_clock
from chassis.database import Database
from chassis.tasks import runs, runs_batch
from chassis.worker import Timer, Worker
from services.catalog.categories import load_categories
from services.catalog.events import ProductPublished, StockReserved
from services.catalog.indexing import IndexCoop, Indexer, IndexProduct
from services.catalog.reactions import reactions
from services.catalog.run_import import Importer, RunImport
from services.catalog.search import SearchEngine
from services.catalog.settings import Settings
from services.catalog.shelf import Shelf
from services.catalog.tantivy_engine import TantivyEngine
from services.catalog.telemetry import GAUGES


def create_worker(
    settings: Settings,
    database: Database,
    bus: Bus,
    *,
    clock: Clock = system_clock,
    engine: SearchEngine | None = None,
    shelf: Shelf | None = None,
) -> Worker:
    categories = load_categories()
    indexer = Indexer(database, engine or TantivyEngine(settings.data_folder / "search"), categories)
    importer = Importer(database, categories, clock)
    return Worker(
        "catalog",
        settings,
        database,
        bus,
        clock=clock,
        topics=[ProductPublished.topic, StockReserved.topic],
        reactions=reactions(shelf or Shelf()),
        tasks=[
            runs(RunImport, importer.run, concurrency=2),
            runs(IndexCoop, indexer.coop),
            runs_batch(IndexProduct, indexer.products, size=250, exclusive=True),
        ],
        timers=[
            Timer("mend the search index", timedelta(minutes=10), indexer.mend),
            Timer("forget old imports", timedelta(hours=6), importer.forget),
        ],
        gauges=GAUGES,
    )
