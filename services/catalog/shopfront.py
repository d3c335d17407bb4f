"""What the API's endpoints are handed: database, tree, search, pictures, in one piece to spare a hot path four."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ParamSpec, TypeVar

from chassis.database import Database
from chassis.http import app_state
from services.catalog.categories import Categories
from services.catalog.pictures.intake import Intake
from services.catalog.pictures.store import PictureStore
from services.catalog.search.port import SearchEngine

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Shopfront:
    database: Database
    categories: Categories
    engine: SearchEngine
    currency: str
    upload_bytes: int
    public_url: str
    pictures: PictureStore
    intake: Intake

    async def ask(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What asks the search engine: in a thread where that waits, at once where a thread would cost more."""
        if self.engine.waits:
            return await asyncio.to_thread(call, *args, **kwargs)
        return call(*args, **kwargs)


Shop = Annotated[Shopfront, app_state("shop")]
