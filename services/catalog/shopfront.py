"""What the API's endpoints are handed: database, tree, search, currency, in one piece to spare a hot path four."""

from dataclasses import dataclass
from typing import Annotated

from chassis.database import Database
from chassis.http import app_state
from services.catalog.categories import Categories
from services.catalog.search import SearchEngine


@dataclass(frozen=True)
class Shopfront:
    database: Database
    categories: Categories
    engine: SearchEngine
    currency: str
    upload_bytes: int
    public_url: str


Shop = Annotated[Shopfront, app_state("shop")]
