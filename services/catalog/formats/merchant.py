"""Google Merchant's product data, the same fields in a table or a feed: an item is a variant, a group is a product."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import ClassVar

from services.catalog.assortment.draft import ProductState, told_apart_by
from services.catalog.formats import values
from services.catalog.formats.label_columns import label_field
from services.catalog.formats.layout import Dialect, Reading, Row
from services.catalog.formats.leaving_out import Cell
from services.catalog.formats.measured import Measured, measured
from services.catalog.formats.named_picture import NamedPicture, addresses_in
from services.catalog.formats.prices import named_price
from services.catalog.formats.product_reader import Group, Prices, ProductReader, Stock, Told, counted, listed
from services.catalog.formats.values import BadValue
from services.catalog.stock.policy import StockPolicy, Supply

ALIASES = {
    "summary": "description",
    "content": "description",
    "inventory_quantity": "quantity",
    "sell_on_google_quantity": "quantity",
    "product_category": "google_product_category",
    "colour": "color",
}
FIELDS = {
    "id", "title", "description", "link", "image_link", "additional_image_link", "availability", "availability_date",
    "price", "sale_price",
    "sale_price_effective_date", "quantity", "item_group_id", "item_group_title", "color", "size", "material",
    "pattern", "gender", "age_group", "gtin", "mpn", "shipping_weight", "product_weight",
    "google_product_category", "product_type", "unit_pricing_measure", "unit_pricing_base_measure",
}  # fmt: skip
# What no other table of products calls its columns.
TELLING = {"link", "image_link", "availability", "google_product_category", "item_group_id"}
OPTIONS = {
    "color": "Colour",
    "size": "Size",
    "material": "Material",
    "pattern": "Pattern",
    "gender": "Gender",
    "age_group": "Age group",
}
AVAILABLE = {"in_stock": True, "limited_availability": True, "out_of_stock": False}
NOT_YET = {"preorder", "backorder"}
GAPS = re.compile(r"[\s-]+")


def _field_of(name: str) -> str | None:
    told = GAPS.sub("_", name.strip().casefold().removeprefix("g:"))
    field = ALIASES.get(told, told)
    return field if field in FIELDS else label_field(told)


def _recognises(header: frozenset[str]) -> bool:
    fields = {_field_of(name) for name in header}
    return {"id", "title"} <= fields and bool(fields & TELLING)


def _key(row: Row) -> str:
    field = "item_group_id" if row["item_group_id"] else "id"
    if not row[field]:
        raise BadValue("id", "", "The item has no id.", "Write one that stays the same from file to file.")
    return values.short(field, row[field])


MERCHANT = Dialect(
    "google-merchant",
    "Google Merchant product data",
    _recognises,
    _field_of,
    {"price": "The file has no price column. Please add it, with the currency beside each price (15.00 EUR)."},
    _key,
)


class MerchantReader(ProductReader):
    key_field: ClassVar[str] = "id"
    option_field: ClassVar[str] = "item_group_id"

    def __init__(self, group: Group, reading: Reading, currency: str) -> None:
        super().__init__(group, reading, currency)
        # An attribute that is the same all over tells no two variants apart.
        self._telling = {field: name for field, name in OPTIONS.items() if len({row[field] for row in group.rows}) > 1}

    def head(self) -> Row:
        return self.group.rows[0]

    def variant_rows(self) -> Sequence[Row]:
        return self.group.rows

    def told(self) -> Told:
        head = self.head()
        title = head["item_group_title"] or self.title(head)
        categories = [told for field in ("google_product_category", "product_type") if (told := head[field])]
        tags = [part for told in listed(head["product_type"]) if (part := told.rpartition(">")[2].strip())]
        return Told(values.short("title", title), head["description"], categories, tags, ProductState.LISTED)

    def options(self, row: Row) -> Mapping[str, str]:
        options: dict[str, str] = {}
        for field, name in self._telling.items():
            if not row[field]:
                reason = f"Other items of its group have a {name.lower()}, this one has none."
                raise BadValue(field, "", reason, "Fill it in, or take the item out of its group.")
            options[name] = values.short(field, row[field])
        return options

    def prices(self, row: Row) -> Prices:
        regular, dated = self._price(row, "price"), bool(row["sale_price_effective_date"])
        return self.on_sale(row, regular, lambda: self._price(row, "sale_price"), dated=dated)

    def _price(self, row: Row, field: str) -> int:
        return named_price(row[field], self.currency, field=field)

    def stock(self, row: Row) -> Stock:
        told = GAPS.sub("_", row["availability"].casefold())
        if told in NOT_YET:
            day = self.left_out(row, "availability_date", lambda: self._day(row))
            return Stock(tracked=True, quantity=0, supply=Supply(StockPolicy.BACK_ORDER, day))
        if told and told not in AVAILABLE:
            advice = "Write in_stock, out_of_stock, preorder or backorder."
            raise BadValue("availability", row["availability"], "This availability is not known.", advice)
        if not AVAILABLE.get(told, True):
            return Stock(tracked=True, quantity=0)
        return counted(row["quantity"])

    def _day(self, row: Row) -> date:
        found = values.day("availability_date", row["availability_date"])
        if found is None:
            raise BadValue(
                "availability_date", "", "No day is given from which it is sent.", "Write it, as 2027-01-31."
            )
        return found

    def sku(self, row: Row) -> str:
        return row["mpn"] or row["id"]

    def gtin(self, row: Row) -> str:
        return self.left_out(row, "gtin", lambda: values.gtin(row["gtin"])) or ""

    def measured(self, row: Row) -> Measured:
        fields = "unit_pricing_measure", "unit_pricing_base_measure"
        return measured(self, row, *(Cell(field, row[field]) for field in fields))

    def named_pictures(self) -> Iterable[NamedPicture]:
        """First the one that each item is known by, then all others."""
        for field in ("image_link", "additional_image_link"):
            for row in self.group.rows:
                item = told_apart_by({name: row[told] for told, name in self._telling.items()})
                variant = item if item and field == "image_link" else None
                for url in addresses_in(row[field]):
                    yield NamedPicture(row, self.column(field), url, variant=variant)

    def weight(self, row: Row) -> int | None:
        field = "product_weight" if row["product_weight"] else "shipping_weight"
        return self.left_out(row, field, lambda: values.weight(row[field], ""))
