"""The catalogue's worker, wired: stock for orders, imports, pictures, and the one writer of the search index."""

from datetime import timedelta

from chassis.bus import Bus
from chassis.clock import Clock, system_clock
from chassis.database import Database
from chassis.safe_client import SafeClient
from chassis.tasks import runs, runs_batch
from chassis.worker import Timer, Worker
from services.catalog.assortment.changes import NumberChange, Numberer
from services.catalog.categories import load_categories
from services.catalog.events import AvailabilityChanged, ProductPublished, StockReserved
from services.catalog.imports.feed_address import GUARD as FEED_GUARD
from services.catalog.imports.feed_fetching import AT_ONCE as FEEDS_AT_ONCE
from services.catalog.imports.feed_fetching import FeedFetcher, FetchFeed
from services.catalog.imports.run_import import Importer, RunImport
from services.catalog.pictures.calling_up import LOOK_AGAIN_ROUND, ROUND, CallingUp
from services.catalog.pictures.darkroom import NOBODY_WAITS, Darkroom
from services.catalog.pictures.fetching import HOSTS_AT_ONCE, PictureFetcher
from services.catalog.pictures.intake import Intake
from services.catalog.pictures.showing import Showing
from services.catalog.pictures.sources import GUARD as PICTURE_GUARD
from services.catalog.pictures.sources import CallUpPictures, FetchPictures, ShowPicture
from services.catalog.pictures.store import store_of
from services.catalog.pictures.sweep import EVERY as SWEEP_EVERY
from services.catalog.pictures.sweep import EmptyFolder, Sweep
from services.catalog.reactions import reactions
from services.catalog.search.engine import search_engine
from services.catalog.search.indexing import IndexCoop, Indexer, IndexProduct
from services.catalog.search.port import SearchEngine
from services.catalog.settings import Settings
from services.catalog.stock.shelf import Shelf
from services.catalog.telemetry import GAUGES

LEAVING = 9.0  # A commit of the index costs as much as many products in it, and merges besides: a tenth of the time.


def create_worker(
    settings: Settings,
    database: Database,
    bus: Bus,
    *,
    clock: Clock = system_clock,
    engine: SearchEngine | None = None,
    shelf: Shelf | None = None,
    client: SafeClient | None = None,
) -> Worker:
    categories = load_categories()
    indexer = Indexer(database, engine or search_engine(settings), categories)
    importer = Importer(database, categories, clock)
    feeds = FeedFetcher(
        database, client or settings.safe_client(FEED_GUARD), clock, settings.currency, settings.upload_bytes
    )
    store = store_of(settings)
    intake = Intake(database, Darkroom(longest_wait=NOBODY_WAITS), store, clock)
    calling = CallingUp(database, clock)
    sweep = Sweep(database, store, clock)
    fetcher = PictureFetcher(database, client or settings.safe_client(PICTURE_GUARD), intake, clock)
    return Worker(
        "catalog",
        settings,
        database,
        bus,
        clock=clock,
        topics=[ProductPublished.topic, AvailabilityChanged.topic, StockReserved.topic],
        reactions=reactions(shelf or Shelf()),
        tasks=[
            runs(RunImport, importer.run, concurrency=2),
            runs(FetchFeed, feeds.fetch, concurrency=FEEDS_AT_ONCE, apart=True),
            runs(FetchPictures, fetcher.fetch, concurrency=HOSTS_AT_ONCE, apart=True),
            runs(CallUpPictures, calling.of_coop),
            runs(ShowPicture, Showing(database, clock).show),
            runs(EmptyFolder, sweep.empty, concurrency=1),
            runs(IndexCoop, indexer.coop),
            runs_batch(NumberChange, Numberer(database).number, size=1_000, exclusive=True),
            runs_batch(IndexProduct, indexer.products, size=1_000, exclusive=True, leaving=LEAVING),
        ],
        timers=[
            Timer("mend the search index", timedelta(minutes=10), indexer.mend),
            Timer("call up feed addresses", timedelta(minutes=1), feeds.call_up),
            Timer("call up pictures to be fetched", ROUND, calling.all),
            Timer("look at pictures' addresses again", LOOK_AGAIN_ROUND, calling.look_again),
            Timer("sweep pictures", SWEEP_EVERY, sweep.sweep),
            Timer("forget old imports", timedelta(hours=6), importer.forget),
        ],
        gauges=GAUGES,
    )
