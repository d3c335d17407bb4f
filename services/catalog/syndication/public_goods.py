"""Everything that is for sale, a page at a time: memory is bounded by the page, and nothing is held between two."""

from collections.abc import AsyncIterator

from chassis.database import Database
from services.catalog.categories import Categories
from services.catalog.product_view import ProductView, read_page, shown

AT_ONCE = 200


async def public_goods(database: Database, categories: Categories) -> AsyncIterator[ProductView]:
    """Newest first; each as it stands at the moment its page is read."""
    before = None
    while True:
        async with database.reading() as session:
            rows = await read_page(session, coop=None, everything=False, before=before, limit=AT_ONCE)
        for row in rows:
            yield shown(row, categories)
        if len(rows) < AT_ONCE:
            return
        before = rows[-1]["product_id"]
