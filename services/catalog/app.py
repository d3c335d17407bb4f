"""The catalogue's API, wired."""

from fastapi import FastAPI

from chassis.app import service_app
from chassis.clock import Clock, system_clock
from chassis.database import Database
from services.catalog import import_api, import_files_api, product_api, search_api
from services.catalog.categories import load_categories
from services.catalog.pictures import picture_api
from services.catalog.pictures.darkroom import Darkroom
from services.catalog.pictures.intake import Intake
from services.catalog.pictures.store import store_of
from services.catalog.search import SearchEngine
from services.catalog.settings import Settings
from services.catalog.shopfront import Shopfront
from services.catalog.tantivy_engine import TantivyEngine


def create_app(
    settings: Settings, database: Database, *, clock: Clock = system_clock, engine: SearchEngine | None = None
) -> FastAPI:
    pictures = store_of(settings)
    return service_app(
        "catalog",
        settings,
        database,
        clock=clock,
        routers=[product_api.router, picture_api.router, search_api.router, import_files_api.router, import_api.router],
        state={
            "shop": Shopfront(
                database=database,
                categories=load_categories(),
                engine=engine or TantivyEngine(settings.data_folder / "search"),
                currency=settings.currency,
                upload_bytes=settings.upload_bytes,
                pictures=pictures,
                intake=Intake(database, Darkroom(), pictures, clock),
            )
        },
    )
