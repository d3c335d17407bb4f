"""What changed, in an order that nobody who reads along can miss anything of.

A transaction that changes a product leaves a task behind, and no position: positions are given after the commit, by one
numberer at a time. So whatever is committed late gets a later position than all that was ever shown. A product has one
row, of its newest change; what it is now is read when somebody asks.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar
from uuid import UUID

import asyncpg
from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy import Sequence as Numbers
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.alone import take_alone
from chassis.database import Database
from chassis.direct import Statements, fetch
from chassis.tasks import Task
from services.catalog.base import Base
from services.catalog.stock.sold_out import tell_sold_out


class ProductChange(Base):
    """`was_listed`: the public has seen the product, and has to be told when it is gone."""

    __tablename__ = "product_changes"
    __table_args__ = (
        Index("ix_product_changes_by_position", "position", unique=True),
        Index("ix_product_changes_of_coop", "coop_id", "position"),
    )

    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.product_id", ondelete="CASCADE"), primary_key=True)
    coop_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(BigInteger)
    was_listed: Mapped[bool]


POSITIONS = Numbers("product_change_positions", metadata=Base.metadata)


class NumberChange(Task):
    kind: ClassVar[str] = "catalog.number_change"

    product_id: UUID


class Numberer:
    """Gives positions, in transactions of which one begins after the other is committed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def number(self, tasks: Sequence[NumberChange]) -> None:
        """The newest position for each product, and the fact of what sold out or is back; twice does no harm."""
        products = {task.product_id for task in tasks}
        async with self._database.transaction() as session:
            await self.write(session, products)
            await tell_sold_out(session, products)

    async def write(self, session: AsyncSession, products: Iterable[UUID]) -> None:
        await self.alone(session)
        await fetch(session, _NUMBER, sorted(products))

    async def alone(self, session: AsyncSession) -> None:
        """Until this is committed nobody else gives positions: else a lower one could be seen after a higher one."""
        await take_alone(session, ["product_change_positions"])


async def changes_since(
    through: AsyncSession | Statements, position: int, *, coop: UUID | None, limit: int
) -> list[asyncpg.Record]:
    """Products with their positions, in order: a co-op's, or of all what the public has ever seen."""
    if coop is None:
        return await fetch(through, _SINCE, position, limit)
    return await fetch(through, _SINCE_OF_COOP, position, limit, coop)


_NUMBER = """
    INSERT INTO product_changes (product_id, coop_id, position, was_listed)
    SELECT product_id, coop_id, nextval('product_change_positions'), state = 'listed'
    FROM products WHERE product_id = ANY($1)
    ON CONFLICT (product_id) DO UPDATE
    SET position = excluded.position, was_listed = product_changes.was_listed OR excluded.was_listed
"""
_SINCE = """
    SELECT product_id, position FROM product_changes
    WHERE position > $1 AND was_listed ORDER BY position LIMIT $2
"""
_SINCE_OF_COOP = """
    SELECT product_id, position FROM product_changes
    WHERE position > $1 AND coop_id = $3 ORDER BY position LIMIT $2
"""
