"""A product as somebody hands it in, by file or by form, before it is one of ours."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import orjson

from services.catalog.labels.certifications import Certification
from services.catalog.labels.label import ProductLabel
from services.catalog.stock.policy import StockPolicy, Supply


class ProductState(StrEnum):
    """Only a listed product is found and sold."""

    DRAFT = "draft"
    LISTED = "listed"
    ARCHIVED = "archived"


def told_apart_by(options: Mapping[str, str]) -> str:
    """What tells a variant from its siblings in the co-op's own shop, SKUs being blank more often than not."""
    return " / ".join(value.casefold() for value in options.values())


def part_name(product: str, options: Mapping[str, str]) -> str:
    """What a co-op calls a variant by its own id of the product: `rye-bread`, `shirt: Large`.

    An id that holds a colon itself ends in one where no choice follows.
    """
    choice = " / ".join(options.values())
    return f"{product}: {choice}" if choice else f"{product}:" if ":" in product else product


@dataclass(frozen=True, slots=True)
class PartDraft:
    """So many of another variant, by our id of it or by the co-op's own name."""

    quantity: int
    name: str = ""
    variant_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """`quantity` is a count of the shelf; None says nothing about it. Prices in minor units.

    `variant_id` is set where it is known which of ours is meant; else its options tell. `gtin` has fourteen digits.
    `net_quantity` and what the price is told per are measures as we write them; None says nothing about either.
    Without a `supply` the policy stays what it is; with `parts` it is a bundle of them, and
    `by_itself` it is none, even if it was one.
    """

    options: Mapping[str, str]
    price: int
    compare_at: int | None = None
    sku: str = ""
    tracked: bool = False
    quantity: int | None = None
    variant_id: UUID | None = None
    gtin: str = ""
    weight_grams: int | None = None
    net_quantity: str | None = None
    price_per: str | None = None
    supply: Supply | None = None
    parts: Sequence[PartDraft] = ()
    by_itself: bool = False

    @property
    def external_id(self) -> str:
        return told_apart_by(self.options)

    @property
    def title(self) -> str:
        return " / ".join(self.options.values())


@dataclass(frozen=True, slots=True)
class PictureDraft:
    """One that is here already, by its digest, or one still to be fetched; `line` is where a file names it.

    `variants` are those it is a picture of, by what tells them apart; None says nothing of it: what was said stays.
    """

    url: str | None = None
    digest: str | None = None
    alt: str = ""
    line: int = 0
    variants: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """`description` is not sanitised yet and the categories are in the words of whoever wrote them.

    Where it is not `complete`, a variant of it could not be read: what is missing is not gone. A label or
    certifications that are None are not spoken of: those that the product has stay. Without `pictures` it says
    nothing of them.
    """

    external_id: str | None
    title: str
    description: str
    categories: Sequence[str]
    tags: Sequence[str]
    state: ProductState
    variants: Sequence[VariantDraft]
    pictures: Sequence[PictureDraft] = ()
    rows: int = 1
    complete: bool = True
    label: ProductLabel | None = None
    certifications: Sequence[Certification] | None = None

    @property
    def has_bundles(self) -> bool:
        return any(one.parts for one in self.variants)

    def digest(self) -> bytes:
        """Equal for two files that say the same of this product."""
        told = [
            self.title,
            self.description,
            list(self.categories),
            list(self.tags),
            self.state,
            self.complete,
            [[dict(v.options), v.price, v.compare_at, v.sku, v.tracked, v.quantity] for v in self.variants],
        ]
        # Only where there are any, so that a file from before these were read still says the same.
        if any(v.gtin or v.weight_grams is not None for v in self.variants):
            told.append([[v.gtin, v.weight_grams] for v in self.variants])
        if any(v.net_quantity for v in self.variants):
            told.append({"measures": [[v.net_quantity, v.price_per] for v in self.variants]})
        if self.label:
            told.append({"label": self.label.kept()})
        if self.certifications:
            told.append({"certifications": [one.model_dump() for one in self.certifications]})
        if any(v.supply and v.supply.policy is not StockPolicy.DENY for v in self.variants):
            told.append(
                [v.supply and [v.supply.policy, v.supply.available_from, v.supply.lead_days] for v in self.variants]
            )
        if self.has_bundles:
            told.append({"parts": [sorted([one.name, one.quantity] for one in v.parts) for v in self.variants]})
        if any(v.by_itself for v in self.variants):
            told.append({"by_itself": [v.by_itself for v in self.variants]})
        if self.pictures:
            told.append([[one.url, one.digest, one.alt] for one in self.pictures])
        if any(one.variants for one in self.pictures):
            told.append({"shown_variants": [list(one.variants or ()) for one in self.pictures]})
        return hashlib.sha256(orjson.dumps(told)).digest()
