"""What cannot be ordered just now, kept up from what catalog says of it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.orders.base import Base
from services.orders.inbound import AvailabilityChanged


class Shelf(Base):
    """Of a product without a row everything can be ordered."""

    __tablename__ = "shelves"

    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    sold_out: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


_row = insert(Shelf).values({name: bindparam(name) for name in ("product_id", "version", "sold_out")})
_WRITE = _row.on_conflict_do_update(
    index_elements=[Shelf.product_id],
    set_={"version": _row.excluded.version, "sold_out": _row.excluded.sold_out},
    where=Shelf.version < _row.excluded.version,
)


async def record_availability(session: AsyncSession, facts: Sequence[AvailabilityChanged]) -> None:
    """An older fact changes nothing."""
    in_order = sorted(facts, key=lambda fact: fact.product_id)
    rows = [{"product_id": fact.product_id, "version": fact.version, "sold_out": fact.sold_out} for fact in in_order]
    await (await session.connection()).execute(_WRITE, rows)
