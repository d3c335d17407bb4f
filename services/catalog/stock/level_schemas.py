"""What a till or a co-op's own system says of stock and prices, and what it is answered."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SkipValidation, model_validator

from chassis.money import Money
from services.catalog.assortment.product_form import Label, Name
from services.catalog.formats.values import LARGEST_QUANTITY
from services.catalog.stock.policy import StockPolicy

MOST_ITEMS = 1000

Count = Annotated[int, Field(ge=0, le=LARGEST_QUANTITY, strict=True)]
Step = Annotated[int, Field(ge=-LARGEST_QUANTITY, le=LARGEST_QUANTITY, strict=True)]
Version = Annotated[int, Field(ge=0, strict=True)] | Literal["*"]


class LevelChange(BaseModel):
    """`count` is what stands on the shelf, what is promised to orders included; `change` is what came or went.

    A count says by `version` which level its counter had seen, or "*" for whichever: a sale since then makes it stale.
    With a change or a price the version may be left out.
    """

    model_config = ConfigDict(extra="forbid")

    count: Count | None = None
    change: Step | None = None
    version: Version | None = None
    price: Money | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if self.count is not None and self.change is not None:
            raise ValueError("Give a count or a change, not both.")
        if self.count is None and self.change is None and self.price is None:
            raise ValueError("Give a count, a change or a price.")
        if self.count is not None and self.version is None:
            raise ValueError("A count needs the version of the level it was made from, or “*” for whichever.")
        return self


class LevelItem(LevelChange):
    """One of many. The variant is named by our id of it, or by your id of its product and its SKU or options.

    A product with one variant needs no more than its id.
    """

    variant_id: UUID | None = None
    product: Label | None = None
    sku: Name | None = None
    options: dict[Label, Label] | None = None

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if (self.variant_id is None) == (self.product is None):
            raise ValueError("Name the variant by variant_id, or by product and sku or options.")
        return self


class Levels(BaseModel):
    """Each item is read and answered by itself."""

    model_config = ConfigDict(extra="forbid")

    coop_id: UUID
    items: Annotated[list[SkipValidation[LevelItem]], Field(min_length=1, max_length=MOST_ITEMS)]


class LevelView(BaseModel):
    """`product` is your own id of the product, `title` its name; what is None is not counted.

    `version` counts the changes of `on_hand`; a reservation leaves both as they are and lowers `available`.
    """

    variant_id: UUID
    product_id: UUID
    product: str | None
    title: str
    sku: str
    options: dict[str, str]
    policy: StockPolicy
    on_hand: int | None
    reserved: int
    available: int | None
    version: int
    price: Money


class ItemAnswer(BaseModel):
    """What became of the item at this place of the request, and the level as it is now; `code` says why not."""

    item: int
    outcome: Literal["changed", "unchanged", "refused"]
    level: LevelView | None = None
    code: str | None = None
    detail: str | None = None
    field: str | None = None


class LevelsAnswer(BaseModel):
    changed: int
    unchanged: int
    refused: int
    items: list[ItemAnswer]
