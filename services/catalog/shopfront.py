"""What the API's endpoints are handed: the tree, the search, the currency, in one piece to spare a hot path three."""

from dataclasses import dataclass
from typing import Annotated

from chassis.http import app_state
from services.catalog.categories import Categories
from services.catalog.search import SearchEngine


@dataclass(frozen=True)
class Shopfront:
    categories: Categories
    engine: SearchEngine
    currency: str
    upload_bytes: int


Shop = Annotated[Shopfront, app_state("shop")]
