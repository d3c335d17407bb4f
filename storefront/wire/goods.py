"""Goods as they are searched, shown and edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from pydantic import RootModel

from storefront.wire.coops import CoopName
from storefront.wire.labels import Certification, Label, Standard, UnitPrice
from storefront.wire.reading import Money, Wire

AS_FAR_AS_IT_GOES: Final = 20_000


class CategoryName(Wire):
    slug: str
    name: str


class Category(Wire):
    slug: str
    name: str
    children: tuple[Category, ...] = ()

    def branch(self) -> Iterator[Category]:
        """This one and everything below it."""
        yield self
        for child in self.children:
            yield from child.branch()


class Categories(RootModel[tuple[Category, ...]]):
    pass


class Standards(RootModel[tuple[Standard, ...]]):
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
    distance_km: float | None = None
    back_order: bool = False
    unit_price: UnitPrice | None = None

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
    country: tuple[Facet, ...] = ()
    certification: tuple[Facet, ...] = ()
    in_stock: tuple[Facet, ...] = ()


class Town(Wire):
    """`value` is a name that means this town and no other."""

    value: str
    name: str
    region: str = ""
    country_name: str = ""

    @property
    def called(self) -> str:
        return ", ".join(part for part in (self.name, self.region, self.country_name) if part)


class NearPlace(Wire):
    """Where distances are measured from; `without_place` things would fit if anybody knew where they are."""

    radius_km: float
    town: Town | None = None
    others: tuple[Town, ...] = ()
    without_place: int = 0

    @property
    def called(self) -> str:
        return self.town.called if self.town else "where you are"

    @property
    def how_far(self) -> str:
        if self.radius_km >= AS_FAR_AS_IT_GOES:
            return f", however far from {self.called}"
        return f" within {self.radius_km:.0f} km of {self.called}"


class PlaceRefusal(Wire):
    """A place that is unknown, or that could be several: then `candidates` are which."""

    detail: str = ""
    candidates: tuple[Town, ...] = ()


class ShopOnHoliday(Wire):
    slug: str
    name: str
    until: date | None = None


class PriceRange(Wire):
    min: Money | None = None
    max: Money | None = None


class Found(Wire):
    """`estimated` names what is counted in about: "total", or a facet."""

    query: str | None = None
    total: int
    estimated: tuple[str, ...] = ()
    page: int = 1
    limit: int = 24
    hits: tuple[Hit, ...] = ()
    facets: Facets = Facets()
    price: PriceRange | None = None
    meant: str | None = None
    near: NearPlace | None = None
    on_holiday: tuple[ShopOnHoliday, ...] = ()

    @property
    def is_estimated(self) -> bool:
        return "total" in self.estimated

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.limit))


class Weight(Wire):
    name: str
    weight: float


class Ranking(Wire):
    """What search counts with: points by where a word stands, and which share of them by how it fits."""

    places: tuple[Weight, ...] = ()
    fits: tuple[Weight, ...] = ()
    elsewhere: float = 0.0
    together: float = 0.0
    in_stock: float = 1.0


class Part(Wire):
    """`slug` is the product's page, where it is for sale by itself."""

    variant_id: str = ""
    quantity: int
    title: str | None = None
    slug: str | None = None


class Variant(Wire):
    id: str
    title: str
    options: dict[str, str] = {}
    sku: str | None = None
    gtin: str = ""
    price: Money
    net_quantity: str = ""
    price_per: str = ""
    unit_price: UnitPrice | None = None
    compare_at: Money | None = None
    prior_price: Money | None = None
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


class WishTaken(Wire):
    """`asks_first`: a mail asks the address whether it wants to be told."""

    asks_first: bool


class Picture(Wire):
    """One that its co-op gave; the address is that of the largest file."""

    url: str
    alt: str = ""
    width: int
    height: int
    variants: tuple[str, ...] = ()


class Product(Wire):
    id: str
    slug: str
    title: str
    description_html: str = ""
    category: CategoryName | None = None
    tags: tuple[str, ...] = ()
    coop: CoopName
    picture: str | None = None
    certifications: tuple[Certification, ...] = ()
    label: Label | None = None
    missing: tuple[str, ...] = ()
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
    def sold_out(self) -> tuple[Variant, ...]:
        """Of what is offered, what nobody can order just now."""
        return tuple(one for one in self.variants if not one.for_sale) if self.state == "listed" else ()

    def pictures_of(self, variant: Variant) -> tuple[Picture, ...]:
        """Those that show it alone, or it and some others."""
        return tuple(one for one in self.pictures if variant.id in one.variants)

    def variant(self, asked: str) -> Variant | None:
        """The one of this id."""
        return next((one for one in self.variants if one.id == asked), None)

    @property
    def first_in_stock(self) -> Variant | None:
        """Else the first that can be ordered all the same."""
        there = (variant for variant in self.variants if variant.in_stock)
        return next(there, None) or next((variant for variant in self.variants if variant.for_sale), None)
