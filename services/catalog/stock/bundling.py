"""Making bundles: which variants a form's bundles are made of."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from chassis.errors import Refused
from services.catalog.assortment.assortment import give_alone
from services.catalog.assortment.product_form import PartForm, VariantForm
from services.catalog.product import Product

# What can be a part of the co-op's bundles, and what of the product has become one already.
_FIT = """
    SELECT v.variant_id FROM variants v JOIN products p USING (product_id)
    WHERE p.coop_id = $1 AND v.variant_id = ANY($2) AND v.policy <> 'bundle'
"""
_TAKEN = "SELECT part_id FROM bundle_parts WHERE part_id = ANY($1) LIMIT 1"
_FORGET = """
    DELETE FROM bundle_parts
    WHERE bundle_id = ANY($1)
       OR bundle_id IN (SELECT variant_id FROM variants WHERE product_id = $2 AND policy <> 'bundle')
    RETURNING part_id
"""
_KEEP = """
    INSERT INTO bundle_parts (bundle_id, part_id, quantity)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[])
"""


class NotAPart(Refused):
    code, title = "not_a_part", "That cannot be a part of a bundle"


async def set_parts(session: AsyncSession, product: Product, forms: Sequence[VariantForm]) -> None:
    """Call it once the product has been changed to what the forms say. Parts that no form names stay as they are.

    Raises NotAPart for another co-op's variant, one that is a bundle itself, or a bundle that is a part of another.
    """
    told = {
        variant.variant_id: (nth, form.parts)
        for nth, (variant, form) in enumerate(zip(product.variants, forms, strict=True))
        if form.parts
    }
    await session.flush()
    await fetch(session, _FORGET, list(told), product.product_id)
    if told:
        # Two at once could each make a bundle of what the other one takes for a part: the second looks after the first.
        await give_alone(session, [f"bundles of {product.coop_id}"])
        await _require_parts(session, product, told)
        rows = [(bundle, part.variant_id, part.quantity) for bundle, (_, parts) in told.items() for part in parts]
        await fetch(session, _KEEP, *(list(column) for column in zip(*rows, strict=True)))


async def _require_parts(
    session: AsyncSession, product: Product, told: Mapping[UUID, tuple[int, Sequence[PartForm]]]
) -> None:
    wanted = {part.variant_id for _, parts in told.values() for part in parts}
    fit = {row["variant_id"] for row in await fetch(session, _FIT, product.coop_id, list(wanted))}
    for nth, parts in told.values():
        seen: set[UUID] = set()
        for place, part in enumerate(parts):
            where = f"variants.{nth}.parts.{place}.variant_id"
            if part.variant_id not in fit:
                raise NotAPart("A part is a variant of the same co-op, and no bundle itself.", field=where)
            if part.variant_id in seen:
                raise NotAPart("This part is named twice: give one quantity.", field=where)
            seen.add(part.variant_id)
    if await fetch(session, _TAKEN, list(told)):
        raise NotAPart("What is a part of a bundle cannot be one.", field="variants")
