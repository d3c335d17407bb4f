"""What the API's endpoints are handed: database, tree, search, pictures, in one piece to spare a hot path four."""

from dataclasses import dataclass
from typing import Annotated

from chassis.database import Database
from chassis.http import app_state
from services.catalog.categories import Categories
from services.catalog.pictures.intake import Intake
from services.catalog.pictures.store import PictureStore
from services.catalog.search import SearchEngine


@dataclass(frozen=True)
class Shopfront:
    database: Database
    categories: Categories
    engine: SearchEngine
    currency: str
    upload_bytes: int
    pictures: PictureStore
    intake: Intake


Shop = Annotated[Shopfront, app_state("shop")]
