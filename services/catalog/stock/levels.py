"""Levels as they are, and the variants that a co-op means by its own names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from chassis.errors import NotFound, Refused
from chassis.money import Money
from chassis.paging import AFTER_ALL
from services.catalog.assortment.draft import told_apart_by
from services.catalog.stock.bundle import AVAILABLE
from services.catalog.stock.level_schemas import LevelItem, LevelView
from services.catalog.stock.policy import at_least_none

_LEVEL = f"""
    SELECT v.variant_id, v.product_id, p.external_id AS product, p.title, v.external_id, v.sku, v.options, v.policy,
           v.on_hand, v.reserved, {AVAILABLE} AS available, v.stock_version AS version, v.price, p.currency, p.coop_id,
           EXISTS (SELECT FROM bundle_parts WHERE part_id = v.variant_id) AS in_bundles
    FROM variants v JOIN products p USING (product_id)
"""  # noqa: S608, our own
_ONE = _LEVEL + "WHERE v.variant_id = $1"
# Two ways to name a variant, each with an index of its own.
_NAMED = f"""
    {_LEVEL} WHERE p.coop_id = $1 AND v.variant_id = ANY($2)
    UNION ALL {_LEVEL} WHERE p.coop_id = $1 AND p.external_id = ANY($3)
"""
# By product, so that a large co-op's page is found by an index.
_PAGE = f"""
    WITH page AS (
        SELECT product_id FROM products p WHERE coop_id = $1 AND product_id < $2
        {{and_found}} ORDER BY product_id DESC LIMIT $3)
    {_LEVEL} JOIN page USING (product_id) {{where_found}} ORDER BY v.product_id DESC, v.position
"""  # noqa: S608, our own
_ALL = _PAGE.format(and_found="", where_found="")
_HAS_ALL_WORDS = """NOT EXISTS (
    SELECT FROM unnest($4::text[]) AS word
    WHERE strpos(lower(concat_ws(' ', p.title, v.external_id, v.sku, p.external_id)), word) = 0)"""
_FOUND = _PAGE.format(
    and_found=f"AND EXISTS (SELECT FROM variants v WHERE v.product_id = p.product_id AND {_HAS_ALL_WORDS})",
    where_found=f"WHERE {_HAS_ALL_WORDS}",
)


class SeveralVariants(Refused):
    code, title = "several_variants", "That could be several variants"


class NoSuchVariant(NotFound):
    code, title = "no_such_variant", "There is no such variant"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a variant beside its row, read before the row is locked."""

    product: str | None
    title: str
    currency: str
    in_bundles: bool


async def level_of(session: AsyncSession, variant_id: UUID) -> tuple[UUID, LevelView] | None:
    """The co-op's id and the level, or None."""
    rows = await fetch(session, _ONE, variant_id)
    return (rows[0]["coop_id"], shown(rows[0])) if rows else None


async def read_levels(
    session: AsyncSession, coop_id: UUID, q: str = "", *, before: UUID | None, limit: int
) -> list[LevelView]:
    """Of so many products, newest first; where `q` has words, of what is called or numbered by all of them."""
    words = q.lower().replace("\0", "").split()
    asked = coop_id, before or AFTER_ALL, limit
    rows = await fetch(session, _FOUND, *asked, words) if words else await fetch(session, _ALL, *asked)
    return [shown(row) for row in rows]


def shown(row: Mapping[str, Any]) -> LevelView:
    told = {name: row[name] for name in LevelView.model_fields if name not in {"price", "available"}}
    price = Money(amount=row["price"], currency=row["currency"])
    return LevelView(**told, available=at_least_none(row["available"]), price=price)


class Names:
    """The variants that items mean, found in one statement; raises for each by itself that means none, or several."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._by_id = {row["variant_id"]: row for row in rows}
        self._by_product: dict[str, list[Mapping[str, Any]]] = {}
        for row in self._by_id.values():
            if row["product"] is not None:
                self._by_product.setdefault(row["product"], []).append(row)

    @classmethod
    async def of(cls, session: AsyncSession, coop_id: UUID, items: Sequence[LevelItem]) -> "Names":
        ids = {item.variant_id for item in items if item.variant_id is not None}
        products = {item.product for item in items if item.product is not None}
        return cls(await fetch(session, _NAMED, coop_id, list(ids), list(products)))

    @property
    def known(self) -> dict[UUID, Known]:
        return {
            variant: Known(row["product"], row["title"], row["currency"], row["in_bundles"])
            for variant, row in self._by_id.items()
        }

    def product_of(self, variant: UUID) -> UUID:
        found: UUID = self._by_id[variant]["product_id"]
        return found

    def variant(self, item: LevelItem) -> UUID:
        """Raises NoSuchVariant or SeveralVariants."""
        if item.variant_id is not None:
            if item.variant_id not in self._by_id:
                raise NoSuchVariant("This co-op has no such variant.", field="variant_id")
            return item.variant_id
        fits = [row for row in self._by_product.get(item.product or "", ()) if _fits(row, item)]
        if not fits:
            raise NoSuchVariant("This co-op has no such variant of a product with that id.", field="product")
        if len(fits) > 1:
            raise SeveralVariants(f"{len(fits)} variants fit: give the options too.", field="options")
        found: UUID = fits[0]["variant_id"]
        return found


def _fits(row: Mapping[str, Any], item: LevelItem) -> bool:
    if item.options is not None and row["external_id"] != told_apart_by(item.options):
        return False
    return item.sku is None or bool(row["sku"] == item.sku)
