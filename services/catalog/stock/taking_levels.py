"""Levels and prices as a co-op's own system tells them: many in one transaction, each taken or refused by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import attributes

from chassis.errors import Conflict, DomainError, Refused
from chassis.money import Money
from chassis.rows import Holding
from services.catalog.announcing import Seen, announce
from services.catalog.assortment.product_form import asked_price
from services.catalog.product import Product, Variant
from services.catalog.search.indexing import index
from services.catalog.search.turned import Moved, index_turned
from services.catalog.stock.journal import Cause, Change, counted, put
from services.catalog.stock.level_schemas import LevelChange, LevelItem, LevelView
from services.catalog.stock.levels import Known, Names, NoSuchVariant
from services.catalog.stock.policy import StockPolicy, at_least_none

_OF_PRODUCTS = bindparam("products", type_=ARRAY(Uuid))
_PRODUCTS = Holding(Product, Product.product_id == any_(_OF_PRODUCTS))
_VARIANTS = Holding(
    Variant,
    or_(Variant.variant_id == any_(bindparam("ids", type_=ARRAY(Uuid))), Variant.product_id == any_(_OF_PRODUCTS)),
)


class StaleLevel(Conflict):
    code, title = "stale_level", "The stock has changed since it was counted"


class NotCounted(Refused):
    code, title = "not_counted", "No count is kept of this variant"


class BelowZero(Refused):
    code, title = "below_zero", "There are not so many on the shelf"


class Taking:
    """Rows held for a change: levels and prices are set one after the other, and told to the world at the end."""

    def __init__(self, session: AsyncSession, known: Mapping[UUID, Known], now: datetime, by: UUID | None) -> None:
        self._session, self._known, self._now, self._by = session, known, now, by
        self._variants: dict[UUID, Variant] = {}
        self._products: dict[UUID, Product] = {}
        self._seen: dict[UUID, Seen] = {}
        self._before: dict[UUID, int | None] = {}

    async def hold(self, variants: Sequence[UUID], priced: Sequence[UUID]) -> None:
        """Those whose price changes with their products, before the variants, all in the order of their ids."""
        if priced:
            held = await _PRODUCTS.hold(self._session, products=list(priced))
            self._products = {product.product_id: product for product in held}
        rows = await _VARIANTS.hold(self._session, ids=list(variants), products=list(priced))
        self._variants = {variant.variant_id: variant for variant in rows}
        self._before = {variant.variant_id: _left(variant) for variant in rows}
        own: dict[UUID, list[Variant]] = {product_id: [] for product_id in self._products}
        for variant in sorted(rows, key=lambda one: one.position):
            if variant.product_id in own:
                own[variant.product_id].append(variant)
        for product_id, product in self._products.items():
            attributes.set_committed_value(product, "variants", own[product_id])
            self._seen[product_id] = Seen.of(product)

    def take(self, variant_id: UUID, told: LevelChange) -> bool:
        """Whether it changed anything; raises what it is refused for, and then nothing of it holds."""
        variant = self._variants.get(variant_id)
        if variant is None:
            raise NoSuchVariant("It was taken away this moment.")
        if told.version not in (None, "*", variant.stock_version):
            raise StaleLevel(
                f"The level is at version {variant.stock_version}: look at it, count again and send that.",
                level=self.level(variant_id).model_dump(mode="json"),
                field="version",
            )
        shelf = _shelf(variant, told)
        price = (
            variant.price if told.price is None else asked_price(told.price, self._known[variant_id].currency, "price")
        )
        changed = self._put(variant, shelf, told) | (price != variant.price)
        if price != variant.price:
            before = variant.compare_at if (variant.compare_at or 0) > price else None
            variant.ask(price, before, self._now)
        return changed

    def _put(self, variant: Variant, shelf: int | None, told: LevelChange) -> bool:
        cause = Cause(Change.ADJUSTED if told.count is None else Change.COUNTED, self._by)
        entry = put(variant, shelf, cause)
        if entry is not None:
            self._session.add(entry)
        return entry is not None

    def level(self, variant_id: UUID) -> LevelView:
        """As it is after what was taken so far."""
        variant, known = self._variants[variant_id], self._known[variant_id]
        left = _left(variant)
        return LevelView(
            variant_id=variant_id,
            product_id=variant.product_id,
            product=known.product,
            title=known.title,
            sku=variant.sku,
            options=dict(variant.options),
            policy=StockPolicy(variant.policy),
            on_hand=variant.on_hand,
            reserved=variant.reserved,
            available=at_least_none(left),
            version=variant.stock_version,
            price=Money(amount=variant.price, currency=known.currency),
        )

    async def tell(self) -> None:
        """A product is published once, however many of its prices changed; what sold out or is back is indexed."""
        for product_id, product in self._products.items():
            if Seen.of(product) != self._seen[product_id]:
                announce(self._session, product, before=self._seen[product_id], now=self._now)
                index(self._session, [product_id])
        moved = {
            one.variant_id: Moved(one.product_id, self._before[one.variant_id], _left(one), known.in_bundles)
            for one in self._variants.values()
            if (known := self._known.get(one.variant_id)) and _left(one) != self._before[one.variant_id]
        }
        await index_turned(self._session, moved)


@dataclass(frozen=True, slots=True)
class Set:
    """An item that was taken: whether it changed anything, and the level after it."""

    changed: bool
    level: LevelView


async def take_items(
    session: AsyncSession, coop_id: UUID, items: Mapping[int, LevelItem], *, now: datetime, by: UUID | None
) -> dict[int, Set | DomainError]:
    """What became of each; those of one variant count in their order."""
    names = await Names.of(session, coop_id, list(items.values()))
    answers: dict[int, Set | DomainError] = {}
    meant: dict[int, UUID] = {}
    for nth, item in items.items():
        try:
            meant[nth] = names.variant(item)
        except DomainError as refused:
            answers[nth] = refused
    taking = Taking(session, names.known, now, by)
    priced = {names.product_of(variant) for nth, variant in meant.items() if items[nth].price is not None}
    await taking.hold(list(set(meant.values())), list(priced))
    for nth, variant in meant.items():
        try:
            changed = taking.take(variant, items[nth])
            answers[nth] = Set(changed, taking.level(variant))
        except DomainError as refused:
            answers[nth] = refused
    await taking.tell()
    return answers


def _left(variant: Variant) -> int | None:
    return None if variant.on_hand is None else variant.on_hand - variant.reserved


def _shelf(variant: Variant, told: LevelChange) -> int | None:
    """What stands on the shelf after it; raises NotCounted or BelowZero."""
    if told.count is None and told.change is None:
        return variant.on_hand
    if variant.on_hand is None:
        raise NotCounted("Keep a count in the product first.", field="count" if told.change is None else "change")
    if told.count is not None:
        return counted(variant, told.count)
    shelf = variant.on_hand + (told.change or 0)
    if shelf < 0 and (told.change or 0) < 0 and variant.policy != StockPolicy.BACK_ORDER:
        raise BelowZero(f"There are {variant.on_hand}: count the shelf and send that.", field="change")
    return shelf
