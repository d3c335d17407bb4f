"""What came from an address takes its place on the products that name it."""

from sqlalchemy import select

from chassis.clock import Clock
from chassis.database import Database
from chassis.direct import fetch
from services.catalog.assortment.assortment import Assortment
from services.catalog.pictures.hanging import covers, show_cover
from services.catalog.pictures.sources import ShowPicture
from services.catalog.product import Product

PRODUCTS_AT_ONCE = 50


class Showing:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def show(self, task: ShowPicture) -> None:
        """The products that show something else from this address, or nothing yet, a few in one transaction."""
        while rows := await self._database.fetch(_BEHIND, task.url, PRODUCTS_AT_ONCE):
            ids = [row["product_id"] for row in rows]
            async with self._database.transaction() as session:
                query = select(Product).where(Product.product_id.in_(ids)).order_by(Product.product_id)
                products = (await session.scalars(query.with_for_update())).all()
                await Assortment.lock_variants(session, products)
                await fetch(session, _SHOW, task.url, ids)
                found = await covers(session, ids)
                for product in products:
                    show_cover(session, product, found[product.product_id], self._clock())


_BEHIND = """
    SELECT DISTINCT product_id FROM product_pictures h JOIN picture_sources s USING (url)
    WHERE url = $1 AND s.digest IS NOT NULL AND h.digest IS DISTINCT FROM s.digest ORDER BY product_id LIMIT $2
"""
_SHOW = """
    UPDATE product_pictures h SET digest = s.digest FROM picture_sources s
    WHERE s.url = $1 AND h.url = s.url AND h.product_id = ANY($2) AND s.digest IS NOT NULL
"""
