"""The product export of WebToffee's plugin for WooCommerce: other columns, and other words, for what WooCommerce has.

Each row is told anew as WooCommerce's own export tells it. Weights are left out, because no header names their unit.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import unquote

from services.catalog.formats import values
from services.catalog.formats.label_columns import label_field
from services.catalog.formats.layout import Dialect, Reading, Row
from services.catalog.formats.product_reader import Group
from services.catalog.formats.values import BadValue
from services.catalog.formats.woocommerce import WooCommerceReader, refuse_no_goods
from services.catalog.formats.woocommerce_columns import GERMANIZED
from services.catalog.slug import slug_of

COLUMNS = {
    "id": "id", "sku": "sku", "parent_sku": "parent", "post_parent": "parent_id", "tax:product_type": "type",
    "post_title": "title", "post_content": "description", "post_excerpt": "short_description",
    "post_status": "published", "visibility": "visibility", "tax:product_visibility": "left_out_of",
    "regular_price": "price", "sale_price": "sale_price",
    "sale_price_dates_from": "sale_starts", "sale_price_dates_to": "sale_ends",
    "stock": "quantity", "manage_stock": "is_counted", "stock_status": "in_stock", "backorders": "backorders",
    "tax:product_cat": "categories", "tax:product_tag": "tags", "images": "pictures",
    "meta:_global_unique_id": "gtin",
}  # fmt: skip
# What WooCommerce's own export writes for these words; what is not among them is told as it stands.
WORDS: Mapping[str, Mapping[str, str]] = {
    "published": {
        "publish": "1", "published": "1", "private": "0", "draft": "-1", "pending": "-1", "future": "-1", "trash": "-1",
    },
    "in_stock": {"instock": "1", "outofstock": "0", "onbackorder": "backorder"},
}  # fmt: skip
LISTS = ("categories", "tags")  # Parted by bars.
BOTH = {"exclude-from-catalog", "exclude-from-search"}
# What a product has of an attribute, its place and whether variations differ by it, and which one a variation is.
CHOICES, DATA, CHOSEN = OF_ATTRIBUTES = ("attribute:", "attribute_data:", "meta:attribute_")
GAPS = re.compile(r"[\s_-]+")
SHARED = "pa_"  # Before the name of an attribute that all products of the shop share.


def _field_of(name: str) -> str | None:
    """`attribute:Size` and its like stay what they are: a shop has its own."""
    told = name.strip()
    folded = told.casefold()
    if told.startswith(OF_ATTRIBUTES):
        return told
    if folded in COLUMNS:
        return COLUMNS[folded]
    before, _, key = folded.partition(":")
    return GERMANIZED.get(key) or label_field(key, own=f"meta: {key}") if before == "meta" else None


def _recognises(header: frozenset[str]) -> bool:
    return {"post_title", "regular_price"} <= header


def _is_variation(row: Row) -> bool:
    named = row["parent"] or row["parent_id"].strip("0")
    return row["type"].casefold() == "variation" or (not row["type"] and bool(named))


def _key(row: Row) -> str:
    refuse_no_goods(row)
    if _is_variation(row):
        key = row["parent"] or (row["parent_id"].strip("0") and f"id:{row['parent_id']}")
    else:
        key = row["sku"] or (row["id"] and f"id:{row['id']}")
    if not key:
        reason = "The row has neither a SKU nor an ID, of its own or of its product."
        raise BadValue("sku", "", reason, "Write it, so that the product is found again the next time.")
    return values.short("sku", key)


WEBTOFFEE = Dialect(
    "webtoffee",
    "a WooCommerce export by WebToffee’s plugin",
    _recognises,
    _field_of,
    {"sku": "The file has no column “sku”. Please export it again with it (and ID)."},
    _key,
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the rows of one product call its attributes and their values, and which of them its variations differ by."""

    labels: Mapping[str, str]
    values: Mapping[tuple[str, str], str]
    varying: frozenset[str]


class WebToffeeReader(WooCommerceReader):
    option_field: ClassVar[str] = "title"

    def __init__(self, group: Group, reading: Reading, currency: str) -> None:
        choices = _choices_of(group.rows)
        super().__init__(Group(group.key, [_as_woocommerce(row, choices) for row in group.rows]), reading, currency)


def _choices_of(rows: Sequence[Row]) -> Choices:
    labels: dict[str, str] = {}
    values: dict[tuple[str, str], str] = {}
    varying: set[str] = set()
    for row in rows:
        for kind, name, text in _attribute_cells(row):
            if kind == CHOICES:
                labels.setdefault(_folded(name), _label(name))
            if kind == CHOICES and not _is_variation(row):
                values |= {(_folded(name), _folded(one)): one.strip() for one in text.split("|")}
            if kind == DATA and text.rpartition("|")[2].strip() == "1":
                varying.add(_folded(name))
    return Choices(labels, values, frozenset(varying))


def _as_woocommerce(row: Row, choices: Choices) -> Row:
    told = {field: text for field, text in row.cells.items() if not field.startswith(OF_ATTRIBUTES)}
    for field, words in WORDS.items():
        told[field] = words.get(row[field].casefold(), row[field])
    for field in LISTS:
        told[field] = _listed(row[field].split("|"))
    told["pictures"] = ", ".join(part.partition(" ! ")[0].strip() for part in row["pictures"].split("|"))
    if set(row["left_out_of"].split("|")) >= BOTH:
        told["visibility"] = "hidden"
    if row["is_counted"].casefold() == "no":
        told["quantity"] = ""
    if _is_variation(row):
        told["type"], told["parent"] = "variation", row["parent"] or f"id:{row['parent_id']}"
    return replace(row, cells=told | _attributes(row, choices))


def _attributes(row: Row, choices: Choices) -> dict[str, str]:
    """Numbered as WooCommerce numbers them. What a variation leaves blank of what it may differ by is any of them."""
    found: dict[str, str] = {}
    for kind, name, text in _attribute_cells(row):
        key = _folded(name)
        if kind == CHOICES and text:
            found.setdefault(key, _listed(text.split("|")))
        elif kind == CHOSEN and _is_variation(row) and (text or key in choices.varying):
            found[key] = _listed([choices.values.get((key, _folded(text)), text)])
    told: dict[str, str] = {}
    for nth, (key, text) in enumerate(found.items(), 1):
        told |= {f"attribute{nth}_name": choices.labels.get(key, key.capitalize()), f"attribute{nth}_value": text}
    return told


def _attribute_cells(row: Row) -> Iterator[tuple[str, str, str]]:
    """Whose choices or choice it is, of which attribute, and the cell."""
    for field, text in row.cells.items():
        if kind := next((kind for kind in OF_ATTRIBUTES if field.startswith(kind)), None):
            yield kind, field.removeprefix(kind), text


def _label(name: str) -> str:
    shared = name.removeprefix(SHARED)
    return name if shared == name else GAPS.sub(" ", shared).capitalize()


def _folded(name: str) -> str:
    """An attribute and its values go by their names in one place, and in another by what an address makes of them."""
    told = unquote(name.strip()).casefold().removeprefix(SHARED)
    return slug_of(told) or GAPS.sub(" ", told)


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(part.strip().replace(",", "\\,") for part in parts)
