"""Baskets: how many of which variants a principal wants, and the country they are to go to."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, String, Uuid, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Database
from chassis.direct import Compiled, fetch
from chassis.errors import Conflict, NotFound, Refused
from services.orders.base import Base
from services.orders.coop import ADMITTED, Coop
from services.orders.price_book import PricedVariant

MOST_OF_ONE = 99
MOST_LINES = 100


class UnknownVariant(NotFound):
    code: ClassVar[str] = "unknown_variant"
    title: ClassVar[str] = "There are no such goods"


class NotForSale(Conflict):
    code: ClassVar[str] = "not_for_sale"
    title: ClassVar[str] = "No longer for sale"


class CoopUnavailable(Conflict):
    code: ClassVar[str] = "coop_unavailable"
    title: ClassVar[str] = "The co-op is not selling at the moment"


class CoopPaused(Conflict):
    code: ClassVar[str] = "coop_paused"
    title: ClassVar[str] = "The co-op has paused its shop"


class TooManyOfOne(Refused):
    code: ClassVar[str] = "quantity_too_large"
    title: ClassVar[str] = "That is more than one order may hold"


class BasketFull(Conflict):
    code: ClassVar[str] = "basket_full"
    title: ClassVar[str] = "The basket is full"


class Basket(Base):
    """Only what was chosen for the basket as a whole; one without a row goes to the marketplace's own country."""

    __tablename__ = "baskets"

    owner: Mapped[UUID] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(String(2))


class BasketLine(Base):
    __tablename__ = "basket_lines"
    __table_args__ = (CheckConstraint(f"quantity BETWEEN 1 AND {MOST_OF_ONE}", name="quantity_in_bounds"),)

    owner: Mapped[UUID] = mapped_column(primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    added_at: Mapped[datetime]


# Goods that are not for sale, or one line too many, insert nothing; `_explain` then finds out which.
_FOR_SALE = (
    select(
        bindparam("owner", type_=Uuid),
        PricedVariant.variant_id,
        bindparam("quantity", type_=BigInteger),
        bindparam("now", type_=DateTime(timezone=True)),
    )
    .join(Coop, Coop.id == PricedVariant.coop_id)
    .where(
        PricedVariant.variant_id == bindparam("variant_id"),
        PricedVariant.listed,
        PricedVariant.currency == bindparam("currency"),
        Coop.state == ADMITTED,
        ~Coop.paused,
        select(func.count())
        .where(BasketLine.owner == bindparam("owner"), BasketLine.variant_id != bindparam("variant_id"))
        .scalar_subquery()
        < MOST_LINES,
    )
)
_LINES = BasketLine.metadata.tables[BasketLine.__tablename__]
_line = insert(_LINES).from_select(["owner", "variant_id", "quantity", "added_at"], _FOR_SALE)
_sum_of_both = _LINES.c.quantity + _line.excluded.quantity

_ADD = Compiled(
    _line.on_conflict_do_update(
        index_elements=["owner", "variant_id"], set_={"quantity": _sum_of_both}, where=_sum_of_both <= MOST_OF_ONE
    ).returning(_LINES.c.quantity)
)

_SET = Compiled(
    _line.on_conflict_do_update(
        index_elements=["owner", "variant_id"], set_={"quantity": _line.excluded.quantity}
    ).returning(_LINES.c.quantity)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    owner: UUID
    variant_id: UUID
    quantity: int
    currency: str
    now: datetime


async def add_line(database: Database, wanted: Wanted) -> None:
    """Adds to what is there already; one statement unless there is something to explain."""
    if not await _ADD.rows(database, **asdict(wanted)):
        await _explain(database, wanted)


async def set_line(database: Database, wanted: Wanted) -> None:
    if not await _SET.rows(database, **asdict(wanted)):
        await _explain(database, wanted)


async def _explain(database: Database, wanted: Wanted) -> None:
    """Raises the reason for which nothing could be put into the basket."""
    async with database.reading() as session:
        found = await session.execute(
            select(
                PricedVariant.title,
                PricedVariant.listed,
                PricedVariant.currency,
                Coop.state,
                Coop.paused,
                Coop.paused_until,
            )
            .outerjoin(Coop, Coop.id == PricedVariant.coop_id)
            .where(PricedVariant.variant_id == wanted.variant_id)
        )
        offer = found.one_or_none()
        lines = await session.scalar(select(func.count()).where(BasketLine.owner == wanted.owner))
    if offer is None:
        raise UnknownVariant("We know of no goods by that id.", field="variant_id")
    if not offer.listed or offer.currency != wanted.currency:
        raise NotForSale(f"{offer.title} is no longer for sale. Please take it out of your basket.")
    if offer.state != ADMITTED:
        raise CoopUnavailable(f"The co-op that makes {offer.title} is not selling at the moment.")
    if offer.paused:
        back = f" It opens again on {offer.paused_until:%-d %B %Y}." if offer.paused_until else ""
        raise CoopPaused(f"The co-op that makes {offer.title} is on holiday.{back}", until=offer.paused_until)
    if lines is not None and lines >= MOST_LINES:
        raise BasketFull(f"A basket holds {MOST_LINES} different goods. Please order these first.")
    raise TooManyOfOne(f"You can order up to {MOST_OF_ONE} of {offer.title} at once.", field="quantity")


_REMOVE = "DELETE FROM basket_lines WHERE owner = $1 AND variant_id = $2"


async def remove_line(database: Database, owner: UUID, variant_id: UUID) -> None:
    await database.fetch(_REMOVE, owner, variant_id)


_CHOOSE = """
    INSERT INTO baskets (owner, country) VALUES ($1, $2) ON CONFLICT (owner) DO UPDATE SET country = excluded.country
"""


async def choose_country(database: Database, owner: UUID, country: str) -> None:
    await database.fetch(_CHOOSE, owner, country)


# What was put in after the order was placed stays in.
_TAKE_OUT = """
    MERGE INTO basket_lines AS line
    USING (
        SELECT orders.buyer_id, order_lines.variant_id, sum(order_lines.quantity) AS quantity
        FROM order_lines JOIN orders ON orders.id = order_lines.order_id
        WHERE orders.id = ANY ($1)
        GROUP BY orders.buyer_id, order_lines.variant_id
    ) AS ordered
    ON line.owner = ordered.buyer_id AND line.variant_id = ordered.variant_id
    WHEN MATCHED AND line.quantity <= ordered.quantity THEN DELETE
    WHEN MATCHED THEN UPDATE SET quantity = line.quantity - ordered.quantity
"""


async def take_out_ordered(session: AsyncSession, order_ids: Sequence[UUID]) -> None:
    await fetch(session, _TAKE_OUT, list(order_ids))


_MOVE_LINES = text("""
    WITH theirs AS (DELETE FROM basket_lines WHERE owner = :guest RETURNING variant_id, quantity, added_at)
    INSERT INTO basket_lines (owner, variant_id, quantity, added_at)
    SELECT :account, variant_id, quantity, added_at FROM theirs
    ON CONFLICT (owner, variant_id) DO UPDATE
    SET quantity = least(:most, basket_lines.quantity + excluded.quantity)
""")

_MOVE_COUNTRY = text("""
    WITH theirs AS (DELETE FROM baskets WHERE owner = :guest RETURNING country)
    INSERT INTO baskets (owner, country) SELECT :account, country FROM theirs
    ON CONFLICT (owner) DO UPDATE SET country = excluded.country
""")


async def move_basket(session: AsyncSession, *, guest: UUID, account: UUID) -> None:
    """Signing in keeps both baskets: the same goods are added up."""
    await session.execute(_MOVE_LINES, {"guest": guest, "account": account, "most": MOST_OF_ONE})
    await session.execute(_MOVE_COUNTRY, {"guest": guest, "account": account})
