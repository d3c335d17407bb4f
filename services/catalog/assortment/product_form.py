"""What staff hand in by a form or by the API, and how it becomes a draft."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from chassis.errors import Refused
from chassis.money import Money
from services.catalog.assortment.draft import PartDraft, ProductDraft, ProductState, VariantDraft
from services.catalog.categories import Categories
from services.catalog.formats.measured import net_quantity, price_per
from services.catalog.formats.values import HIGHEST_PRICE, LARGEST_QUANTITY, BadValue
from services.catalog.labels.certifications import Certification, load_standards
from services.catalog.labels.label import ProductLabel
from services.catalog.labels.measure import LONGEST as LONGEST_MEASURE
from services.catalog.product import Product, Variant
from services.catalog.stock.policy import MOST_OF_ONE_PART, MOST_PARTS, LeadDays, StockPolicy, Supply

# PostgreSQL keeps no NUL in text, and no other control character belongs in a name.
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=255, pattern=r"^[^\x00-\x1f\x7f]*$")]
Label = Annotated[Name, Field(min_length=1)]
Measured = Annotated[Name, Field(max_length=LONGEST_MEASURE)]
MOST_VARIANTS = 100
MOST_CERTIFICATIONS = 20


class NotAPrice(Refused):
    code = "not_a_price"
    title = "That price cannot be asked"


class NotACategory(Refused):
    code = "not_a_category"
    title = "That is no category of ours"


class NotAMeasurement(Refused):
    code = "not_a_measure"
    title = "That is no amount with its unit"


class SameOptions(Refused):
    code = "same_options"
    title = "Two variants cannot be told apart"


class SameVariant(Refused):
    code = "same_variant"
    title = "One variant stands in the form twice"


class NoLeadTime(Refused):
    code = "no_lead_time"
    title = "It is not said how long it takes"


class NoParts(Refused):
    code = "no_parts"
    title = "A bundle is made of something"


class PartForm(BaseModel):
    """So many of another variant of the same co-op: by our id of it, or by a `name` as files give it.

    That is your own id of the product, and where it comes in several choices the choice: `shirt: Large`.
    """

    model_config = ConfigDict(extra="forbid")

    variant_id: UUID | None = None
    name: Label | None = None
    quantity: Annotated[int, Field(ge=1, le=MOST_OF_ONE_PART, strict=True)] = 1

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if (self.variant_id is None) == (self.name is None):
            raise ValueError("Name the part by variant_id or by name.")
        return self

    def draft(self) -> PartDraft:
        return PartDraft(self.quantity, self.name or "", self.variant_id)


class VariantForm(BaseModel):
    """`stock` is how many can be had; null keeps no count, and left out it leaves an existing count as it is.

    `stock_seen` is the number that was shown when the form was drawn: where `stock` still is that, nobody changed it,
    and what was sold in between stays sold. `net_quantity` is how much is in it, as `750 g`, and `price_per` what its
    price is told per besides; left out they stay what they are.

    `policy` says what happens when none is left; left out it stays what it is, and with `parts` it is a bundle.
    """

    model_config = ConfigDict(extra="forbid")
    counts_the_shelf: ClassVar[bool] = False

    id: UUID | None = None
    title: Name = ""
    options: Annotated[dict[Label, Label], Field(max_length=3)] = {}
    sku: Name | None = None
    price: Money
    compare_at: Money | None = None
    net_quantity: Measured | None = None
    price_per: Measured | None = None
    stock: Annotated[int, Field(ge=0, le=LARGEST_QUANTITY, strict=True)] | None = None
    stock_seen: Annotated[int, Field(strict=True)] | None = None
    policy: StockPolicy | None = None
    available_from: date | None = None
    lead_days: LeadDays | None = None
    parts: Annotated[list[PartForm], Field(max_length=MOST_PARTS)] | None = None

    def supply(self, nth: int, ours: Variant | None) -> Supply | None:
        """Raises Refused where something of the policy is missing."""
        if self.parts:
            return Supply(StockPolicy.BUNDLE)
        stays = ours is not None and ours.policy == StockPolicy.BUNDLE
        if self.policy is StockPolicy.BUNDLE and (self.parts is not None or not stays):
            raise NoParts("Name its parts.", field=f"variants.{nth}.parts")
        if self.policy is None and self.parts is not None and stays:
            return Supply(StockPolicy.DENY)
        if self.policy is StockPolicy.MADE_TO_ORDER and self.lead_days is None:
            raise NoLeadTime("Say within how many days it is made.", field=f"variants.{nth}.lead_days")
        return None if self.policy is None else Supply(self.policy, self.available_from, self.lead_days)


class ProductBody(BaseModel):
    """Without a `state` a new product is listed, and one there is already stays what it is.

    A label or certifications that are left out stay as well; an empty list or object takes them away.
    """

    model_config = ConfigDict(extra="forbid")

    title: Label
    description: Annotated[str, Field(max_length=100_000, pattern=r"^[^\x00]*$")] = ""
    category: str
    tags: Annotated[list[Label], Field(max_length=50)] = []
    state: ProductState | None = None
    certifications: Annotated[list[Certification], Field(max_length=MOST_CERTIFICATIONS)] | None = None
    label: ProductLabel | None = None
    variants: Annotated[Sequence[VariantForm], Field(min_length=1, max_length=MOST_VARIANTS)]

    def draft(
        self, currency: str, categories: Categories, product: Product | None = None, *, external_id: str | None = None
    ) -> ProductDraft:
        """Raises Refused naming the field that does not fit."""
        if self.category not in categories:
            raise NotACategory(f"“{self.category}” is none of our categories.", field="category")
        load_standards().require(self.certifications or ())
        known = {variant.variant_id: variant for variant in product.variants} if product else {}
        self._require_one_of_each(known)
        variants = [self._variant(nth, known, currency) for nth in range(len(self.variants))]
        seen: dict[str, int] = {}
        for nth, variant in enumerate(variants):
            if (twin := seen.setdefault(variant.external_id, nth)) != nth:
                raise SameOptions(f"It has the same options as variant {twin + 1}.", field=f"variants.{nth}.title")
        return ProductDraft(
            external_id=external_id,
            title=self.title,
            description=self.description,
            categories=[self.category],
            tags=self.tags,
            state=self.state or ProductState(product.state if product else ProductState.LISTED),
            variants=variants,
            label=self.label,
            certifications=self.certifications,
        )

    def _require_one_of_each(self, known: Mapping[UUID, Variant]) -> None:
        left = dict(known)
        for nth, form in enumerate(self.variants):
            if form.id is not None and form.id in known and left.pop(form.id, None) is None:
                raise SameVariant("This variant is in the form twice.", field=f"variants.{nth}.id")

    def _variant(self, nth: int, known: dict[UUID, Variant], currency: str) -> VariantDraft:
        form = self.variants[nth]
        ours = known.get(form.id) if form.id else None
        price = asked_price(form.price, currency, f"variants.{nth}.price")
        before = asked_price(form.compare_at, currency, f"variants.{nth}.compare_at") if form.compare_at else None
        if before is not None and before <= price:
            raise NotAPrice("It must be above the price.", field=f"variants.{nth}.compare_at")
        net, per = _measures(form, ours, f"variants.{nth}")
        return VariantDraft(
            options=self._options(form, ours),
            price=price,
            compare_at=before,
            sku=form.sku or "",
            tracked=_tracked(form, ours),
            quantity=_count(form, ours),
            variant_id=ours.variant_id if ours else None,
            gtin=ours.gtin if ours else "",
            weight_grams=ours.weight_grams if ours else None,
            net_quantity=net,
            price_per=per,
            supply=form.supply(nth, ours),
            parts=[part.draft() for part in form.parts or ()],
        )

    def _options(self, form: VariantForm, ours: Variant | None) -> dict[str, str]:
        """A title that did not change keeps its options; a new one without options is an option of its own."""
        if ours is not None and form.title == ours.title and (form.title or not form.options):
            return dict(ours.options)
        if form.options or not form.title or len(self.variants) == 1:
            return dict(form.options)
        return {"Choice": form.title}


class ProductForm(ProductBody):
    coop_id: UUID
    external_id: Label | None = None


def asked_price(money: Money, currency: str, field: str) -> int:
    """Minor units of what may be asked; raises NotAPrice naming the field."""
    if money.currency != currency:
        raise NotAPrice(f"Prices here are in {currency}.", field=field)
    if not 0 <= money.amount <= HIGHEST_PRICE:
        raise NotAPrice("A price is neither negative nor beyond all measure.", field=field)
    return money.amount


def _measures(form: VariantForm, ours: Variant | None, field: str) -> tuple[str, str]:
    """How much is in it, and per what its price is told; without the one there is no other."""
    net = (ours.net_quantity if ours else "") if form.net_quantity is None else form.net_quantity
    per = (ours.price_per if ours else "") if form.price_per is None else form.price_per
    try:
        held = net_quantity(f"{field}.net_quantity", net)
        return held, price_per(f"{field}.price_per", per, held) if held else ""
    except BadValue as bad:
        raise NotAMeasurement(f"{bad.reason} {bad.advice}", field=bad.field) from bad


def _tracked(form: VariantForm, ours: Variant | None) -> bool:
    if ours is not None and "stock" not in form.model_fields_set:
        return ours.tracked
    return form.stock is not None


def _count(form: VariantForm, ours: Variant | None) -> int | None:
    """What then stands on the shelf: what can be had, and what is promised already."""
    if form.stock is None or (ours is not None and ours.tracked and form.stock == form.stock_seen):
        return None
    return form.stock + (ours.reserved if ours and not form.counts_the_shelf else 0)
