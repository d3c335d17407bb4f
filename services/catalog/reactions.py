"""What the catalogue does when something happens elsewhere."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import and_, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.inbox import Reaction, batch, each
from chassis.tasks import enqueue
from services.catalog.coop import Coop
from services.catalog.inbound import (
    CoopAdmitted,
    CoopFact,
    CoopLapsed,
    CoopPaused,
    CoopReinstated,
    CoopResumed,
    CoopSuspended,
    OrderCancelled,
    OrderPaid,
    OrderPlaced,
)
from services.catalog.places.gazetteer import place_of
from services.catalog.search.indexing import IndexCoop
from services.catalog.stock.reserving import Stock
from services.catalog.stock.shelf import Shelf

# The facts have always told the town, and the catalogue has not always kept it: it reads them once more.
TOWNS = "towns"


async def remember_coop(session: AsyncSession, event: CoopFact) -> None:
    """Older news than what is known changes nothing, but for a town that nobody has kept yet."""
    told = event.model_dump(exclude={"pause"})
    told |= {"paused": event.pause is not None, "paused_until": event.pause and event.pause.until}
    place = await asyncio.to_thread(place_of, event.city, event.country)
    told |= {"latitude": place and place.latitude, "longitude": place and place.longitude}
    upsert = insert(Coop).values(**told)
    is_news = or_(
        Coop.version < upsert.excluded.version, and_(Coop.version == upsert.excluded.version, Coop.city == "")
    )
    newer = upsert.on_conflict_do_update(index_elements=[Coop.coop_id], set_=told, where=is_news)
    known = await session.execute(newer.returning(Coop.coop_id))
    if known.first() is not None:
        enqueue(session, IndexCoop(coop_id=event.coop_id), key=str(event.coop_id))


def reactions(shelf: Shelf) -> Sequence[Reaction]:
    stock = Stock(shelf)
    return (
        batch(OrderPlaced, stock.reserve),
        batch(OrderPaid, stock.settle),
        batch(OrderCancelled, stock.give_back),
        each(CoopAdmitted, remember_coop, reading=TOWNS),
        each(CoopSuspended, remember_coop, reading=TOWNS),
        each(CoopReinstated, remember_coop, reading=TOWNS),
        each(CoopLapsed, remember_coop, reading=TOWNS),
        each(CoopPaused, remember_coop, reading=TOWNS),
        each(CoopResumed, remember_coop, reading=TOWNS),
    )
