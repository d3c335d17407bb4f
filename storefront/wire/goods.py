"""Goods as they are searched, shown and edited."""

from __future__ import annotations

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

    @property
    def few_left(self) -> bool:
        return self.in_stock and self.tracked and self.available is not None and self.available <= 5


class Picture(Wire):
    """One that its co-op gave; the address is that of the largest file."""

    url: str
    alt: str = ""
    width: int
    height: int


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
    pictures: tuple[Picture, ...] = ()

    @property
    def etag(self) -> str:
        """Sent with a change, so that nobody else's is lost."""
        return f'"{self.version}"'

    @property
    def in_stock(self) -> bool:
        return any(variant.in_stock for variant in self.variants)

    @property
    def first_in_stock(self) -> Variant | None:
        return next((variant for variant in self.variants if variant.in_stock), None)
