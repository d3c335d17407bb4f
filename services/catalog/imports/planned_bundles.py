"""Whether the bundles of a file can be made, told while it is checked: their parts are here already, or in the file."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from chassis.ids import new_id
from services.catalog.assortment.draft import ProductDraft, told_apart_by
from services.catalog.imports.importing import DRAFT, Import
from services.catalog.stock.bundling import Bundles, NotAPart, Wish, keys_of, variants_meant
from services.catalog.stock.policy import StockPolicy

Row = Mapping[str, Any]


async def refusals(session: AsyncSession, job: Import, bundles: Mapping[str, ProductDraft]) -> dict[str, NotAPart]:
    """Of these products, by their keys, those that cannot be; call it with everything else of the file checked."""
    parts = (part for draft in bundles.values() for one in draft.variants for part in one.parts)
    keys = sorted({key for part in parts for key in keys_of(part.name)} | set(bundles))
    held = await variants_meant(session, job.coop_id, (), keys)
    ours = {(row["product"], told_apart_by(row["options"])): row for row in held}
    found = await fetch(session, _DRAFTS, job.import_id, keys)
    drafts = {row["key"]: DRAFT.validate_json(row["draft"]) for row in found}
    rows = {(row["product"], told_apart_by(row["options"])): row for row in _of_file(drafts, ours, job.coop_id)}
    wished = {
        key: [
            Wish(nth, rows[key, one.external_id]["variant_id"], one.parts, "parts")
            for nth, one in enumerate(draft.variants)
            if one.parts
        ]
        for key, draft in bundles.items()
    }
    there = [*rows.values(), *(row for row in held if row["product"] not in drafts)]
    possible = await Bundles.among(session, job.coop_id, there, [wish for one in wished.values() for wish in one])
    refused = {}
    for key, several in wished.items():
        try:
            possible.look(key, bundles[key].title, several)
        except NotAPart as error:
            refused[key] = error
    return refused


def _of_file(drafts: Mapping[str, ProductDraft], ours: Mapping[tuple[str, str], Row], coop_id: UUID) -> Iterator[Row]:
    """The file's variants as they would be here, with our ids where we have them."""
    for key, draft in drafts.items():
        for nth, one in enumerate(draft.variants):
            known = ours.get((key, one.external_id))
            before = StockPolicy.DENY if known is None or one.by_itself else known["policy"]
            policy = StockPolicy.BUNDLE if one.parts else before
            yield {
                "variant_id": known["variant_id"] if known else new_id(),
                "position": nth,
                "options": one.options,
                "policy": policy,
                "coop_id": coop_id,
                "state": draft.state,
                "product": key,
            }


_DRAFTS = "SELECT key, draft FROM import_products WHERE import_id = $1 AND key = ANY($2) AND draft IS NOT NULL"
