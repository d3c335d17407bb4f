"""The catalogue's API, wired."""

from fastapi import FastAPI

from chassis.app import service_app
from chassis.clock import Clock, system_clock
from chassis.database import Database
from services.catalog import product_api
from services.catalog.assortment import api as assortment_api
from services.catalog.assortment import bulk_api, changes_api, export_api
from services.catalog.categories import load_categories
from services.catalog.imports import api as import_api
from services.catalog.imports import feed_api
from services.catalog.imports import files_api as import_files_api
from services.catalog.labels import api as certification_api
from services.catalog.pictures import picture_api
from services.catalog.pictures.darkroom import Darkroom
from services.catalog.pictures.intake import Intake
from services.catalog.pictures.store import store_of
from services.catalog.search import api as search_api
from services.catalog.search.engine import search_engine
from services.catalog.search.port import SearchEngine
from services.catalog.settings import Settings
from services.catalog.shopfront import Shopfront
from services.catalog.stock import api as stock_api
from services.catalog.stock import bundle_api
from services.catalog.syndication import api as syndication_api
from services.catalog.syndication.sitemap import Sitemap


def create_app(
    settings: Settings, database: Database, *, clock: Clock = system_clock, engine: SearchEngine | None = None
) -> FastAPI:
    pictures = store_of(settings)
    return service_app(
        "catalog",
        settings,
        database,
        clock=clock,
        # FastAPI tries one after the other: what shoppers ask for most comes first.
        routers=[
            product_api.router,
            search_api.router,
            picture_api.router,
            stock_api.router,
            bundle_api.router,
            assortment_api.router,
            bulk_api.router,
            changes_api.router,
            feed_api.router,
            certification_api.router,
            import_files_api.router,
            export_api.router,
            import_api.router,
            syndication_api.router,
        ],
        state={
            "shop": Shopfront(
                database=database,
                categories=load_categories(),
                engine=engine or search_engine(settings),
                currency=settings.currency,
                upload_bytes=settings.upload_bytes,
                public_url=settings.public_url,
                pictures=pictures,
                intake=Intake(database, Darkroom(), pictures, clock),
            ),
            "sitemap": Sitemap(database, settings.public_url),
        },
    )
