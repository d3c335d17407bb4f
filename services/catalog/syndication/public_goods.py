"""Everything for sale that can be seen, a page at a time: memory is bounded by it, nothing is held between two."""

from collections.abc import AsyncIterator

from chassis.database import Database
from chassis.paging import AFTER_ALL
from services.catalog.categories import Categories
from services.catalog.product_view import SHOWN, ProductView, shown

AT_ONCE = 200

# By key alone, and with nothing that could be asked for or not: the page after a million others costs what the first
# does, whichever plan is kept.
PAGE = (
    SHOWN
    + """
    WHERE p.product_id < $1 AND p.cover IS NOT NULL AND p.state = 'listed' AND c.state = 'admitted'
    ORDER BY p.product_id DESC LIMIT $2
"""
)


async def pictured_goods(database: Database, categories: Categories) -> AsyncIterator[ProductView]:
    """Those with a picture of their own, newest first; each as it stands at the moment its page is read."""
    before = AFTER_ALL
    while rows := await database.fetch(PAGE, before, AT_ONCE):
        for row in rows:
            yield shown(row, categories)
        before = rows[-1]["product_id"]
