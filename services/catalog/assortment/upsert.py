"""A product as a co-op's own system puts it: known by the system's id, whole, and the same however often it is sent."""

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar, Self

from pydantic import Field

from services.catalog.assortment.draft import told_apart_by
from services.catalog.assortment.product_form import MOST_VARIANTS, ProductBody, VariantForm
from services.catalog.product import Product, Variant


class ShelfVariant(VariantForm):
    """`stock` counts the shelf, as a file's does: what open orders were promised stays deducted from it.

    Left out it leaves an existing count as it is; null keeps no count. A variant is one of ours by its `id`, else by
    its options, else by its SKU.
    """

    counts_the_shelf: ClassVar[bool] = True


class PutProduct(ProductBody):
    """The whole product as it shall be; a variant that is left out is gone."""

    variants: Annotated[Sequence[ShelfVariant], Field(min_length=1, max_length=MOST_VARIANTS)]

    def meaning(self, product: Product | None) -> Self:
        """The same with the ids of ours that its variants mean."""
        if product is None:
            return self
        left = {variant.variant_id: variant for variant in product.variants}
        variants = list(self.variants)
        for same in (_by_id, _by_options, _by_sku):
            for nth, ours in same(variants, list(left.values())):
                variants[nth] = variants[nth].model_copy(update=_told(variants[nth], ours))
                left.pop(ours.variant_id, None)
        return self.model_copy(update={"variants": variants})


Matches = Iterator[tuple[int, Variant]]


def _told(form: ShelfVariant, ours: Variant) -> dict[str, object]:
    """Options say more than a title, which is made of them."""
    return {"id": ours.variant_id, "title": "" if form.options else form.title}


def _by_id(forms: Sequence[ShelfVariant], ours: Sequence[Variant]) -> Matches:
    known = {one.variant_id: one for one in ours}
    return ((nth, known[form.id]) for nth, form in enumerate(forms) if form.id in known)


def _by_options(forms: Sequence[ShelfVariant], ours: Sequence[Variant]) -> Matches:
    known = {one.external_id: one for one in ours}
    told = ((nth, _external_id(form)) for nth, form in enumerate(forms) if form.id is None)
    return ((nth, known.pop(name)) for nth, name in told if name in known)


def _by_sku(forms: Sequence[ShelfVariant], ours: Sequence[Variant]) -> Matches:
    """Where both sides have it once: many shops leave SKUs blank, or give all sizes the same."""
    theirs, known = _lonely([form.sku for form in forms]), _lonely([one.sku for one in ours])
    return ((nth, ours[known[sku]]) for sku, nth in theirs.items() if sku in known and forms[nth].id is None)


def _external_id(form: ShelfVariant) -> str:
    return told_apart_by(form.options) if form.options else form.title.casefold()


def _lonely(skus: Sequence[str | None]) -> dict[str, int]:
    return {sku: nth for nth, sku in enumerate(skus) if sku and skus.count(sku) == 1}
