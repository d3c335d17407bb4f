"""Reading a basket at today's prices: basket, price book, co-ops and delivery prices in one statement."""

from uuid import UUID

import asyncpg
from sqlalchemy import String, Uuid, bindparam, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import Compiled, Statements
from services.orders.basket import Basket, BasketLine
from services.orders.coop import ADMITTED, Coop
from services.orders.delivery import delivery_price
from services.orders.price_book import PricedVariant
from services.orders.pricing import Compared, CoopCard, LineProblem, PricedBasket, PricedLine

# Starts from the owner alone, so that an empty basket too answers with one row: its country.
_me = select(bindparam("owner", type_=Uuid).label("owner")).subquery("me")
_country = func.coalesce(bindparam("country", type_=String), Basket.country, bindparam("default_country", type_=String))
_PRICED = Compiled(
    select(
        _country.label("country"),
        BasketLine.variant_id,
        BasketLine.quantity,
        PricedVariant.product_id,
        PricedVariant.coop_id,
        PricedVariant.listed,
        PricedVariant.slug,
        PricedVariant.title,
        PricedVariant.variant_title,
        PricedVariant.picture,
        PricedVariant.currency,
        PricedVariant.price,
        PricedVariant.policy,
        # A day that has passed promises nothing any more.
        case((PricedVariant.available_from > func.current_date(), PricedVariant.available_from)).label(
            "available_from"
        ),
        PricedVariant.lead_days,
        PricedVariant.unit_price,
        PricedVariant.unit_price_per,
        PricedVariant.withdrawal_exception,
        Coop.slug.label("coop_slug"),
        Coop.name.label("coop_name"),
        (Coop.state == ADMITTED).label("coop_sells"),
        Coop.paused.label("coop_paused"),
        Coop.paused_until,
        delivery_price(PricedVariant.__table__.c.coop_id, _country).label("delivery"),
    )
    .select_from(_me)
    .outerjoin(Basket, Basket.owner == _me.c.owner)
    .outerjoin(BasketLine, BasketLine.owner == _me.c.owner)
    .outerjoin(PricedVariant, PricedVariant.variant_id == BasketLine.variant_id)
    .outerjoin(Coop, Coop.id == PricedVariant.coop_id)
    .order_by(BasketLine.added_at, BasketLine.variant_id)
)


async def read_basket(
    through: AsyncSession | Statements, owner: UUID, *, currency: str, default_country: str, country: str | None = None
) -> PricedBasket:
    """Priced for `country` where one is given, else for the one the shopper chose."""
    rows = await _PRICED.rows(through, owner=owner, country=country, default_country=default_country)
    lines = [_line(row, currency) for row in rows if row["variant_id"] is not None]
    return PricedBasket(owner, rows[0]["country"], currency, lines)


def _line(row: asyncpg.Record, currency: str) -> PricedLine:
    return PricedLine(
        variant_id=row["variant_id"],
        product_id=row["product_id"],
        coop=CoopCard(row["coop_id"], row["coop_slug"] or "", row["coop_name"] or ""),
        slug=row["slug"],
        title=row["title"],
        variant_title=row["variant_title"],
        picture=row["picture"],
        quantity=row["quantity"],
        unit_price=row["price"],
        problem=_problem(row, currency),
        delivery=row["delivery"],
        policy=row["policy"],
        available_from=row["available_from"],
        lead_days=row["lead_days"],
        back_on=row["paused_until"],
        compared=None if row["unit_price"] is None else Compared(row["unit_price"], row["unit_price_per"]),
        withdrawal_exception=row["withdrawal_exception"],
    )


def _problem(row: asyncpg.Record, currency: str) -> LineProblem | None:
    if not row["listed"] or row["currency"] != currency:
        return LineProblem.WITHDRAWN
    if not row["coop_sells"]:
        return LineProblem.COOP_UNAVAILABLE
    return LineProblem.COOP_PAUSED if row["coop_paused"] else None
