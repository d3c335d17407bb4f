"""Delivery prices: one flat price per co-op and country."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, String, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.orders.base import Base

ELSEWHERE = "*"


class DeliveryPrice(Base):
    """What a co-op asks for sending one order's goods to a country; `*` is every country without its own row."""

    __tablename__ = "delivery_prices"
    __table_args__ = (CheckConstraint("price >= 0", name="price_not_negative"),)

    coop_id: Mapped[UUID] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3))
    price: Mapped[int]


def delivery_price(coop_id: ColumnElement[UUID], country: ColumnElement[str]) -> ColumnElement[int | None]:
    """The price for that country, else for everywhere else, else NULL: the co-op does not deliver there."""
    return (
        select(DeliveryPrice.price)
        .where(DeliveryPrice.coop_id == coop_id, DeliveryPrice.country.in_([country, ELSEWHERE]))
        .order_by(DeliveryPrice.country == ELSEWHERE)
        .limit(1)
        .scalar_subquery()
    )


async def rates_of(session: AsyncSession, coop_id: UUID) -> list[DeliveryPrice]:
    rows = await session.scalars(
        select(DeliveryPrice).where(DeliveryPrice.coop_id == coop_id).order_by(DeliveryPrice.country)
    )
    return list(rows)


async def replace_rates(session: AsyncSession, coop_id: UUID, currency: str, prices: Mapping[str, int]) -> None:
    keep = DeliveryPrice.country.in_(list(prices))
    await session.execute(delete(DeliveryPrice).where(DeliveryPrice.coop_id == coop_id, ~keep))
    if not prices:
        return
    rows = [
        {"coop_id": coop_id, "country": country, "currency": currency, "price": price}
        for country, price in sorted(prices.items())
    ]
    statement = insert(DeliveryPrice).values(rows)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[DeliveryPrice.coop_id, DeliveryPrice.country],
            set_={"price": statement.excluded.price, "currency": statement.excluded.currency},
        )
    )
