"""Goods as they are searched, shown and edited."""

from __future__ import annotations

from datetime import date

from pydantic import RootModel

from storefront.wire.coops import CoopName
from storefront.wire.reading import Money, Wire


class CategoryName(Wire):
    slug: str
    name: str


class Category(Wire):
    slug: str
    name: str
    children: tuple[Category, ...] = ()


class Categories(RootModel[tuple[Category, ...]]):
    pass


class Hit(Wire):
    id: str
    slug: str
    title: str
    price: Money
    price_max: Money | None = None
    compare_at: Money | None = None
    coop: CoopName
    category: CategoryName | str | None = None
    picture: str | None = None
    in_stock: bool = True
    back_order: bool = False

    @property
    def from_price(self) -> bool:
        return self.price_max is not None and self.price_max.amount > self.price.amount

    @property
    def category_slug(self) -> str:
        return self.category.slug if isinstance(self.category, CategoryName) else self.category or ""


class Facet(Wire):
    value: str
    name: str
    count: int
    parent: str | None = None


class Facets(Wire):
    category: tuple[Facet, ...] = ()
    coop: tuple[Facet, ...] = ()


class PriceRange(Wire):
    min: Money | None = None
    max: Money | None = None


class Found(Wire):
    query: str | None = None
    total: int
    page: int = 1
    limit: int = 24
    hits: tuple[Hit, ...] = ()
    facets: Facets = Facets()
    price: PriceRange | None = None

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.limit))


class Part(Wire):
    quantity: int
    title: str | None = None


class Variant(Wire):
    id: str
    title: str
    options: dict[str, str] = {}
    sku: str | None = None
    price: Money
    compare_at: Money | None = None
    tracked: bool = False
    available: int | None = None
    in_stock: bool = True
    availability: str = ""
    policy: str = "deny"
    available_from: date | None = None
    lead_days: int | None = None
    parts: tuple[Part, ...] = ()

    @property
    def for_sale(self) -> bool:
        """There now, or promised for later."""
        return self.in_stock or self.availability == "back_order"

    @property
    def few_left(self) -> bool:
        ends = self.policy in {"deny", "bundle"}
        return self.in_stock and ends and self.available is not None and self.available <= 5


class Product(Wire):
    id: str
    slug: str
    title: str
    description_html: str = ""
    category: CategoryName | None = None
    tags: tuple[str, ...] = ()
    coop: CoopName
    picture: str | None = None
    state: str = "listed"
    version: int = 0
    variants: tuple[Variant, ...] = ()

    @property
    def in_stock(self) -> bool:
        return any(variant.in_stock for variant in self.variants)

    @property
    def first_in_stock(self) -> Variant | None:
        """Else the first that can be ordered all the same."""
        there = (variant for variant in self.variants if variant.in_stock)
        return next(there, None) or next((variant for variant in self.variants if variant.for_sale), None)
