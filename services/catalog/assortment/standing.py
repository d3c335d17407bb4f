"""What stands on a co-op's shelf, as drafts: what its export tells, and what a file has to say to change nothing."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.direct import fetch
from services.catalog.assortment.draft import PartDraft, ProductDraft, ProductState, VariantDraft, part_name
from services.catalog.labels.certifications import Certification
from services.catalog.labels.label import kept_label
from services.catalog.stock.policy import StockPolicy, Supply

AT_ONCE = 200


async def shelf(database: Database, coop_id: UUID) -> AsyncIterator[ProductDraft]:
    """Every product of the co-op in whatever state, oldest first, each as it stands when its page is read."""
    after = UUID(int=0)
    while rows := await database.fetch(_SHELF, coop_id, after, AT_ONCE):
        for row in rows:
            yield _draft(row)
        after = rows[-1]["product_id"]


async def standing(session: AsyncSession, coop_id: UUID, keys: Sequence[str]) -> dict[str, bytes]:
    """Of the products with these external ids, the digest that a file has which says what they are."""
    if not keys:
        return {}
    rows = await fetch(session, _OF_KEYS, coop_id, keys, own_ids(keys))
    return {row["key"]: _draft(row).digest() for row in rows}


def own_ids(keys: Sequence[str]) -> list[UUID]:
    """Those that may be ids of ours: a product that no file has brought yet goes by its own."""
    return [UUID(key) for key in keys if len(key) == len(str(UUID(int=0))) and _is_id(key)]


def _is_id(key: str) -> bool:
    try:
        return str(UUID(key)) == key
    except ValueError:
        return False


def _draft(row: Mapping[str, Any]) -> ProductDraft:
    return ProductDraft(
        external_id=row["key"],
        title=row["title"],
        description=row["description_html"],
        categories=[row["category"]],
        tags=row["tags"],
        state=ProductState(row["state"]),
        label=kept_label(row["label"]),
        certifications=[Certification.model_validate(one) for one in row["certifications"] or ()],
        variants=[_variant(one) for one in row["variants"] or ()],
    )


def _variant(raw: dict[str, Any]) -> VariantDraft:
    policy, day, days = StockPolicy(raw.pop("policy")), raw.pop("available_from"), raw.pop("lead_days")
    supply = Supply(policy, date.fromisoformat(day) if day else None, days)
    parts = [PartDraft(one["quantity"], _name(one)) for one in raw.pop("parts") or ()]
    return VariantDraft(tracked=raw["quantity"] is not None, supply=supply, parts=parts, **raw)


def _name(part: dict[str, Any]) -> str:
    """What is gone is told by its id, which nothing goes by any more."""
    return part_name(part["product"], part["options"]) if part["product"] else str(part["id"])


_TOLD = """
    SELECT p.product_id, COALESCE(p.external_id, p.product_id::text) AS key, p.title, p.description_html, p.category,
           p.tags, p.state, p.label, p.certifications,
           (SELECT json_agg(json_build_object(
                'options', v.options, 'price', v.price, 'compare_at', v.compare_at, 'sku', v.sku,
                'quantity', v.on_hand, 'gtin', v.gtin, 'weight_grams', v.weight_grams,
                'net_quantity', NULLIF(v.net_quantity, ''),
                'price_per', CASE WHEN v.net_quantity <> '' THEN v.price_per END,
                'policy', v.policy, 'available_from', v.available_from, 'lead_days', v.lead_days,
                'parts', CASE WHEN v.policy = 'bundle' THEN (
                    SELECT json_agg(json_build_object(
                        'id', part_id, 'quantity', needed.quantity, 'options', part.options,
                        'product', COALESCE(made.external_id, made.product_id::text))
                        ORDER BY made.product_id, part.position)
                    FROM bundle_parts needed LEFT JOIN variants part ON part.variant_id = part_id
                    LEFT JOIN products made ON made.product_id = part.product_id
                    WHERE bundle_id = v.variant_id) END) ORDER BY v.position)
            FROM variants v WHERE v.product_id = p.product_id) AS variants
    FROM products p WHERE p.coop_id = $1
"""
_SHELF = _TOLD + "AND p.product_id > $2 ORDER BY p.product_id LIMIT $3"
_OF_KEYS = _TOLD + "AND (p.external_id = ANY($2) OR (p.external_id IS NULL AND p.product_id = ANY($3)))"
